/** A token bucket: `perSecond` in the long run, `burst` at once; 0 a second is no bound. */
export interface RateBound {
  readonly perSecond: number;
  readonly burst: number;
}

/** [LM11] Counts one sender's messages against a bound. */
export class MessageRate {
  #tokens: number;
  #lastMs: number;

  constructor(bound: RateBound, nowMs: number) {
    this.#tokens = bound.burst;
    this.#lastMs = nowMs;
  }

  /** Whether one more message is within the bound. */
  allows(bound: RateBound, nowMs: number): boolean {
    if (bound.perSecond === 0) return true;
    const earned = ((nowMs - this.#lastMs) / 1000) * bound.perSecond;
    this.#tokens = Math.min(bound.burst, this.#tokens + earned);
    this.#lastMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
