import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import clientIds from '../vectors/client-ids.json' with { type: 'json' };
import roomIds from '../vectors/room-ids.json' with { type: 'json' };
import { inputOf, type Vector } from '../vectors/vector.ts';
import {
  isLoopbackClientId,
  isTypableRoomName,
  loopbackClientId,
  parseClientId,
  parseRoomId,
  reservedNames,
} from './ids.ts';

describe('a room name', () => {
  for (const vector of roomIds as readonly Vector[]) {
    test(`[${vector.rule}] ${vector.name}`, () => {
      expect(parseRoomId(inputOf(vector))).toEqual(vector.expect);
    });
  }

  test('[ID1] what is accepted matches the pattern, comes back verbatim and needs no escaping', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const room = parseRoomId(text);
        if (!room.ok) return;
        expect(room.value).toBe(text);
        expect(encodeURIComponent(room.value)).toBe(text);
        expect(text).toMatch(/^[A-Za-z0-9_-]{1,128}$/);
      }),
    );
  });

  test('[ID1] what is no string is no room name', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        fc.pre(typeof value !== 'string');
        expect(parseRoomId(value)).toEqual({ ok: false, problem: 'malformed-room-id' });
      }),
    );
  });

  test('[ID3] nineteen names are reserved', () => {
    expect([...reservedNames].join(' ')).toBe(
      'join leave message bye params v1alpha a r ws status healthz readyz metrics docs api js css images assets',
    );
  });

  test('[HM2] a person types five characters or more', () => {
    expect(isTypableRoomName('abcd')).toBe(false);
    expect(isTypableRoomName('abcde')).toBe(true);
    expect(isTypableRoomName('abc e')).toBe(false);
    expect(isTypableRoomName('leave')).toBe(false);
    expect(isTypableRoomName('x'.repeat(129))).toBe(false);
  });
});

describe('a client id', () => {
  for (const vector of clientIds as readonly Vector[]) {
    test(`[${vector.rule}] ${vector.name}`, () => {
      expect(parseClientId(inputOf(vector))).toEqual(vector.expect);
    });
  }

  test('[ID4] what is no string is no client id', () => {
    for (const value of [undefined, null, 12345678, ['a'], { toString: () => 'a' }]) {
      expect(parseClientId(value)).toEqual({ ok: false, problem: 'malformed-client-id' });
    }
  });

  test('[LB2] both spellings name the loopback seat, others do not', () => {
    expect(loopbackClientId).toBe('LOOPBACK_CLIENT_ID');
    expect(isLoopbackClientId('LOOPBACK_CLIENT_ID')).toBe(true);
    expect(isLoopbackClientId('loopback_client_id')).toBe(true);
    expect(isLoopbackClientId('Loopback_Client_Id')).toBe(false);
    expect(isLoopbackClientId('')).toBe(false);
  });
});
