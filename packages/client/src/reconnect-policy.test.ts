import { expect, test } from 'vitest';
import { reconnectDelayMs } from './reconnect-policy.ts';

test('the first four attempts come quickly, whatever the dice say', () => {
  const delays = [0, 1, 2, 3].map((attempt) =>
    reconnectDelayMs({ attempt, downForMs: 999_999, random: 0.99 }),
  );
  expect(delays).toEqual([0, 300, 600, 1200]);
});

test('for two minutes it is every 1.5 s, 30 % more or less', () => {
  const at = (random: number): number =>
    reconnectDelayMs({ attempt: 4, downForMs: 119_000, random });
  expect([at(0), at(0.5), at(1)]).toEqual([1050, 1500, 1950]);
});

test('then it slows down, and stops at 15 s', () => {
  const at = (downForMs: number): number =>
    reconnectDelayMs({ attempt: 90, downForMs, random: 0.5 });
  expect(at(120_000)).toBe(1500);
  expect(at(180_000)).toBe(3000);
  expect(at(240_000)).toBe(6000);
  expect(at(3_600_000)).toBe(15_000);
  expect(reconnectDelayMs({ attempt: 90, downForMs: 3_600_000, random: 1 })).toBe(15_000);
});

test('with no peer connection to mend it slows down from the start', () => {
  const at = (downForMs: number): number =>
    reconnectDelayMs({ attempt: 9, downForMs, random: 0.5, isInCall: false });
  expect([at(0), at(60_000), at(3_600_000)]).toEqual([1500, 3000, 15_000]);
  expect(reconnectDelayMs({ attempt: 2, downForMs: 0, random: 0.5, isInCall: false })).toBe(600);
});
