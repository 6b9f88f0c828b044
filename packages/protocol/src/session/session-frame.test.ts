import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../vectors/session-frames.json' with { type: 'json' };
import { inputOf, type Vector } from '../../vectors/vector.ts';
import { sessionCodes } from '../codes.ts';
import {
  asksForSession,
  encodeSessionFrame,
  isOpening,
  parseSessionFrame,
  sessionFrames,
} from './session-frame.ts';

describe('a frame of a client of the session protocol', () => {
  for (const vector of vectors as readonly Vector[]) {
    test(`[${vector.rule}] ${vector.name}`, () => {
      expect(parseSessionFrame(inputOf(vector))).toEqual(vector.expect);
    });
  }

  test('[V5] no text makes the parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const outcome = parseSessionFrame(text);
        expect(outcome.ok || outcome.problem in sessionCodes).toBe(true);
      }),
    );
  });

  test('[V5] no JSON object makes the parser throw, whatever its keys hold', () => {
    const keys = fc.constantFrom('v', 'roomid', 'instance', 'credential', 'epoch', 'n', 'msg');
    const more = fc.constantFrom('offer', 'answer', 'receiving', '__proto__', 'clientid');
    const cmd = fc.constantFrom(...Object.keys(sessionFrames));
    fc.assert(
      fc.property(cmd, fc.dictionary(fc.oneof(keys, more), fc.jsonValue()), (cmd, frame) => {
        const outcome = parseSessionFrame(JSON.stringify({ ...frame, cmd }));
        expect(outcome.ok || outcome.problem in sessionCodes).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('[V3] what is encoded is parsed to the same frame', () => {
    for (const { expect: expected } of vectors as readonly Vector[]) {
      const { ok, value } = expected as { ok: boolean; value: never };
      if (ok) expect(parseSessionFrame(encodeSessionFrame(value))).toEqual(expected);
    }
  });

  test('[V2] a first frame asks for it with "v":2 and nothing else', () => {
    expect(asksForSession('{"cmd":"dance","v":2}')).toBe(true);
    for (const text of ['{"v":"2"}', '{"v":3}', '{}', '2', '{"v":2', '[{"v":2}]', 'null']) {
      expect(asksForSession(text), text).toBe(false);
    }
    expect(asksForSession('{"cmd":"register","roomid":"ROOM","clientid":"CLIENT"}')).toBe(false);
  });

  test('[V2] four commands open a session', () => {
    const opening = (vectors as readonly Vector[]).flatMap(({ expect: expected }) => {
      const { ok, value } = expected as { ok: boolean; value: never };
      return ok && isOpening(value) ? [(value as { cmd: string }).cmd] : [];
    });
    expect([...new Set(opening)].sort()).toEqual(['join', 'register', 'resume', 'watch']);
  });
});
