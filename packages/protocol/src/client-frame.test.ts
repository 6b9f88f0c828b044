import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../vectors/client-frames.json' with { type: 'json' };
import { inputOf, type Vector } from '../vectors/vector.ts';
import { type ClientFrame, encodeClientFrame, parseClientFrame } from './client-frame.ts';
import { wireCodes } from './codes.ts';

const filled = fc.string({ unit: 'binary', minLength: 1 });
const frames: fc.Arbitrary<ClientFrame> = fc.oneof(
  fc.record({ cmd: fc.constant('register' as const), roomId: filled, clientId: filled }),
  fc.record({ cmd: fc.constant('send' as const), message: filled }),
);

describe('a frame of a client', () => {
  for (const vector of vectors as readonly Vector[]) {
    test(`[${vector.rule}] ${vector.name}`, () => {
      expect(parseClientFrame(inputOf(vector))).toEqual(vector.expect);
    });
  }

  test('[FR4] no text makes the parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const outcome = parseClientFrame(text);
        expect(outcome.ok || outcome.problem in wireCodes).toBe(true);
      }),
    );
  });

  test('[FR4] no JSON object makes the parser throw, whatever its keys hold', () => {
    const keys = fc.constantFrom('cmd', 'roomid', 'clientid', 'msg', '__proto__', 'constructor');
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), (frame) => {
        expect(typeof parseClientFrame(JSON.stringify(frame)).ok).toBe('boolean');
      }),
    );
  });

  test('[FR2] [FR3] what is encoded is parsed to the same frame', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(parseClientFrame(encodeClientFrame(frame))).toEqual({ ok: true, value: frame });
      }),
    );
  });

  test('[IM8] a lone surrogate in a message stays what it is', () => {
    expect(parseClientFrame('{"cmd":"send","msg":"\\ud800"}')).toEqual({
      ok: true,
      value: { cmd: 'send', message: '\ud800' },
    });
  });

  test('[FR2] a register is written as clients write it', () => {
    expect(encodeClientFrame({ cmd: 'register', roomId: 'ROOM', clientId: 'CLIENT' })).toBe(
      '{"cmd":"register","roomid":"ROOM","clientid":"CLIENT"}',
    );
  });

  test('[FR3] a send is written as clients write it', () => {
    expect(encodeClientFrame({ cmd: 'send', message: '{"type":"bye"}' })).toBe(
      '{"cmd":"send","msg":"{\\"type\\":\\"bye\\"}"}',
    );
  });
});
