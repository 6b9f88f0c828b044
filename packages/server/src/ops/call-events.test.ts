import { expect, it } from 'vitest';
import { CallEvents } from './call-events.ts';

it('[AN3] counts by type, and the types beyond 64 together', () => {
  const events = new CallEvents();
  for (let type = 0; type < 70; type += 1) events.count(String(type));
  events.count('3');
  expect(events.counts['3']).toBe(2);
  expect(events.counts['69']).toBeUndefined();
  expect(events.counts['other']).toBe(6);
});
