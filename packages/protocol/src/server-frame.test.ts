import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../vectors/server-frames.json' with { type: 'json' };
import { inputOf, type Vector } from '../vectors/vector.ts';
import { encodeErrorFrame, encodeMessageFrame, parseServerFrame } from './server-frame.ts';

const filled = fc.string({ unit: 'binary', minLength: 1 });

describe('a frame of the Collider', () => {
  for (const vector of vectors as readonly Vector[]) {
    test(`[${vector.rule}] ${vector.name}`, () => {
      expect(parseServerFrame(inputOf(vector))).toEqual(vector.expect);
    });
  }

  test('[FR7] no text makes the parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(typeof parseServerFrame(text).ok).toBe('boolean');
      }),
    );
  });

  test('[FR7] a message is written with both keys and read back', () => {
    expect(encodeMessageFrame('a"b')).toBe('{"msg":"a\\"b","error":""}');
    fc.assert(
      fc.property(filled, (message) => {
        expect(parseServerFrame(encodeMessageFrame(message))).toEqual({
          ok: true,
          value: { kind: 'message', message },
        });
      }),
    );
  });

  test('[FR7] an error is written with both keys and read back', () => {
    expect(encodeErrorFrame('Client not registered')).toBe(
      '{"msg":"","error":"Client not registered"}',
    );
    fc.assert(
      fc.property(filled, (error) => {
        expect(parseServerFrame(encodeErrorFrame(error))).toEqual({
          ok: true,
          value: { kind: 'error', error },
        });
      }),
    );
  });
});
