import type { IceServer } from '@apprtc/protocol';
import { addressBlocks, externalIps, realm } from '../turn/turn-option-kinds.ts';
import { iceServerList, providerUrl, stunPort, turnUrlList } from './ice-kinds.ts';
import {
  host,
  integer,
  milliseconds,
  minimumText,
  oneOf,
  onOff,
  origin,
  path,
  text,
  trustProxy,
  type ValueKind,
} from './value-kind.ts';

/** One thing that can be configured. Its names follow from its key: `graceMs` is APPRTC_GRACE_MS and `--grace-ms`. */
export interface Option<Value, Initial extends Value | undefined = Value | undefined> {
  readonly group: OptionGroup;
  readonly kind: ValueKind<Value>;
  /** What it is without configuration. */
  readonly initial: Initial;
  /** What `--help` says instead of `initial`. */
  readonly initialText?: string;
  /** One or two sentences for `--help` and docs/configuration.md. */
  readonly help: string;
  /** A second environment variable that hosting platforms set. APPRTC_… wins over it. */
  readonly alias?: string;
  /** Only an environment variable: everyone on the machine sees the flags of a process. */
  readonly isSecret?: true;
  /** Whether a value holds secrets. Such an option takes them from its variable only, and is never repeated in an error. */
  hasSecrets?(value: Value): boolean;
}

export const optionGroups = [
  'Address',
  'TLS',
  'Rooms',
  'ICE servers',
  'TURN',
  'State',
  'Deadlines',
  'Limits',
] as const;
export type OptionGroup = (typeof optionGroups)[number];

type Rest<Value, Initial extends Value | undefined> = Omit<
  Option<Value, Initial>,
  'group' | 'kind' | 'initial' | 'help'
>;

/** An option that always has a value. */
function option<Value>(
  group: OptionGroup,
  kind: ValueKind<Value>,
  initial: Value,
  help: string,
  rest: Rest<Value, Value> = {},
): Option<Value, Value> {
  return { group, kind, initial, help, ...rest };
}

/** An option that may stay unset. */
function optional<Value>(
  group: OptionGroup,
  kind: ValueKind<Value>,
  help: string,
  rest: Rest<Value, undefined> = {},
): Option<Value, undefined> {
  return { group, kind, initial: undefined, help, ...rest };
}

const count = integer(1, 10_000_000);
const rate = integer(0, 1_000_000);
const portNumber = integer(1, 65535);
const bytes: ValueKind<number> = { ...integer(1024, 2 ** 40), placeholder: '<bytes>' };

