import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../config/config.ts';
import { RequestRate } from './request-rate.ts';

type Bounds = Pick<Config, 'maxRequestsPerSecond' | 'maxRequestsBurst' | 'trustProxy'>;

function rateOf(bounds: Partial<Bounds> = {}): RequestRate {
  const all: Bounds = {
    maxRequestsPerSecond: 2,
    maxRequestsBurst: 4,
    trustProxy: false,
    ...bounds,
  };
  return new RequestRate(all);
}

async function waits(
  rate: RequestRate,
  address: string,
  count: number,
): Promise<(number | null)[]> {
  const seconds: (number | null)[] = [];
  for (let left = count; left > 0; left -= 1) seconds.push(await rate.secondsToWait(address));
  return seconds;
}

describe('the bound on requests', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('[LM12] lets a burst through, then says how long to wait', async () => {
    const rate = rateOf();
    expect(await waits(rate, '192.0.2.1', 5)).toEqual([null, null, null, null, 2]);
    vi.advanceTimersByTime(1_500);
    expect(await waits(rate, '192.0.2.1', 1)).toEqual([1]);
    vi.advanceTimersByTime(600);
    expect(await waits(rate, '192.0.2.1', 1)).toEqual([null]);
  });

  it('[LM12] counts each address for itself', async () => {
    const rate = rateOf();
    await waits(rate, '192.0.2.1', 5);
    expect(await waits(rate, '2001:db8::1', 1)).toEqual([null]);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])(
    '[LM12] %s is exempt while no proxy is trusted',
    async (address) => {
      expect((await waits(rateOf(), address, 6)).at(-1)).toBeNull();
      expect((await waits(rateOf({ trustProxy: 1 }), address, 6)).at(-1)).toBe(2);
    },
  );

  it.each(['128.0.0.1', '1127.0.0.1', '::11', '2001:db8::127.0.0.1', 'fe80::1'])(
    '[LM12] %s is not exempt',
    async (address) => {
      expect((await waits(rateOf(), address, 5)).at(-1)).toBe(2);
    },
  );

  it('[LM12] 0 a second is no bound', async () => {
    const rate = rateOf({ maxRequestsPerSecond: 0 });
    expect((await waits(rate, '192.0.2.1', 20)).at(-1)).toBeNull();
  });
});

describe('a guarded application', () => {
  it('[LM12] answers 429 with Retry-After, and other addresses as before', async () => {
    const app = Fastify();
    rateOf({ maxRequestsBurst: 1 }).guard(app);
    app.get('/', () => 'hello');
    const ask = (remoteAddress: string) => app.inject({ url: '/', remoteAddress });
    expect((await ask('192.0.2.1')).statusCode).toBe(200);
    const refused = await ask('192.0.2.1');
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.body).toBe('Too many requests\n');
    expect((await ask('192.0.2.2')).statusCode).toBe(200);
    await app.close();
  });
});
