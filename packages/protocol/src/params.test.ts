import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../vectors/join-replies.json' with { type: 'json' };
import { inputOf, type Vector } from '../vectors/vector.ts';
import { parseJoinReply, parseMessageReply } from './params.ts';

describe("a join's reply", () => {
  for (const vector of vectors as readonly Vector[]) {
    test(`[${vector.rule}] ${vector.name}`, () => {
      expect(parseJoinReply(inputOf(vector))).toEqual(vector.expect);
    });
  }

  test('[JN1] no text makes the parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json({ maxDepth: 3 })), (text) => {
        expect(typeof parseJoinReply(text).ok).toBe('boolean');
        expect(typeof parseMessageReply(text).ok).toBe('boolean');
      }),
    );
  });

  test('[PR2] no params make the parser throw', () => {
    const keys = fc.constantFrom('room_id', 'client_id', 'wss_url', 'messages', 'pc_config');
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), (params) => {
        const reply = parseJoinReply(JSON.stringify({ result: 'SUCCESS', params }));
        expect(reply.ok || reply.problem === 'incomplete-params').toBe(true);
      }),
    );
  });
});

describe('the reply of /message', () => {
  test('[MS1] its result is read, whatever it is', () => {
    expect(parseMessageReply('{"result":"SUCCESS"}')).toEqual({ ok: true, value: 'SUCCESS' });
    expect(parseMessageReply('{"result":"UNKNOWN_ROOM"}')).toEqual({
      ok: true,
      value: 'UNKNOWN_ROOM',
    });
  });

  test('[MS1] a reply without a result is refused', () => {
    expect(parseMessageReply('{}')).toEqual({ ok: false, problem: 'unknown-result' });
    expect(parseMessageReply('{"result":1}')).toEqual({ ok: false, problem: 'unknown-result' });
    expect(parseMessageReply('')).toEqual({ ok: false, problem: 'not-json' });
    expect(parseMessageReply('[]')).toEqual({ ok: false, problem: 'not-an-object' });
  });
});
