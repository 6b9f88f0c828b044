import { describe, expect, it } from 'vitest';
import { BackOff } from './back-off.ts';

const bounds = { minMs: 100, maxMs: 1_000 };

/** The waits after failures, each as soon as it may be tried again. */
function waits(backOff: BackOff, failures: number): number[] {
  let nowMs = 0;
  return Array.from({ length: failures }, () => {
    backOff.failed(nowMs);
    const waitMs = backOff.waitMs(nowMs);
    nowMs += waitMs;
    return waitMs;
  });
}

describe('the back-off', () => {
  it('[TW11] there is none before the first failure', () => {
    expect(new BackOff(bounds).waitMs(0)).toBe(0);
    expect(new BackOff(bounds).waitMs(-1_000_000)).toBe(0);
  });

  it('[TW11] doubles up to its bound', () => {
    const longest = new BackOff(bounds, () => 1);
    expect(waits(longest, 6)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('[TW11] chance takes off half of it at the most', () => {
    expect(waits(new BackOff(bounds, () => 0), 6)).toEqual([50, 100, 200, 400, 500, 500]);
    for (const waitMs of waits(new BackOff(bounds), 50).slice(4)) {
      expect(waitMs).toBeGreaterThanOrEqual(500);
      expect(waitMs).toBeLessThanOrEqual(1_000);
    }
  });

  it('[TW11] never ends early for a fraction of a millisecond', () => {
    const backOff = new BackOff({ minMs: 1.5, maxMs: 10 }, () => 1);
    backOff.failed(0);
    expect(backOff.waitMs(0)).toBe(2);
    expect(backOff.waitMs(1)).toBe(1);
    expect(backOff.waitMs(1.5)).toBe(0);
  });

  it('[TW11] failures of what was begun before it count as one', () => {
    const backOff = new BackOff(bounds, () => 1);
    for (const atMs of [0, 1, 99]) backOff.failed(atMs);
    expect(backOff.waitMs(99)).toBe(1);
    expect(backOff.waitMs(100)).toBe(0);
    backOff.failed(100);
    expect(backOff.waitMs(100)).toBe(200);
  });

  it('[TW11] a success ends it, and the next failure starts afresh', () => {
    const backOff = new BackOff(bounds, () => 1);
    waits(backOff, 5);
    backOff.succeeded();
    expect(backOff.waitMs(0)).toBe(0);
    expect(waits(backOff, 2)).toEqual([100, 200]);
  });
});
