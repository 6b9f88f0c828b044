import {
  dayMs,
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
  /** The only commands that it is for; left out where it is for all that start a server. */
  readonly commands?: readonly ServerCommand[];
}

/** `serve` is the whole product on one port; the others start one half of it. */
export const serverCommands = ['serve', 'room-server', 'collider'] as const;
export type ServerCommand = (typeof serverCommands)[number];

export const optionGroups = [
  'Address',
  'TLS',
  'Two processes',
  'Rooms',
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
  collider: optional(
    'Two processes',
    origin,
    'Where the Collider runs, such as https://collider.example.org, both for clients and for this room server.',
    { commands: ['room-server'] },
  ),
  roomServer: optional(
    'Two processes',
    origin,
    'The room server to tell when a client is gone, such as https://rooms.example.org. Needed where it is not one of ours.',
    { commands: ['collider'] },
  ),
  foreignSeatMs: option(
    'Two processes',
    milliseconds,
    dayMs,
    'How long a seat lasts that nobody frees, where the Collider is not one of ours and so does not say who is connected.',
    { commands: ['room-server'] },
  ),
  openCollider: option(
    'Rooms',
    onOff,
    false,
    'Let a WebSocket register a client id that no join issued, as the original Collider did: for clients of a room server that is not ours.',
    { commands: ['serve', 'collider'] },
  ),
  allowSignalingOverride: option(
    'Rooms',
    onOff,
    false,
    'Let a link name other servers for its call, as the original did: wshpp and wstls a Collider, ts where ICE servers are asked for. Whoever makes the link then sees the signaling of those who follow it.',
    { commands: ['serve', 'room-server'] },
  ),
  headerMessage: optional(
    'Rooms',
    text,
    'A line for the top of the page, sent to clients as header_message.',
    { commands: ['serve', 'room-server'] },
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