/** Every option, and the only list of them: flags, environment variables, `--help` and the docs page come from here. */
export const options = {
  port: option(
    'Address',
    integer(0, 65535),
    8080,
    'The port for everything: page, room server and Collider. 0 takes any free port.',
    { alias: 'PORT' },
  ),
  host: option(
    'Address',
    host,
    'localhost',
    'The address to listen on. localhost means 127.0.0.1 and ::1; 0.0.0.0 (or :: with IPv6) lets other devices in.',
  ),
  publicUrl: optional(
    'Address',
    origin,
    'How clients reach this server, such as https://apprtc.example.org: it goes into room links and WebSocket URLs. Without it they follow from each request.',
  ),
  trustProxy: option(
    'Address',
    trustProxy,
    false,
    'Whose X-Forwarded-* headers to believe: true (everyone), a number of proxies in front, or a list of their addresses such as 10.0.0.0/8,loopback.',
  ),
  maxConnections: option(
    'Address',
    count,
    20_000,
    'TCP connections open at a time on each address it listens on; more are closed at once. Each takes a file descriptor (see ulimit -n).',
  ),
  tls: optional(
    'TLS',
    oneOf('self-signed'),
    'self-signed: serve HTTPS with a certificate made for this machine and kept in the data folder.',
  ),
  tlsCert: optional(
    'TLS',
    path,
    'Serve HTTPS with this PEM certificate chain; needs the key too. Both files are read again when they change.',
  ),
  tlsKey: optional('TLS', path, 'The PEM private key of the certificate.'),
  turn: option(
    'TURN',
    onOff,
    false,
    'Run coturn (turnserver) beside the server, for calls that find no direct way. See docs/turn.md.',
  ),
  turnPort: option('TURN', portNumber, 3478, 'The port of TURN and STUN, over UDP and TCP.'),
  turnTlsPort: optional(
    'TURN',
    portNumber,
    'Serve TURN over TLS on this port too, with the files of tlsCert and tlsKey: 443 gets through where nothing else does. Set publicUrl to a name in the certificate.',
  ),
  turnMinPort: option('TURN', portNumber, 49_152, 'The first UDP port for relaying.'),
  turnMaxPort: option('TURN', portNumber, 65_535, 'The last UDP port for relaying.'),
  turnExternalIp: optional(
    'TURN',
    externalIps,
    'The address that clients reach coturn at: public, or public/private behind NAT. One of each family, separated by a comma.',
    { initialText: 'found on the network interfaces' },
  ),
  turnRealm: option(
    'TURN',
    realm,
    'apprtc',
    'The realm that coturn names when it asks for a credential.',
  ),
  turnDeny: optional(
    'TURN',
    addressBlocks,
    'More addresses that nobody may reach through the relay, beside all private and special ones: public addresses of your own network.',
  ),
  turnUserQuota: option(
    'TURN',
    count,
    32,
    'Allocations of one client at a time. A browser makes one for each of its addresses and each TURN URL.',
  ),
  turnTotalQuota: option('TURN', count, 4000, 'Allocations of all clients at a time.'),
  turnSessionMbps: option(
    'TURN',
    integer(1, 10_000),
    4,
    'Megabits a second that one allocation may carry in each direction.',
  ),
  turnTotalMbps: option(
    'TURN',
    integer(1, 1_000_000),
    1000,
    'Megabits a second that all allocations may have together: each takes turnSessionMbps of it while it lives.',
  ),
  turnAllowLoopback: option(
    'TURN',
    onOff,
    false,
    'For tests alone: let clients reach services on this machine through the relay.',
  ),
  openCollider: option(
    'Rooms',
    onOff,
    false,
    'Let a WebSocket register a client id that no join issued, as the original Collider did.',
  ),
  allowSignalingOverride: option(
    'Rooms',
    onOff,
    false,
    'Let a link name other servers for its call, as the original did: wshpp and wstls a Collider, ts where ICE servers are asked for. Whoever makes the link then sees the signaling of those who follow it.',
  ),
  headerMessage: optional(
    'Rooms',
    text,
    'A line for the top of the page, sent to clients as header_message.',
  ),
  iceServers: optional<readonly IceServer[]>(
    'ICE servers',
    iceServerList,
    'A fixed list, as JSON: [{"urls":["turns:turn.example.org:443?transport=tcp"],"username":"…","credential":"…"}]. With a credential in it only as the variable.',
    { hasSecrets: (servers) => servers.some(({ credential }) => credential !== undefined) },
  ),
  iceServersFile: optional('ICE servers', path, 'A file that holds that list.'),
  turnUrls: optional(
    'ICE servers',
    turnUrlList,
    'Your TURN servers, with commas between them: hosts, or URLs such as turns:turn.example.org:443?transport=tcp. Needs their shared secret.',
  ),
  turnSecret: optional(
    'ICE servers',
    minimumText(8),
    "The secret that this server shares with TURN servers (coturn's static-auth-secret): credentials are made from it.",
    { isSecret: true },
  ),
  turnSecretFile: optional('ICE servers', path, 'A file that holds that secret.'),
  iceProviderUrl: optional(
    'ICE servers',
    providerUrl,
    'A provider to ask for ICE servers. {key} in it stands for the key; without it the key goes into the Authorization header.',
  ),
  iceProviderMethod: option(
    'ICE servers',
    oneOf('POST', 'GET', 'PUT'),
    'POST',
    'How the provider is asked. POST and PUT send {"ttl":seconds}.',
  ),
  iceProviderAuth: option(
    'ICE servers',
    oneOf('bearer', 'basic'),
    'bearer',
    'How the Authorization header holds the key: as a bearer token, or as user:password.',
  ),
  iceProviderKey: optional(
    'ICE servers',
    minimumText(1),
    'The key for the provider. No client ever sees it.',
    { isSecret: true },
  ),
  iceProviderKeyFile: optional('ICE servers', path, 'A file that holds that key.'),
  iceCredentialLifeMs: option(
    'ICE servers',
    { ...integer(60_000, 86_400_000), placeholder: '<ms>' },
    600_000,
    'How long TURN credentials are good, a minute to a day. Calls outlive them.',
  ),
  openIce: option(
    'ICE servers',
    onOff,
    false,
    'Give TURN credentials to anyone who asks, not only to those who hold a seat.',
  ),
  stunPort: optional(
    'ICE servers',
    stunPort,
    'The UDP port of the STUN server inside. 0 takes any free one, off none.',
    { initialText: '3478, off with other ICE servers' },
  ),
  stunHost: optional(
    'ICE servers',
    host,
    'The address of that STUN server, where it is not that of --host: behind a proxy 0.0.0.0, because a proxy passes no UDP.',
    { initialText: 'as --host' },
  ),
  dataDir: optional(
    'State',
    path,
    'The folder for what must survive a restart: the signing secret and the self-signed certificate.',
    { initialText: '$XDG_STATE_HOME/apprtc or ~/.local/state/apprtc' },
  ),
  secret: optional(
    'State',
    minimumText(16),
    'The signing secret, at least 16 characters: the same on every node of one service. Without it one is made and kept in the data folder.',
    { isSecret: true },
  ),
  secretFile: optional('State', path, 'A file that holds the signing secret.'),
  logLevel: option(
    'State',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    'The least level that is logged, as JSON lines on stderr.',
  ),
  graceMs: option(
    'Deadlines',
    milliseconds,
    10_000,
    'How long a client whose socket closed keeps its seat.',
  ),
  registerTimeoutMs: option(
    'Deadlines',
    milliseconds,
    30_000,
    'How long a WebSocket may stay without a register.',
  ),
  pendingSeatMs: option(
    'Deadlines',
    milliseconds,
    60_000,
    'How long a client that joined may take to register.',
  ),
  loopbackWaitMs: option(
    'Deadlines',
    milliseconds,
    30_000,
    'How long a loopback socket that registered early waits for its join.',
  ),
  leaverCloseMs: option(
    'Deadlines',
    milliseconds,
    10_000,
    'How long the socket of a client that left stays open for its bye.',
  ),
  lapsedMailMs: option(
    'Deadlines',
    milliseconds,
    600_000,
    'How long messages for a seat that expired wait for the same client to come back.',
  ),
  pingIntervalMs: option(
    'Deadlines',
    milliseconds,
    15_000,
    'The time between pings on a WebSocket.',
  ),
  pongTimeoutMs: option(
    'Deadlines',
    milliseconds,
    60_000,
    'How long a WebSocket may take to answer a ping before it counts as dead.',
  ),
  maxRooms: option('Limits', count, 50_000, 'Rooms with anyone in them.'),
  maxSockets: option(
    'Limits',
    count,
    15_000,
    'WebSockets open at a time. Keep it below maxConnections, so that HTTP still answers.',
  ),
  maxQueuedBytes: option(
    'Limits',
    bytes,
    256 * 1024 * 1024,
    'Bytes of messages that wait in all rooms together.',
  ),
  maxSendBufferBytes: option(
    'Limits',
    bytes,
    4 * 1024 * 1024,
    'Bytes that one WebSocket may lag behind before it is closed as a slow reader.',
  ),
  maxMessagesPerSecond: option(
    'Limits',
    rate,
    200,
    'Messages a second on one WebSocket, in the long run. 0: no bound.',
  ),
  maxMessagesBurst: option(
    'Limits',
    count,
    2000,
    'Messages that one WebSocket may send at once before the rate counts.',
  ),
  maxRequestsPerSecond: option(
    'Limits',
    rate,
    100,
    'Requests a second from one address, in the long run. 0: no bound. This machine has none, unless a proxy is trusted.',
  ),
  maxRequestsBurst: option(
    'Limits',
    count,
    1000,
    'Requests that one address may send at once before the rate counts.',
  ),
  maxIceCredentialsPerClient: option(
    'Limits',
    integer(1, 65_535),
    30,
    'Times in ten minutes that one client is given TURN credentials. Beyond it gets STUN only.',
  ),
  maxIceCredentialsPerAddress: option(
    'Limits',
    integer(1, 65_535),
    1000,
    'Times in ten minutes that one address is. This machine has no bound, unless a proxy is trusted.',
  ),
};

export type Options = typeof options;
export type OptionKey = keyof Options;

/** `graceMs` → `APPRTC_GRACE_MS` */
export function environmentVariable(key: string): string {
  return `APPRTC_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** `graceMs` → `grace-ms` */
export function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
