import type { Logger } from 'pino';
import type { Unreachable } from './other-half.ts';

/** Says something to the other half once. */
export type Telling = () => Promise<{ readonly kind: 'answered' } | Unreachable>;

interface Notice {
  readonly tell: Telling;
  readonly untilMs: number;
}

export interface NoticesParts {
  readonly nowMs: () => number;
  readonly logger: Logger;
}

const maxWaiting = 10_000;
const maxInFlight = 8;
/** Longer than any seat lasts without a socket: after that there is nothing left to tell. */
const maxAgeMs = 120_000;

/**
 * [TW4] [TW6] What the other half must hear although nobody waits for its answer: told until it has answered, whatever
 * the answer, oldest first, and forgotten when it has become pointless.
 */
export class Notices {
  readonly #parts: NoticesParts;
  readonly #waiting: Notice[] = [];
  readonly #pauses = new Map<NodeJS.Timeout, () => void>();
  #inFlight = 0;
  #isClosed = false;

  constructor(parts: NoticesParts) {
    this.#parts = parts;
  }

  add(tell: Telling): void {
    if (this.#isClosed) return;
    if (this.#waiting.length >= maxWaiting) this.#forget(this.#waiting.shift(), 'too many');
    this.#waiting.push({ tell, untilMs: this.#parts.nowMs() + maxAgeMs });
    if (this.#inFlight < maxInFlight) void this.#work();
  }

  /** Forgets what waits. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
    for (const [timer, resume] of this.#pauses) {
      clearTimeout(timer);
      resume();
    }
    this.#pauses.clear();
  }

  /** Never rejects: `tell` answers with values, and a bug in it is logged here. */
  async #work(): Promise<void> {
    this.#inFlight += 1;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await this.#tellUntilHeard(next);
      } catch (error) {
        this.#parts.logger.error({ event: 'notice.failed', err: error });
      }
    }
    this.#inFlight -= 1;
  }

  async #tellUntilHeard(notice: Notice): Promise<void> {
    while (!this.#isClosed) {
      const told = await notice.tell();
      if (told.kind === 'answered') return;
      if (this.#parts.nowMs() + told.retryAfterMs > notice.untilMs) {
        this.#forget(notice, 'too old');
        return;
      }
      await this.#pause(told.retryAfterMs);
    }
  }

  #forget(notice: Notice | undefined, why: string): void {
    if (notice !== undefined) this.#parts.logger.warn({ event: 'notice.forgotten', why });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#pauses.delete(timer);
        resolve();
      }, ms).unref();
      this.#pauses.set(timer, resolve);
    });
  }
}
