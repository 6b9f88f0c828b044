import fc from 'fast-check';
import { expect, it } from 'vitest';
import { restartDelayMs } from './restart-delay.ts';

it('doubles from 250 ms to 30 s', () => {
  const longest = Array.from({ length: 10 }, (_, at) => restartDelayMs(at + 1, 1));
  expect(longest).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

it('is a random part between half and the whole, however often it ended', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (ends, random) => {
        const whole = restartDelayMs(ends, 1);
        const delay = restartDelayMs(ends, random);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(whole / 2));
        expect(delay).toBeLessThanOrEqual(whole);
        expect(whole).toBeLessThanOrEqual(30_000);
      },
    ),
  );
});
