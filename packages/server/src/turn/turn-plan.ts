import type { NetworkInterfaceInfo } from 'node:os';
import type { Config } from '../config/config.ts';
import { StartError } from '../start-error.ts';
import { addressBytes, addressText } from './address-range.ts';
import { isDeniedPeer } from './denied-peers.ts';

export type TurnConfig = Pick<
  Config,
  | 'publicUrl'
  | 'tls'
  | 'dataDir'
  | 'searchPath'
  | 'turnPort'
  | 'turnTlsPort'
  | 'turnMinPort'
  | 'turnMaxPort'
  | 'turnExternalIp'
  | 'turnRealm'
  | 'turnDeny'
  | 'turnUserQuota'
  | 'turnTotalQuota'
  | 'turnSessionMbps'
  | 'turnTotalMbps'
  | 'turnAllowLoopback'
>;

/** An address of this machine that relays, and how the outside sees it. */
export interface RelayAddress {
  readonly local: string;
  /** The same as `local`, unless a NAT with one-to-one ports stands before it. */
  readonly external: string;
}

/** What a configuration comes to on this machine. */
export interface TurnPlan {
  readonly relays: readonly [RelayAddress, ...RelayAddress[]];
  /** Addresses of this machine that do not relay: its other services are nobody's peers. */
  readonly ownOthers: readonly string[];
  /** For clients, in the order in which they should try them. */
  readonly urls: readonly string[];
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * Decides where to relay.
 * @throws {StartError} when there is no address for it, with how to give one.
 */
export function planTurn(config: TurnConfig, interfaces: Interfaces): TurnPlan {
  checkPorts(config);
  const own = ownAddresses(interfaces);
  const relays =
    config.turnExternalIp === undefined
      ? foundRelays(own)
      : config.turnExternalIp.map((given) => givenRelay(given, own));
  const [first, ...others] = relays;
  if (first === undefined) throw new StartError(noAddress);
  refuseLoopback(relays, config);
  const locals = relays.map(({ local }) => local);
  return {
    relays: [first, ...others],
    ownOthers: own.map(({ address }) => address).filter((address) => !locals.includes(address)),
    urls: urlsOf(config, relays),
  };
}

const noAddress =
  '--turn found no address that others can reach on this machine: give one with --turn-external-ip';

function checkPorts({ turnMinPort, turnMaxPort, turnTlsPort, turnPort, tls }: TurnConfig): void {
  if (turnMinPort > turnMaxPort) {
    throw new StartError('--turn-min-port must not be above --turn-max-port');
  }
  if (turnTlsPort === undefined) return;
  if (tls.kind !== 'files') {
    throw new StartError('--turn-tls-port needs --tls-cert and --tls-key: it uses the same files');
  }
  if (turnTlsPort === turnPort) {
    throw new StartError('--turn-tls-port and --turn-port must differ');
  }
}

interface OwnAddress {
  readonly address: string;
  readonly isInternal: boolean;
}

/** Without link-local IPv6: it needs a zone, and the deny list holds all of it. */
function ownAddresses(interfaces: Interfaces): readonly OwnAddress[] {
  return Object.values(interfaces)
    .flatMap((infos) => infos ?? [])
    .filter(({ address }) => !address.toLowerCase().startsWith('fe80:'))
    .map(({ address, internal }) => ({ address: normal(address), isInternal: internal }));
}

/** One address of each family: one of the open Internet before a private one. Private IPv6 is no use to anybody far. */
function foundRelays(own: readonly OwnAddress[]): readonly RelayAddress[] {
  const outer = own.filter(({ isInternal }) => !isInternal).map(({ address }) => address);
  const [v4, v6] = [outer.filter(isIpv4), outer.filter((address) => !isIpv4(address))];
  const found = [
    v4.find((address) => !isDeniedPeer(address)) ?? v4[0],
    v6.find((address) => !isDeniedPeer(address)),
  ];
  return found.flatMap((address) =>
    address === undefined ? [] : [{ local: address, external: address }],
  );
}

/** @param given `public` or `public/private`. */
function givenRelay(given: string, own: readonly OwnAddress[]): RelayAddress {
  const [external = '', local] = given.split('/').map(normal);
  const addresses = own.map(({ address }) => address);
  if (local !== undefined) {
    if (addresses.includes(local)) return { external, local };
    throw new StartError(`this machine has no address ${local}: see --turn-external-ip`);
  }
  if (addresses.includes(external)) return { external, local: external };
  const behind = own.find(
    ({ address, isInternal }) => !isInternal && isIpv4(address) === isIpv4(external),
  );
  if (behind !== undefined) return { external, local: behind.address };
  throw new StartError(
    `this machine has neither ${external} nor an address that could stand behind it: give both, as --turn-external-ip ${external}/PRIVATE`,
  );
}

function refuseLoopback(relays: readonly RelayAddress[], config: TurnConfig): void {
  const loopback = relays.find(({ local }) => isLoopback(local));
  if (loopback === undefined || config.turnAllowLoopback) return;
  throw new StartError(
    `a relay on ${loopback.local} serves nobody but this machine, and would open it: for tests there is --turn-allow-loopback`,
  );
}

function urlsOf(config: TurnConfig, relays: readonly RelayAddress[]): readonly string[] {
  const hosts = relays.map(({ external }) => (isIpv4(external) ? external : `[${external}]`));
  const plain = ['udp', 'tcp'].flatMap((transport) =>
    hosts.map((host) => `turn:${host}:${config.turnPort}?transport=${transport}`),
  );
  if (config.turnTlsPort === undefined) return plain;
  // A certificate names a host: the address alone would fail the check.
  const name = config.publicUrl === undefined ? undefined : new URL(config.publicUrl).hostname;
  return [...plain, `turns:${name ?? hosts[0]}:${config.turnTlsPort}?transport=tcp`];
}

export function isIpv4(address: string): boolean {
  return address.includes('.') && !address.includes(':');
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** One text for each address, as interfaces name it: `FD00:0::2` and `fd00::2` are the same. */
function normal(address: string): string {
  const bytes = addressBytes(address);
  if (bytes === undefined || isIpv4(address)) return address;
  return new URL(`http://[${addressText(bytes)}]`).hostname.slice(1, -1);
}
