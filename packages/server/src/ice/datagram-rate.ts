import { subscriberOf } from '../ip-address.ts';
import { BoundedCounts } from './bounded-counts.ts';

const windowMs = 1_000;

export interface DatagramRateBounds {
  /** Datagrams a second from one address. */
  readonly perAddress: number;
  /** Datagrams a second from all: at most 65,535. */
  readonly total: number;
}

/** [SB4] Bounds datagrams, whose sources can be forged. */
export class DatagramRate {
  readonly #addresses: BoundedCounts;
  readonly #all: BoundedCounts;

  constructor({ perAddress, total }: DatagramRateBounds, nowMs: () => number, seed?: number) {
    this.#addresses = new BoundedCounts({ limit: perAddress, windowMs }, nowMs, seed);
    this.#all = new BoundedCounts({ limit: total, windowMs }, nowMs, seed);
  }

  /** Counts one datagram and says whether it is within the bounds. */
  admits(address: string): boolean {
    return this.#addresses.admits(subscriberOf(address)) && this.#all.admits('');
  }
}
