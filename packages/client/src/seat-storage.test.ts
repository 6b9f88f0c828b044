import { expect, test } from 'vitest';
import { parseKeptSeat } from './seat-storage.ts';

const seat = { roomId: 'abc', clientId: '12345678', wssUrl: 'ws://h/ws', messages: [] };

test('a kept seat is read back, and nothing else is taken for one', () => {
  const kept = { seat, credential: 'c.d' };
  expect(parseKeptSeat(JSON.stringify(kept))).toEqual(kept);
  const others = [
    null,
    '',
    'no',
    'null',
    '{}',
    JSON.stringify({ ...kept, credential: 'two words' }),
    JSON.stringify({ ...kept, seat: { ...seat, roomId: '../x' } }),
    JSON.stringify({ ...kept, seat: { ...seat, wssUrl: 'here' } }),
    JSON.stringify({ ...kept, seat: { ...seat, messages: 'none' } }),
  ];
  for (const text of others) expect(parseKeptSeat(text)).toBeNull();
});
