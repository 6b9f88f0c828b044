import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../vectors/inner-messages.json' with { type: 'json' };
import { inputOf, type Vector } from '../vectors/vector.ts';
import {
  byeMessage,
  heartbeatMessage,
  type InnerMessage,
  isBye,
  isHeartbeat,
  parseInnerMessage,
} from './inner-message.ts';

const text = fc.string({ unit: 'binary' });
const candidate = fc.record(
  { candidate: text, label: fc.nat(), id: text },
  { requiredKeys: ['candidate'], noNullPrototype: true },
);
const messages: fc.Arbitrary<InnerMessage> = fc.oneof(
  fc.record({
    type: fc.constantFrom('offer' as const, 'answer' as const),
    sdp: fc.string({ unit: 'binary', minLength: 1 }),
  }),
  candidate.map((value) => ({ type: 'candidate' as const, ...value })),
  fc.array(candidate).map((candidates) => ({ type: 'remove-candidates' as const, candidates })),
  text.map((data) => ({ type: 'customized' as const, data })),
  fc.constant({ type: 'bye' as const }),
);

describe('a message of the other client', () => {
  for (const vector of vectors as readonly Vector[]) {
    test(`[${vector.rule}] ${vector.name}`, () => {
      expect(parseInnerMessage(inputOf(vector))).toEqual(vector.expect);
    });

    test(`[IM6] whether it is a bye: ${vector.name}`, () => {
      const message = parseInnerMessage(inputOf(vector));
      expect(isBye(inputOf(vector))).toBe(message.ok && message.value.type === 'bye');
    });
  }

  test('[IM7] no text makes the parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.json()), (input) => {
        expect(typeof parseInnerMessage(input).ok).toBe('boolean');
        expect(typeof isBye(input)).toBe('boolean');
      }),
    );
  });

  test('[IM1] [IM2] [IM3] [IM4] [IM5] [IM6] JSON of a message is read back', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(parseInnerMessage(JSON.stringify(message))).toEqual({ ok: true, value: message });
      }),
    );
  });

  test('[IM6] a bye is recognised however its letters are escaped', () => {
    const escapedOrNot = (letter: string) =>
      fc.constantFrom(letter, `\\u00${letter.charCodeAt(0).toString(16)}`);
    const word = (letters: string) =>
      fc.tuple(...[...letters].map(escapedOrNot)).map((parts) => parts.join(''));
    fc.assert(
      fc.property(word('type'), word('bye'), (key, value) => {
        expect(isBye(`{"${key}":"${value}"}`)).toBe(true);
      }),
    );
  });

  test('[IM6] the bye that we say is one, byte for byte as the original page writes it', () => {
    expect(byeMessage).toBe('{"type":"bye"}');
    expect(isBye(byeMessage)).toBe(true);
  });

  test('[HB1] only the exact text is the heartbeat', () => {
    expect(isHeartbeat(heartbeatMessage)).toBe(true);
    expect(isHeartbeat('{"error":""}')).toBe(true);
    expect(isHeartbeat('{"error": ""}')).toBe(false);
    expect(isHeartbeat('{"error":"x"}')).toBe(false);
    expect(isHeartbeat('')).toBe(false);
  });
});
