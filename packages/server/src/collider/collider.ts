import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { asksForSession, limits } from '@apprtc/protocol';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Connections } from '../rooms/connections.ts';
import type { SessionConnection } from '../session/session-connection.ts';
import type { Sessions } from '../session/sessions.ts';
import { SocketTransport } from '../session/socket-transport.ts';
import { type ColliderContext, ColliderSocket } from './collider-socket.ts';
import { MessageFrames } from './message-frames.ts';

export interface ColliderOptions extends Omit<ColliderContext, 'countError' | 'frames'> {
  readonly connections: Connections;
  /** Those whose first frame asks for more than the original protocol. */
  readonly sessions: Sessions;
  /** [LM8] */
  readonly maxSockets: number;
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
}

/** Each socket is pinged once in this many turns, so that ten thousand pings don't leave at once. */
const pingTurns = 15;
/** Characters of a subprotocol's name. */
const maxProtocolLength = 64;
const closeTimeoutMs = 3_000;
const drainPollMs = 100;

/** The WebSocket half of the original's Collider: accepts sockets, keeps them alive, lets them go. */
export class Collider {
  readonly #options: ColliderOptions;
  readonly #context: ColliderContext;
  readonly #sockets = new Map<WebSocket, ColliderSocket>();
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.maxFrameBytes,
    perMessageDeflate: false,
    // [WS3] The answer's head must stay short, so an overlong offer is not taken up.
    handleProtocols: ([first = '']) => (first.length <= maxProtocolLength ? first : false),
  });
  readonly #heartbeat: NodeJS.Timeout;
  #accepted = 0;
  #errors = 0;
  #turn = 0;
  #streams = 0;
  #isClosing = false;

  constructor(options: ColliderOptions) {
    this.#options = options;
    this.#context = {
      ...options,
      frames: new MessageFrames(),
      countError: () => this.#countError(),
    };
    this.#heartbeat = setInterval(() => this.#beat(), options.pingIntervalMs / pingTurns);
    this.#heartbeat.unref();
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  get acceptedSockets(): number {
    return this.#accepted;
  }

  get errors(): number {
    return this.#errors + this.#options.sessions.errors;
  }

  /** [LM8] Whether one more socket may be opened. */
  get hasRoom(): boolean {
    return !this.#isClosing && this.#sockets.size + this.#streams < this.#options.maxSockets;
  }

  /** A session over HTTP begins or ends. */
  countStream(change: 1 | -1): void {
    this.#streams += change;
  }

  /** Completes an upgrade (RFC 6455 section 4.2). `address` is the client's. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) =>
      this.#accept(webSocket, socket, address),
    );
  }

  /** [V46] Waits until the calls of legacy clients are over, which end with their sockets; not longer than this. */
  async drain(timeoutMs: number): Promise<void> {
    this.#isClosing = true;
    this.#options.sessions.move();
    const untilMs = performance.now() + timeoutMs;
    while (this.#hasLegacyCall && performance.now() < untilMs) {
      await elapsed(Math.min(drainPollMs, untilMs - performance.now()));
    }
  }

  /** Closes every socket with 1001 and waits for the goodbyes, not for long. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#heartbeat);
    this.#options.sessions.close();
    const closed = [...this.#sockets.keys()].map(closeAway);
    await Promise.all(closed);
  }

  #countError(): void {
    this.#errors += 1;
  }

  /** [V2] Only the first frame is looked at for the protocol it asks for. */
  #accept(webSocket: WebSocket, connection: Duplex, address: string): void {
    this.#accepted += 1;
    const socket = new ColliderSocket(this.#accepted, webSocket, connection, this.#context);
    let session: SessionConnection | null = null;
    this.#sockets.set(webSocket, socket);
    this.#options.connections.add(socket);
    webSocket.once('message', (data: RawData, isBinary: boolean) => {
      if (isBinary || !socket.isOpen || !asksForSession(data.toString())) {
        webSocket.on('message', (next: RawData, isNextBinary: boolean) =>
          socket.receive(next, isNextBinary),
        );
        socket.receive(data, isBinary);
        return;
      }
      socket.closed();
      session = this.#openSession(socket, webSocket, address);
      session.receive(data.toString());
    });
    webSocket.on('pong', () => (session ?? socket).heard());
    webSocket.on('error', () => this.#countError());
    webSocket.on('close', () => {
      this.#sockets.delete(webSocket);
      this.#options.connections.remove(socket.id);
      if (session === null) socket.closed();
      else this.#options.sessions.closed(session);
    });
  }

  #openSession({ id }: ColliderSocket, webSocket: WebSocket, address: string): SessionConnection {
    const session = this.#options.sessions.open(id, new SocketTransport(webSocket), address);
    // Binary frames are a legacy habit.
    webSocket.on('message', (data: RawData, isBinary: boolean) => {
      if (isBinary) session.end('malformed');
      else session.receive(data.toString());
    });
    return session;
  }

  /** A legacy client that has registered counts as one in a call: it hangs up itself. */
  get #hasLegacyCall(): boolean {
    if (this.#options.sessions.hasLegacyCall) return true;
    return [...this.#sockets.values()].some((socket) => socket.hasRegistered);
  }

  /** [WS6] Pings the registered sockets whose turn it is, and ends those that answer none for too long. */
  #beat(): void {
    this.#turn = (this.#turn + 1) % pingTurns;
    for (const socket of this.#sockets.values()) {
      if (!socket.hasRegistered || socket.ordinal % pingTurns !== this.#turn) continue;
      socket.ping(this.#options.pongTimeoutMs);
    }
  }
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** [WS8] A stop is 1001, which every client takes for what it is. */
function closeAway(webSocket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => webSocket.terminate(), closeTimeoutMs);
    webSocket.once('close', () => {
      clearTimeout(giveUp);
      resolve();
    });
    webSocket.close(1001);
  });
}
