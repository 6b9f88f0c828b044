import { bytes, count, option, rate } from './option.ts';
import { integer, milliseconds } from './value-kind.ts';

/** How long things may take, and how much of them there may be. */
export const limitOptions = {
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
