import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pythonJson } from './python-json.ts';

describe('JSON as Python spaces it', () => {
  it.each([
    [{ a: 1, b: [true, null, 'x'] }, '{"a": 1, "b": [true, null, "x"]}'],
    [
      { iceServers: [], rtcpMuxPolicy: 'require' },
      '{"iceServers": [], "rtcpMuxPolicy": "require"}',
    ],
    [[{}, { c: {} }], '[{}, {"c": {}}]'],
    [true, 'true'],
    [null, 'null'],
    ['a,b:"c"', '"a,b:\\"c\\""'],
  ])('[PR4] %j', (value, expected) => {
    expect(pythonJson(value)).toBe(expected);
  });

  it('[PR3] is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(pythonJson(plain))).toEqual(plain);
      }),
    );
  });
});
