import { createSocket, type RemoteInfo, type Socket, type SocketType } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Logger } from 'pino';
import { systemErrorCode } from '../start-error.ts';
import { DatagramRate, type DatagramRateBounds } from './datagram-rate.ts';
import { stunAnswer } from './stun-answer.ts';

/** [SB4] As many as a large office behind one address makes; more than that only floods. */
const rateBounds: DatagramRateBounds = { perAddress: 200, total: 20_000 };
/** A socket that failed is opened again after this. */
const usualReopenMs = 1_000;
/** Tries for one free port on two addresses. */
const maxTries = 10;

export interface StunOptions {
  /** As `--host`: localhost is 127.0.0.1 and ::1. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly logger: Logger;
  /** Monotonic. */
  readonly nowMs?: () => number;
  readonly reopenMs?: number;
  readonly makeSocket?: MakeSocket;
}

type MakeSocket = (type: SocketType) => Socket;

interface Place {
  readonly type: SocketType;
  readonly address: string;
}

/**
 * [SB1] A STUN server (RFC 8489) for Binding requests over UDP: it tells clients the address that the world sees them
 * under. It keeps nothing of any of them.
 */
export class StunResponder {
  readonly port: number;
  readonly #logger: Logger;
  readonly #rate: DatagramRate;
  readonly #sockets: Map<Place, Socket>;
  readonly #reopenMs: number;
  readonly #makeSocket: MakeSocket;
  readonly #reopening = new Set<NodeJS.Timeout>();
  #isClosed = false;

  /** @throws {Error} a system error such as EADDRINUSE. */
  static async open(options: StunOptions): Promise<StunResponder> {
    const places = await placesOf(options.host);
    const makeSocket = options.makeSocket ?? createSocket;
    const sockets = await bindAll(makeSocket, places, options.port);
    return new StunResponder(options, sockets);
  }

  private constructor(
    { logger, nowMs, reopenMs, makeSocket }: StunOptions,
    sockets: Map<Place, Socket>,
  ) {
    this.#logger = logger;
    this.#rate = new DatagramRate(rateBounds, nowMs ?? (() => performance.now()));
    this.#sockets = sockets;
    this.#reopenMs = reopenMs ?? usualReopenMs;
    this.#makeSocket = makeSocket ?? createSocket;
    const [first] = sockets.values();
    if (first === undefined) throw new Error('No socket is open');
    this.port = first.address().port;
    for (const [place, socket] of sockets) this.#serve(place, socket);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of this.#reopening) clearTimeout(timer);
    await Promise.all([...this.#sockets.values()].map(closed));
    this.#sockets.clear();
  }

  #serve(place: Place, socket: Socket): void {
    this.#sockets.set(place, socket);
    socket.on('message', (datagram, source) => this.#answer(socket, datagram, source));
    socket.on('error', (error) => {
      this.#logger.warn({ event: 'stun.failed', code: systemErrorCode(error) });
      this.#sockets.delete(place);
      closed(socket).then(
        () => this.#reopenLater(place),
        () => this.#reopenLater(place),
      );
    });
  }

  #answer(socket: Socket, datagram: Buffer, source: RemoteInfo): void {
    if (!this.#rate.admits(source.address)) return;
    const answer = stunAnswer(datagram, source);
    if (answer === null || this.#isClosed) return;
    // UDP promises nothing: who misses the answer asks again (RFC 8489 section 6.2.1).
    socket.send(answer, source.port, source.address, () => undefined);
  }

  #reopenLater(place: Place): void {
    if (this.#isClosed) return;
    const timer = setTimeout(() => {
      this.#reopening.delete(timer);
      bind(this.#makeSocket, place, this.port).then(
        (socket) => (this.#isClosed ? socket.close() : this.#serve(place, socket)),
        (error: unknown) => {
          this.#logger.warn({ event: 'stun.reopen.failed', code: systemErrorCode(error) });
          this.#reopenLater(place);
        },
      );
    }, this.#reopenMs);
    timer.unref();
    this.#reopening.add(timer);
  }
}

async function placesOf(host: string): Promise<readonly Place[]> {
  if (host === 'localhost') return [placeOf('127.0.0.1'), placeOf('::1')];
  return [placeOf(isIP(host) === 0 ? (await lookup(host)).address : host)];
}

function placeOf(address: string): Place {
  return { type: isIP(address) === 6 ? 'udp6' : 'udp4', address };
}

/** The same port on each; with port 0 the first one's choice, another if it is taken on the second. */
async function bindAll(
  make: MakeSocket,
  places: readonly Place[],
  port: number,
): Promise<Map<Place, Socket>> {
  for (let triesLeft = port === 0 ? maxTries : 1; ; triesLeft -= 1) {
    try {
      return await bindEach(make, places, port);
    } catch (error) {
      if (systemErrorCode(error) !== 'EADDRINUSE' || triesLeft <= 1) throw error;
    }
  }
}

async function bindEach(
  make: MakeSocket,
  places: readonly Place[],
  port: number,
): Promise<Map<Place, Socket>> {
  const sockets = new Map<Place, Socket>();
  for (const place of places) {
    const [first] = sockets.values();
    try {
      sockets.set(place, await bind(make, place, first?.address().port ?? port));
    } catch (error) {
      // A machine without IPv6 has one address less.
      if (first !== undefined && isWithoutIpv6(error)) continue;
      await Promise.all([...sockets.values()].map(closed));
      throw error;
    }
  }
  return sockets;
}

function isWithoutIpv6(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

function bind(make: MakeSocket, { type, address }: Place, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = make(type);
    const onError = (error: Error) => {
      closed(socket).then(() => reject(error), reject);
    };
    socket.once('error', onError);
    socket.bind({ port, address, exclusive: true }, () => {
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

/** A socket that failed may be closed already, which `close` reports by throwing. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.close(() => resolve());
    } catch {
      resolve();
    }
  });
}
