import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../config/config.ts';
import { isLoopbackAddress, subscriberOf } from '../ip-address.ts';

/** As long as credentials live by default. */
const windowSeconds = 600;

export type AllowanceBounds = Pick<
  Config,
  'maxIceCredentialsPerClient' | 'maxIceCredentialsPerAddress' | 'trustProxy'
>;

/** [IC13] Bounds how often a client and an address are given credentials. */
export class CredentialAllowance {
  readonly #clients: RateLimiterMemory;
  readonly #addresses: RateLimiterMemory;
  readonly #isLoopbackFree: boolean;

  constructor(bounds: AllowanceBounds) {
    const duration = windowSeconds;
    const { maxIceCredentialsPerClient: client, maxIceCredentialsPerAddress: address } = bounds;
    this.#clients = new RateLimiterMemory({ points: client, duration });
    this.#addresses = new RateLimiterMemory({ points: address, duration });
    this.#isLoopbackFree = bounds.trustProxy === false;
  }

  /** Counts one for an address and, where it holds a seat, for the client. */
  async admits(address: string, client: string | null): Promise<boolean> {
    const isFree = this.#isLoopbackFree && isLoopbackAddress(address);
    if (!isFree && !(await consume(this.#addresses, subscriberOf(address)))) return false;
    return client === null || (await consume(this.#clients, client));
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<boolean> {
  try {
    await limiter.consume(key);
    return true;
  } catch (rejection) {
    if (rejection instanceof RateLimiterRes) return false;
    throw rejection;
  }
}
