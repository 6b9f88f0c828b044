import { resolve } from 'node:path';
import type { IceServer } from '@apprtc/protocol';
import { StartError } from '../start-error.ts';
import type { Settings } from './config.ts';
import { keyPlace } from './ice-kinds.ts';

/** A secret, or the file that holds it. */
export type SecretText =
  | { readonly kind: 'given'; readonly secret: string }
  | { readonly kind: 'file'; readonly path: string };

/** How a provider is asked. */
export interface ProviderRequest {
  /** `{key}` stands where the key goes, if it goes there. */
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly auth: 'bearer' | 'basic';
}

/** Where ICE servers come from: one place. */
export type IceMode =
  | { readonly kind: 'none' }
  | { readonly kind: 'list'; readonly servers: readonly IceServer[] }
  | { readonly kind: 'list-file'; readonly path: string }
  | { readonly kind: 'turn'; readonly urls: readonly string[]; readonly secret: SecretText }
  | {
      readonly kind: 'provider';
      readonly request: ProviderRequest;
      readonly key: SecretText | undefined;
    };

/** The settings that an IceMode is made of. */
export type IceSettings = Pick<
  Settings,
  | 'iceServers'
  | 'iceServersFile'
  | 'turnUrls'
  | 'turnSecret'
  | 'turnSecretFile'
  | 'iceProviderUrl'
  | 'iceProviderMethod'
  | 'iceProviderAuth'
  | 'iceProviderKey'
  | 'iceProviderKeyFile'
>;

/**
 * The settings with one mode in the place of those that make it.
 * @throws {StartError} for two places at once, or half of one.
 */
export function withIceMode<All extends IceSettings>(
  settings: All,
): Omit<All, keyof IceSettings> & { readonly ice: IceMode } {
  const {
    iceServers,
    iceServersFile,
    turnUrls,
    turnSecret,
    turnSecretFile,
    iceProviderUrl,
    iceProviderMethod,
    iceProviderAuth,
    iceProviderKey,
    iceProviderKeyFile,
    ...rest
  } = settings;
  return { ...rest, ice: iceModeOf(settings) };
}

function iceModeOf(settings: IceSettings): IceMode {
  const { iceServers, iceServersFile, turnUrls, iceProviderUrl } = settings;
  const secret = secretText(settings.turnSecret, settings.turnSecretFile, 'turn-secret');
  const key = secretText(settings.iceProviderKey, settings.iceProviderKeyFile, 'ice-provider-key');
  refuseTwo({
    '--ice-servers': iceServers,
    '--ice-servers-file': iceServersFile,
    '--turn-urls': turnUrls,
    '--ice-provider-url': iceProviderUrl,
  });
  if (secret !== undefined && turnUrls === undefined) {
    throw new StartError('a TURN secret needs --turn-urls too');
  }
  if (key !== undefined && iceProviderUrl === undefined) {
    throw new StartError('a provider key needs --ice-provider-url too');
  }
  if (iceServers !== undefined) return { kind: 'list', servers: iceServers };
  if (iceServersFile !== undefined) return { kind: 'list-file', path: resolve(iceServersFile) };
  if (turnUrls !== undefined) return turnMode(turnUrls, secret);
  return iceProviderUrl === undefined
    ? { kind: 'none' }
    : providerMode(iceProviderUrl, key, settings);
}

function turnMode(urls: readonly string[], secret: SecretText | undefined): IceMode {
  if (secret !== undefined) return { kind: 'turn', urls, secret };
  throw new StartError('--turn-urls needs APPRTC_TURN_SECRET or --turn-secret-file too');
}

function providerMode(url: string, key: SecretText | undefined, settings: IceSettings): IceMode {
  if (key === undefined && url.includes(keyPlace)) {
    throw new StartError(
      `${keyPlace} in --ice-provider-url needs APPRTC_ICE_PROVIDER_KEY or --ice-provider-key-file too`,
    );
  }
  const { iceProviderMethod: method, iceProviderAuth: auth } = settings;
  return { kind: 'provider', request: { url, method, auth }, key };
}

function refuseTwo(places: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(places).filter((name) => places[name] !== undefined);
  if (given.length < 2) return;
  throw new StartError(`${given.join(' and ')} exclude each other: ICE servers have one source`);
}

function secretText(
  secret: string | undefined,
  path: string | undefined,
  name: string,
): SecretText | undefined {
  if (secret !== undefined && path !== undefined) {
    const variable = `APPRTC_${name.replaceAll('-', '_').toUpperCase()}`;
    throw new StartError(`${variable} and --${name}-file exclude each other`);
  }
  if (secret !== undefined) return { kind: 'given', secret };
  return path === undefined ? undefined : { kind: 'file', path: resolve(path) };
}
