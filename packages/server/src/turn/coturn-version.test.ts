import { describe, expect, it } from 'vitest';
import {
  type CoturnVersion,
  isAtLeast,
  parseCoturnVersion,
  weaknessesOf,
} from './coturn-version.ts';

describe('the version of coturn', () => {
  it.each([
    ['4.6.1\n', [4, 6, 1]],
    ['4.17.2', [4, 17, 2]],
    [
      "0: : \nRFC 3489/5389/5766/5780/6062/6156 STUN/TURN Server\nVersion Coturn-4.6.1 'Gorst'",
      [4, 6, 1],
    ],
    ["Version Coturn-4.5.1.3 'dan Eider'", [4, 5, 1]],
  ])('%j', (output, version) => {
    expect(parseCoturnVersion(output)).toEqual(version);
  });

  it.each([
    '',
    'Usage: turnserver [options]',
    'unrecognized option --version',
    'listening on 10.0.0.1',
  ])('%j tells none', (output) => {
    expect(parseCoturnVersion(output)).toBeUndefined();
  });

  it('compares by numbers', () => {
    expect(isAtLeast([4, 10, 0], [4, 9, 0])).toBe(true);
    expect(isAtLeast([4, 9, 0], [4, 9, 0])).toBe(true);
    expect(isAtLeast([4, 8, 9], [4, 9, 0])).toBe(false);
    expect(isAtLeast([3, 99, 0], [4, 0, 0])).toBe(false);
  });
});

describe('what a version is vulnerable to', () => {
  const names = (version: CoturnVersion | undefined) =>
    weaknessesOf(version).map(({ name }) => name.split(',')[0]);
  const sinceThen = ['CVE-2026-27624', 'CVE-2026-40613', 'coturn 4.13.1', 'coturn 4.16.0'];

  it.each<[CoturnVersion | undefined, readonly string[]]>([
    [undefined, ['CVE-2020-26262', 'CVE-2025-69217', ...sinceThen]],
    [
      [4, 5, 1],
      ['CVE-2020-26262', ...sinceThen],
    ],
    [[4, 5, 2], sinceThen],
    [[4, 6, 1], sinceThen],
    [
      [4, 7, 0],
      ['CVE-2025-69217', ...sinceThen],
    ],
    [[4, 8, 0], sinceThen],
    [[4, 9, 0], sinceThen.slice(1)],
    [[4, 13, 0], sinceThen.slice(2)],
    [[4, 15, 0], ['coturn 4.16.0']],
    [[4, 16, 0], []],
  ])('%j', (version, expected) => {
    expect(names(version)).toEqual(expected);
  });
});
