export interface BackOffBounds {
  /** The first wait, before chance shortens it. */
  readonly minMs: number;
  readonly maxMs: number;
}

/** How long to leave something alone that has failed: twice as long each time, less a part that chance decides. */
export class BackOff {
  readonly #bounds: BackOffBounds;
  readonly #random: () => number;
  #failures = 0;
  #untilMs = Number.NEGATIVE_INFINITY;

  /** `random` answers from 0 up to 1. */
  constructor(bounds: BackOffBounds, random: () => number = Math.random) {
    this.#bounds = bounds;
    this.#random = random;
  }

  /** Milliseconds until it may be tried again; 0: now. */
  waitMs(nowMs: number): number {
    return Math.max(0, Math.ceil(this.#untilMs - nowMs));
  }

  /** Failures of things begun before the wait count as one. */
  failed(nowMs: number): void {
    if (nowMs < this.#untilMs) return;
    const { minMs, maxMs } = this.#bounds;
    const longestMs = Math.min(maxMs, minMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#untilMs = nowMs + longestMs * (0.5 + this.#random() / 2);
  }

  succeeded(): void {
    this.#failures = 0;
    this.#untilMs = Number.NEGATIVE_INFINITY;
  }
}
