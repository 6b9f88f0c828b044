import { randomInt } from 'node:crypto';
import { subscriberOf } from '../ip-address.ts';

const windowMs = 1_000;
const buckets = 65_536;

export interface DatagramRateBounds {
  /** Datagrams a second from one address. */
  readonly perAddress: number;
  /** Datagrams a second from all. */
  readonly total: number;
}

/**
 * Bounds datagrams in memory that never grows: sources can be forged, so addresses are counted in a fixed number of
 * buckets, and which address falls into which is this process's secret. Two that share one share its bound.
 */
export class DatagramRate {
  readonly #bounds: DatagramRateBounds;
  readonly #nowMs: () => number;
  readonly #seed: number;
  readonly #counts = new Uint16Array(buckets);
  #total = 0;
  #windowEndsAtMs = 0;

  constructor(bounds: DatagramRateBounds, nowMs: () => number, seed = randomInt(2 ** 32)) {
    this.#bounds = bounds;
    this.#nowMs = nowMs;
    this.#seed = seed;
  }

  /** Counts one datagram and says whether it is within the bounds. */
  admits(address: string): boolean {
    this.#startWindow();
    if (this.#total >= this.#bounds.total) return false;
    const bucket = this.#bucketOf(subscriberOf(address));
    const count = this.#counts[bucket] ?? 0;
    if (count >= this.#bounds.perAddress) return false;
    this.#counts[bucket] = count + 1;
    this.#total += 1;
    return true;
  }

  #startWindow(): void {
    const now = this.#nowMs();
    if (now < this.#windowEndsAtMs) return;
    this.#windowEndsAtMs = now + windowMs;
    this.#counts.fill(0);
    this.#total = 0;
  }

  /** FNV-1a from a secret start, folded. */
  #bucketOf(text: string): number {
    let hash = this.#seed;
    for (let at = 0; at < text.length; at += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    }
    return ((hash >>> 16) ^ hash) & (buckets - 1);
  }
}
