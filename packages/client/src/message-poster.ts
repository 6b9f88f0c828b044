import { limits, results } from '@apprtc/protocol';
import { delay } from './deadline.ts';
import type { Platform } from './platform.ts';
import { reconnectDelayMs } from './reconnect-policy.ts';
import type { RoomClient, SeatAddress } from './room-client.ts';

/** Then the message is given up; the other one has long been waiting. */
const giveUpAfterMs = 30_000;

/** Fewer than a browser opens connections to one server. */
const maxUnderWay = 4;

interface Outgoing {
  readonly text: string;
  /** Whether it may overtake, and be overtaken by, others that may. */
  readonly isCandidate: boolean;
}

/**
 * The initiator's way out: `POST /message`. Candidates go several at a time, since a round trip for each would hold the
 * call up; everything else goes alone, so that the offer is there before its candidates. The server keeps the
 * messages for a newcomer, or relays them.
 */
export class MessagePoster {
  readonly #platform: Platform;
  readonly #client: RoomClient;
  readonly #seat: SeatAddress;
  readonly #onDropped: () => void;
  #queue: Outgoing[] = [];
  #underWay = 0;
  /** What is under way is to arrive before anything else. */
  #isAlone = false;
  #generation = new AbortController();

  constructor(platform: Platform, client: RoomClient, seat: SeatAddress, onDropped: () => void) {
    this.#platform = platform;
    this.#client = client;
    this.#seat = seat;
    this.#onDropped = onDropped;
  }

  post(text: string, isCandidate: boolean): void {
    if (this.#queue.length >= limits.maxQueuedMessages) return;
    this.#queue.push({ text, isCandidate });
    this.#advance();
  }

  /** Forgets what still waits, and gives up what is under way. */
  discard(): void {
    this.#queue = [];
    this.#generation.abort();
    this.#generation = new AbortController();
  }

  #advance(): void {
    for (
      let next = this.#queue[0];
      next !== undefined && this.#mayGo(next);
      next = this.#queue[0]
    ) {
      this.#queue.shift();
      this.#underWay += 1;
      this.#isAlone = !next.isCandidate;
      void this.#deliver(next.text, this.#generation.signal).then(() => {
        this.#underWay -= 1;
        this.#advance();
      });
    }
  }

  #mayGo({ isCandidate }: Outgoing): boolean {
    if (this.#underWay === 0) return true;
    return isCandidate && !this.#isAlone && this.#underWay < maxUnderWay;
  }

  /**
   * Tries until the server takes it. `UNKNOWN_ROOM` and `UNKNOWN_CLIENT` are worth trying again too: a seat that
   * ran out while the network was away comes back with the socket's next register. `ERROR` is final.
   */
  async #deliver(message: string, signal: AbortSignal): Promise<void> {
    const startedMs = this.#platform.nowMs();
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const result = await this.#client.message(this.#seat, message, signal);
      if (result === results.success || signal.aborted) return;
      const downForMs = this.#platform.nowMs() - startedMs;
      if (result === results.error || downForMs >= giveUpAfterMs) {
        this.#onDropped();
        return;
      }
      const random = this.#platform.random();
      await delay(this.#platform, reconnectDelayMs({ attempt, downForMs, random }), signal);
    }
  }
}
