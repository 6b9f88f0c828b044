import { describe, expect, it } from 'vitest';
import { MessageRate } from './message-rate.ts';

const bound = { perSecond: 2, burst: 5 };

/** How many of `count` messages at this time are within the bound. */
function allowed(rate: MessageRate, count: number, nowMs: number): number {
  return Array.from({ length: count }, () => rate.allows(bound, nowMs)).filter(Boolean).length;
}

describe('the bound on messages', () => {
  it('[LM11] lets a burst through at once, and no more', () => {
    expect(allowed(new MessageRate(bound, 1_000), 10, 1_000)).toBe(5);
  });

  it('[LM11] lets the long-run rate through after it', () => {
    const rate = new MessageRate(bound, 0);
    allowed(rate, 5, 0);
    expect(allowed(rate, 1, 499)).toBe(0);
    expect(allowed(rate, 2, 500)).toBe(1);
    expect(allowed(rate, 9, 2_000)).toBe(3);
  });

  it('[LM11] earns no more than a burst', () => {
    const rate = new MessageRate(bound, 0);
    expect(allowed(rate, 10, 3_600_000)).toBe(5);
  });

  it('a refused message costs nothing', () => {
    const rate = new MessageRate(bound, 0);
    allowed(rate, 100, 0);
    expect(allowed(rate, 2, 1_000)).toBe(2);
  });

  it('0 a second is no bound', () => {
    const rate = new MessageRate({ perSecond: 0, burst: 1 }, 0);
    for (let count = 0; count < 10; count += 1) {
      expect(rate.allows({ perSecond: 0, burst: 1 }, 0)).toBe(true);
    }
  });
});
