import { count, option, optional } from './option.ts';
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
} from './value-kind.ts';

/** Where it listens, what it is, and where it keeps its state. */
export const serverOptions = {
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
};
