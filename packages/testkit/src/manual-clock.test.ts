import { expect, test } from 'vitest';
import { ManualClock } from './manual-clock.ts';
import { SeededRandom } from './seeded-random.ts';

test('timers run in the order of their times, also those that timers set', () => {
  const clock = new ManualClock();
  const ran: string[] = [];
  clock.setTimeout(() => ran.push(`b${clock.nowMs()}`), 20);
  clock.setTimeout(() => {
    ran.push(`a${clock.nowMs()}`);
    clock.setTimeout(() => ran.push(`c${clock.nowMs()}`), 15);
  }, 10);
  const cleared = clock.setTimeout(() => ran.push('never'), 5);
  clock.clearTimeout(cleared);
  clock.advance(24);
  expect(ran).toEqual(['a10', 'b20']);
  clock.advance(1);
  expect(ran).toEqual(['a10', 'b20', 'c25']);
  expect(clock.pendingTimers).toBe(0);
});

test('a seed repeats its numbers, another has others', () => {
  const of = (seed: number): number[] => {
    const random = new SeededRandom(seed);
    return [random.next(), random.next(), random.below(10)];
  };
  expect(of(7)).toEqual(of(7));
  expect(of(7)).not.toEqual(of(8));
  expect(of(7).every((value) => value >= 0)).toBe(true);
});
