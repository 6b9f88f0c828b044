import type { Logger } from 'pino';
import type { ClientIds } from '../client-ids.ts';
import type { Config } from '../config/config.ts';
import type { IceMode, SecretText } from '../config/ice-mode.ts';
import { isLoopbackAddress } from '../ip-address.ts';
import { readRequired } from '../private-file.ts';
import { StartError, systemErrorCode } from '../start-error.ts';
import { CredentialAllowance } from './credential-allowance.ts';
import { IceKeys } from './ice-keys.ts';
import { iceNotes } from './ice-notes.ts';
import { parseIceServers } from './ice-server-list.ts';
import { defaultStunPort, IceService, type SeatLookup } from './ice-service.ts';
import type { IceSource } from './ice-source.ts';
import { listSource } from './list-source.ts';
import { ProviderSource } from './provider-source.ts';
import { StunResponder } from './stun-responder.ts';
import { type TurnService, turnSource } from './turn-source.ts';

export interface IceParts {
  readonly config: Config;
  readonly clientIds: ClientIds;
  /** The signing secret. */
  readonly secret: string;
  readonly seats: SeatLookup;
  readonly logger: Logger;
  /** TURN servers that run beside this one, in the place of what is configured. */
  readonly turn?: TurnService;
}

/** ICE servers ready to be given, and what the start says of them. */
export interface OpenIce {
  readonly service: IceService;
  readonly notes: readonly string[];
}

interface OpenSource {
  readonly source: IceSource | null;
  readonly mode: IceMode['kind'];
  readonly urls: readonly string[];
}

/**
 * Opens the source that is configured and the STUN port.
 * @throws {StartError} where a file is no use, or a STUN port that was asked for can't be had.
 */
export async function openIce(parts: IceParts): Promise<OpenIce> {
  const { config, clientIds, secret, seats, logger, turn } = parts;
  const { source, mode, urls } = turn === undefined ? await openSource(parts) : openTurn(turn);
  const { responder, problem } = await openResponder(config, mode, logger);
  const service = new IceService({
    keys: new IceKeys(secret, clientIds),
    seats,
    allowance: new CredentialAllowance(config),
    source,
    responder,
    isOpen: config.openIce,
    lifeSeconds: Math.floor(config.iceCredentialLifeMs / 1000),
    logger,
    nowMs: () => Date.now(),
  });
  const notes = iceNotes({
    mode,
    urls,
    stunPort: responder?.port ?? null,
    stunProblem: problem,
    isStunLocal: isLoopback(stunHostOf(config)),
    isServedByProxy: config.publicUrl !== undefined || config.trustProxy !== false,
  });
  return { service, notes };
}

function openTurn(turn: TurnService): OpenSource {
  return { source: turnSource(turn), mode: 'turn', urls: turn.urls };
}

async function openSource({ config, logger }: IceParts): Promise<OpenSource> {
  const { ice: mode } = config;
  switch (mode.kind) {
    case 'none':
      return { source: null, mode: 'none', urls: [] };
    case 'list':
    case 'list-file': {
      const servers = mode.kind === 'list' ? mode.servers : await serversInFile(mode.path);
      const urls = servers.flatMap((server) => server.urls);
      return { source: listSource(servers), mode: 'list', urls };
    }
    case 'turn': {
      return openTurn({ urls: mode.urls, secret: await secretOf(mode.secret, 'TURN secret file') });
    }
    case 'provider': {
      const { request } = mode;
      const key = mode.key && (await secretOf(mode.key, 'provider key file'));
      const freshMs = config.iceCredentialLifeMs;
      const nowMs = () => Date.now();
      const source = new ProviderSource({ request, key, freshMs, logger, nowMs });
      return { source, mode: 'provider', urls: [] };
    }
  }
}

async function serversInFile(path: string) {
  const servers = parseIceServers(await readRequired(path, 'list of ICE servers'));
  if (servers.ok) return servers.value;
  throw new StartError(`the list of ICE servers ${path} ${servers.problem}`);
}

async function secretOf(text: SecretText, what: string): Promise<string> {
  if (text.kind === 'given') return text.secret;
  const secret = (await readRequired(text.path, what)).trim();
  if (secret !== '') return secret;
  throw new StartError(`the ${what} ${text.path} is empty`);
}

function stunHostOf({ stunHost, host }: Pick<Config, 'stunHost' | 'host'>): string {
  return stunHost ?? host;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host);
}

interface OpenResponder {
  readonly responder: StunResponder | null;
  readonly problem: string | null;
}

/** [SB5] Unasked, STUN is answered where nothing else is configured, and a port that is taken is no reason not to start. */
async function openResponder(
  config: Pick<Config, 'host' | 'stunHost' | 'stunPort'>,
  mode: IceMode['kind'],
  logger: Logger,
): Promise<OpenResponder> {
  const { stunPort } = config;
  const host = stunHostOf(config);
  if (stunPort === 'off' || (stunPort === undefined && mode !== 'none')) {
    return { responder: null, problem: null };
  }
  const port = stunPort ?? defaultStunPort;
  try {
    return { responder: await StunResponder.open({ host, port, logger }), problem: null };
  } catch (error) {
    const problem = stunProblem(error, port, host);
    if (stunPort === undefined) return { responder: null, problem };
    throw new StartError(`${problem}: choose another with --stun-port, or --stun-port off`, {
      cause: error,
    });
  }
}

/** @throws what is no system error: that is a bug. */
function stunProblem(error: unknown, port: number, host: string): string {
  const code = systemErrorCode(error);
  if (code === undefined) throw error;
  if (code === 'EADDRINUSE') return `UDP port ${port} is in use`;
  if (code === 'EACCES') return `UDP port ${port} needs privileges`;
  return `UDP port ${port} can't be opened on ${host} (${code})`;
}
