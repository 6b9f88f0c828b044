import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../vectors/session-events.json' with { type: 'json' };
import { inputOf, type Vector } from '../../vectors/vector.ts';
import { encodeSessionEvent, parseSessionEvent, sessionEvents } from './session-event.ts';

describe('an event of the server', () => {
  for (const vector of vectors as readonly Vector[]) {
    test(`[${vector.rule}] ${vector.name}`, () => {
      expect(parseSessionEvent(inputOf(vector))).toEqual(vector.expect);
    });
  }

  test('[V4] what is encoded is parsed to the same event', () => {
    for (const { expect: expected } of vectors as readonly Vector[]) {
      const { ok, value } = expected as { ok: boolean; value: never };
      if (ok) expect(parseSessionEvent(encodeSessionEvent(value))).toEqual(expected);
    }
  });

  test('[V4] no text makes the parser throw', () => {
    const event = fc.constantFrom(...Object.keys(sessionEvents));
    const keys = fc.constantFrom('peer', 'members', 'epoch', 'n', 'offer', 'why', '__proto__');
    fc.assert(
      fc.property(event, fc.dictionary(keys, fc.jsonValue()), fc.json(), (event, keys, text) => {
        expect(typeof parseSessionEvent(JSON.stringify({ ...keys, event })).ok).toBe('boolean');
        expect(typeof parseSessionEvent(text).ok).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });

  test('[V4] [FR9] no event has a key `cmd` or `type`', () => {
    for (const { schema } of Object.values(sessionEvents)) {
      const keys = Object.keys(schema['properties'] as object);
      expect(keys).not.toContain('cmd');
      expect(keys).not.toContain('type');
    }
  });
});
