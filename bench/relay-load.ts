import type { WebSocket } from 'ws';
import type { MeasuredServer } from './measured-server.ts';
import { candidateFrame, type Pair } from './pair.ts';

export interface RelayLoad {
  /** The server's CPU time for one relayed message, in microseconds. */
  readonly cpuUs: number;
  /** From the send to the other client's receipt, in ms, one for each message. */
  readonly latenciesMs: readonly number[];
}

/**
 * Relays `messages` messages: every client of every room says one, and the next as soon as its last has reached the
 * other side. So a client never has two under way, and what bounds the pace is this generator, which does more for each
 * message than either server.
 */
export async function relay(
  server: MeasuredServer,
  pairs: readonly Pair[],
  messages: number,
): Promise<RelayLoad> {
  const ways = pairs.flatMap(([first, second]) => [new Way(first, second), new Way(second, first)]);
  const before = await server.usage('read');
  let left = messages;
  const sendNext = (way: Way): void => {
    if (left === 0) return;
    left -= 1;
    way.send();
  };
  for (const way of ways) {
    way.onReceived = sendNext;
    sendNext(way);
  }
  await Promise.all(ways.map((way) => way.idle()));
  const after = await server.usage('read');
  for (const way of ways) way.end();
  const latenciesMs = ways.flatMap((way) => way.latenciesMs);
  return { cpuUs: (after.cpuUs - before.cpuUs) / messages, latenciesMs };
}

/** One direction of a pair, with at most one message under way. */
class Way {
  readonly latenciesMs: number[] = [];
  onReceived: (way: Way) => void = () => {};
  readonly #from: WebSocket;
  readonly #to: WebSocket;
  #sentMs: number | null = null;
  #onIdle: () => void = () => {};

  constructor(from: WebSocket, to: WebSocket) {
    this.#from = from;
    this.#to = to;
    to.on('message', this.#received);
  }

  send(): void {
    this.#sentMs = performance.now();
    this.#from.send(candidateFrame);
  }

  async idle(): Promise<void> {
    if (this.#sentMs === null) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  end(): void {
    this.#to.off('message', this.#received);
  }

  readonly #received = (): void => {
    if (this.#sentMs === null) throw new Error('A message came that nobody had sent');
    this.latenciesMs.push(performance.now() - this.#sentMs);
    this.#sentMs = null;
    this.onReceived(this);
    if (this.#sentMs === null) this.#onIdle();
  };
}
