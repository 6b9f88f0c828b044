import type { FastifyInstance } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../config/config.ts';
import { roomsPath } from '../halves/room-commands.ts';
import { isLoopbackAddress } from '../ip-address.ts';

/** [LM12] Bounds the requests and upgrades of one address. */
export class RequestRate {
  readonly #limiter: RateLimiterMemory | null;
  readonly #isLoopbackFree: boolean;
  /** What is asked under this path is bounded there: the other half of the server asks for all its clients. */
  readonly #freePath = `${roomsPath}/`;

  constructor(config: Pick<Config, 'maxRequestsPerSecond' | 'maxRequestsBurst' | 'trustProxy'>) {
    const { maxRequestsPerSecond: perSecond, maxRequestsBurst: burst } = config;
    // A window as long as the burst lasts at the long-run rate.
    this.#limiter =
      perSecond === 0
        ? null
        : new RateLimiterMemory({ points: burst, duration: Math.ceil(burst / perSecond) });
    this.#isLoopbackFree = config.trustProxy === false;
  }

  /** Seconds to wait before the next request; null where this one is within the bound. */
  async secondsToWait(address: string): Promise<number | null> {
    if (this.#limiter === null) return null;
    if (this.#isLoopbackFree && isLoopbackAddress(address)) return null;
    try {
      await this.#limiter.consume(address);
      return null;
    } catch (rejection) {
      if (!(rejection instanceof RateLimiterRes)) throw rejection;
      return Math.max(1, Math.ceil(rejection.msBeforeNext / 1000));
    }
  }

  /** `exempt` is the URL of a route that never refuses. */
  guard(app: FastifyInstance, exempt?: string): void {
    app.addHook('onRequest', async (request, reply) => {
      if (request.url.startsWith(this.#freePath)) return;
      const seconds = await this.secondsToWait(request.ip);
      if (seconds === null || request.routeOptions.url === exempt) return;
      // [CS1] A page of another origin may read how long to wait.
      reply.header('Access-Control-Allow-Origin', '*');
      await reply.code(429).header('Retry-After', String(seconds)).send('Too many requests\n');
    });
  }
}
