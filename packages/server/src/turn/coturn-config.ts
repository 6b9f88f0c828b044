import { StartError } from '../start-error.ts';
import { type CoturnVersion, isAtLeast, versionText } from './coturn-version.ts';
import { deniedPeers, rangeText } from './denied-peers.ts';
import { isIpv4, type RelayAddress, type TurnConfig, type TurnPlan } from './turn-plan.ts';

/** Where coturn keeps its files, all in one private folder. */
export interface CoturnFiles {
  readonly config: string;
  readonly pid: string;
  readonly database: string;
  readonly certificate: string;
  readonly key: string;
}

export interface CoturnConfigParts {
  readonly config: TurnConfig;
  readonly plan: TurnPlan;
  readonly files: CoturnFiles;
  readonly secret: string;
  /** Undefined when it could not be read: then every word is written, and coturn skips those it does not know. */
  readonly version: CoturnVersion | undefined;
}

/** How long a nonce is good, RFC 8656 section 5: an hour at most. */
const nonceSeconds = 600;
const bytesPerMbit = 1_000_000 / 8;

/**
 * The text of turnserver.conf. It holds the secret: only ever into a file that nobody else reads.
 * @throws {StartError} when there is no address that this version may relay on.
 */
export function coturnConfig(parts: CoturnConfigParts): string {
  const lines = [
    '# Written by apprtc at each start of coturn. Changes are lost: see docs/turn.md.',
    ...addressLines(parts),
    ...credentialLines(parts),
    ...quotaLines(parts.config),
    ...closedDoorLines(parts.version),
    ...tlsLines(parts),
    ...peerLines(parts),
    'log-file=stdout',
    `pidfile=${parts.files.pid}`,
    `userdb=${parts.files.database}`,
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Before 4.5.2 nothing in a configuration can deny the peer `::`, so that no IPv6 allocation may exist. Without any
 * relay-ip coturn would relay on every address.
 */
function relaysOf({ plan, version }: CoturnConfigParts): readonly RelayAddress[] {
  const canRelayIpv6 = version !== undefined && isAtLeast(version, [4, 5, 2]);
  const relays = plan.relays.filter(({ local }) => canRelayIpv6 || isIpv4(local));
  if (relays.length > 0) return relays;
  throw new StartError(
    `coturn ${versionText(version)} can't relay over IPv6 safely: install a newer one, or give an IPv4 address with --turn-external-ip`,
  );
}

function addressLines(parts: CoturnConfigParts): readonly string[] {
  const { config, plan } = parts;
  const relays = relaysOf(parts);
  return [
    `listening-port=${config.turnPort}`,
    `min-port=${config.turnMinPort}`,
    `max-port=${config.turnMaxPort}`,
    ...plan.relays.map(({ local }) => `listening-ip=${local}`),
    ...relays.map(({ local }) => `relay-ip=${local}`),
    ...relays
      .filter(({ local, external }) => local !== external)
      .map(({ local, external }) => `external-ip=${external}/${local}`),
  ];
}

function credentialLines({ config, secret }: CoturnConfigParts): readonly string[] {
  return [
    'use-auth-secret',
    `static-auth-secret=${secret}`,
    `realm=${config.turnRealm}`,
    `stale-nonce=${nonceSeconds}`,
    'fingerprint',
  ];
}

function quotaLines(config: TurnConfig): readonly string[] {
  return [
    `user-quota=${config.turnUserQuota}`,
    `total-quota=${config.turnTotalQuota}`,
    `max-bps=${config.turnSessionMbps * bytesPerMbit}`,
    `bps-capacity=${config.turnTotalMbps * bytesPerMbit}`,
  ];
}

/** Words that some versions lack: first version, and the version from which it is so without the word. */
const closedDoors: readonly (readonly [string, CoturnVersion, CoturnVersion])[] = [
  ['no-cli', [0, 0, 0], [4, 10, 0]],
  ['no-dtls', [0, 0, 0], [4, 17, 0]],
  ['no-software-attribute', [4, 5, 2], [4, 7, 0]],
  ['no-rfc5780', [4, 6, 0], [4, 7, 0]],
  ['no-stun-backward-compatibility', [4, 6, 0], [4, 7, 0]],
  ['response-origin-only-with-rfc5780', [4, 6, 0], [4, 7, 0]],
];

function closedDoorLines(version: CoturnVersion | undefined): readonly string[] {
  const words = closedDoors.filter(
    ([, since, until]) =>
      version === undefined || (isAtLeast(version, since) && !isAtLeast(version, until)),
  );
  return ['no-tcp-relay', 'no-multicast-peers', ...words.map(([word]) => word)];
}

function tlsLines({ config, files, version }: CoturnConfigParts): readonly string[] {
  if (config.turnTlsPort === undefined) return ['no-tls'];
  const isOld = version === undefined || !isAtLeast(version, [4, 7, 0]);
  return [
    `tls-listening-port=${config.turnTlsPort}`,
    `cert=${files.certificate}`,
    `pkey=${files.key}`,
    ...(isOld ? ['no-tlsv1', 'no-tlsv1_1'] : []),
  ];
}

/** coturn looks at what is allowed before it looks at what is denied. */
function peerLines({ config, plan }: CoturnConfigParts): readonly string[] {
  const table = deniedPeers.filter(
    ({ isLoopback }) => !(config.turnAllowLoopback && isLoopback === true),
  );
  const others = plan.ownOthers.filter(
    (address) => !(config.turnAllowLoopback && (address.startsWith('127.') || address === '::1')),
  );
  const blocks = [...table.map(({ block }) => block), ...others, ...(config.turnDeny ?? [])];
  return [
    ...(config.turnAllowLoopback ? ['allow-loopback-peers'] : []),
    // Two clients that are both relayed meet on the relay's own address.
    ...plan.relays.map(({ local }) => `allowed-peer-ip=${local}`),
    ...new Set(blocks.map((block) => `denied-peer-ip=${rangeText(block)}`)),
  ];
}
