import type { WebSocket } from 'ws';
import type { MeasuredServer } from './measured-server.ts';
import { candidateFrame, type Pair } from './pair.ts';

export interface RelayLoad {
  /** The server's CPU time for one relayed message, in microseconds. */
  readonly cpuUs: number;
  /** From the send to the other client's receipt, in ms, one for each message. */
  readonly latenciesMs: readonly number[];
}

const tickMs = 2;
const perTick = 10;

/**
 * Relays `messages` messages at a steady pace, well below what either server can do: ten clients of ten rooms say one
 * each, every 2 ms, and no client has two under way: where one has, the tick ends. A late timer is not made up for.
 */
export async function relay(
  server: MeasuredServer,
  pairs: readonly Pair[],
  messages: number,
): Promise<RelayLoad> {
  const ways = pairs.flatMap(([first, second]) => [new Way(first, second), new Way(second, first)]);
  const before = await server.usage('read');
  let sent = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      for (let count = 0; count < perTick && sent < messages; count += 1) {
        if (ways[sent % ways.length]?.send() !== true) break;
        sent += 1;
      }
      if (sent < messages) return;
      clearInterval(timer);
      resolve();
    }, tickMs);
  });
  await Promise.all(ways.map((way) => way.idle()));
  const after = await server.usage('read');
  for (const way of ways) way.end();
  const latenciesMs = ways.flatMap((way) => way.latenciesMs);
  return { cpuUs: (after.cpuUs - before.cpuUs) / messages, latenciesMs };
}

/** One direction of a pair, with at most one message under way. */
class Way {
  readonly latenciesMs: number[] = [];
  readonly #from: WebSocket;
  readonly #to: WebSocket;
  #sentMs: number | null = null;
  #onIdle: () => void = () => {};

  constructor(from: WebSocket, to: WebSocket) {
    this.#from = from;
    this.#to = to;
    to.on('message', this.#received);
  }

  /** False while the last message is still under way. */
  send(): boolean {
    if (this.#sentMs !== null) return false;
    this.#sentMs = performance.now();
    this.#from.send(candidateFrame);
    return true;
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
    this.#onIdle();
  };
}
