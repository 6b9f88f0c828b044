import type { Config } from '../config/config.ts';
import { isLoopbackAddress, subscriberOf } from '../ip-address.ts';
import { BoundedCounts } from './bounded-counts.ts';

const windowMs = 600_000;

export type AllowanceBounds = Pick<
  Config,
  'maxIceCredentialsPerClient' | 'maxIceCredentialsPerAddress' | 'trustProxy'
>;

/** [IC13] Bounds how often a client and an address are given credentials. */
export class CredentialAllowance {
  readonly #clients: BoundedCounts;
  readonly #addresses: BoundedCounts;
  readonly #isLoopbackFree: boolean;

  constructor(bounds: AllowanceBounds, nowMs = () => performance.now()) {
    const { maxIceCredentialsPerClient: client, maxIceCredentialsPerAddress: address } = bounds;
    this.#clients = new BoundedCounts({ limit: client, windowMs }, nowMs);
    this.#addresses = new BoundedCounts({ limit: address, windowMs }, nowMs);
    this.#isLoopbackFree = bounds.trustProxy === false;
  }

  /** Counts one for an address and, where it holds a seat, for the client. */
  admits(address: string, client: string | null): boolean {
    const isFree = this.#isLoopbackFree && isLoopbackAddress(address);
    if (!isFree && !this.#addresses.admits(subscriberOf(address))) return false;
    return client === null || this.#clients.admits(client);
  }
}
