import { expect, it } from 'vitest';
import { AddressCounts } from './address-counts.ts';

it('[V43] bounds what each address holds at a time', () => {
  const counts = new AddressCounts(2, (address) => address === 'free');
  expect([counts.take('a'), counts.take('a'), counts.take('a')]).toEqual([true, true, false]);
  expect(counts.take('b')).toBe(true);
  counts.release('a');
  expect([counts.take('a'), counts.take('a')]).toEqual([true, false]);
  for (const address of ['a', 'a', 'b']) counts.release(address);
  expect([counts.take('a'), counts.take('a'), counts.take('a')]).toEqual([true, true, false]);
  for (let count = 0; count < 5; count += 1) expect(counts.take('free')).toBe(true);
});
