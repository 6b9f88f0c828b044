import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../vectors/ice-configs.json' with { type: 'json' };
import { inputOf, type Vector } from '../vectors/vector.ts';
import { parseIceConfig } from './ice-config.ts';

describe('an ICE configuration', () => {
  for (const vector of vectors as readonly Vector[]) {
    test(`[${vector.rule}] ${vector.name}`, () => {
      expect(parseIceConfig(inputOf(vector))).toEqual(vector.expect);
    });
  }

  test('[IC1] no text makes the parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(typeof parseIceConfig(text).ok).toBe('boolean');
      }),
    );
  });

  test('[IC4] every server that is read has an address', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (iceServers) => {
        const config = parseIceConfig(JSON.stringify({ iceServers }));
        if (!config.ok) return;
        expect(config.value.servers.every((server) => server.urls.length > 0)).toBe(true);
      }),
    );
  });
});
