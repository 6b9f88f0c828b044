import { randomInt } from 'node:crypto';

const buckets = 65_536;

export interface CountBounds {
  /** At most 65,535. */
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * Counts names in memory that never grows, because whoever makes names up could fill any that does: they are counted
 * in a fixed number of buckets, all emptied when the window ends, and which name falls into which is this process's
 * secret. Two that share one share its limit.
 */
export class BoundedCounts {
  readonly #bounds: CountBounds;
  readonly #nowMs: () => number;
  readonly #seed: number;
  readonly #counts = new Uint16Array(buckets);
  #windowEndsAtMs = Number.NEGATIVE_INFINITY;

  /** `nowMs` is monotonic. */
  constructor(bounds: CountBounds, nowMs: () => number, seed = randomInt(2 ** 32)) {
    this.#bounds = bounds;
    this.#nowMs = nowMs;
    this.#seed = seed;
  }

  /** Counts one for a name and says whether that is within the limit. */
  admits(name: string): boolean {
    const now = this.#nowMs();
    if (now >= this.#windowEndsAtMs) {
      this.#windowEndsAtMs = now + this.#bounds.windowMs;
      this.#counts.fill(0);
    }
    const bucket = this.#bucketOf(name);
    const count = this.#counts[bucket] ?? 0;
    if (count >= this.#bounds.limit) return false;
    this.#counts[bucket] = count + 1;
    return true;
  }

  /** FNV-1a from a secret start, folded. */
  #bucketOf(name: string): number {
    let hash = this.#seed;
    for (let at = 0; at < name.length; at += 1) {
      hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
    }
    return ((hash >>> 16) ^ hash) & (buckets - 1);
  }
}
