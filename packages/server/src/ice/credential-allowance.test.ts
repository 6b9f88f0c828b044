import { describe, expect, it } from 'vitest';
import { type AllowanceBounds, CredentialAllowance } from './credential-allowance.ts';

const bounds: AllowanceBounds = {
  maxIceCredentialsPerClient: 2,
  maxIceCredentialsPerAddress: 4,
  trustProxy: false,
};

describe('the bound on credentials', () => {
  let nowMs = 0;
  const allowanceOf = (rest: Partial<AllowanceBounds> = {}) =>
    new CredentialAllowance({ ...bounds, ...rest }, () => nowMs);
  const admitted = (allowance: CredentialAllowance, ...asked: [string, string | null][]) =>
    asked.map(([address, client]) => allowance.admits(address, client));

  it('[IC13] counts a client wherever it asks from, for ten minutes', () => {
    const allowance = allowanceOf();
    const [here, there] = ['192.0.2.1', '192.0.2.2'];
    expect(admitted(allowance, [here, 'one'], [there, 'one'], [here, 'one'])).toEqual([
      true,
      true,
      false,
    ]);
    expect(admitted(allowance, [here, 'two'])).toEqual([true]);
    nowMs += 600_000;
    expect(admitted(allowance, [here, 'one'])).toEqual([true]);
  });

  it('[IC13] counts an address whoever asks', () => {
    const allowance = allowanceOf();
    const asked = ['a', 'b', null, 'c', 'd', null].map((client): [string, string | null] => [
      '192.0.2.1',
      client,
    ]);
    expect(admitted(allowance, ...asked)).toEqual([true, true, true, true, false, false]);
    expect(admitted(allowance, ['::ffff:192.0.2.1', 'e'], ['192.0.2.2', 'e'])).toEqual([
      false,
      true,
    ]);
  });

  it('[IC13] this machine has no bound while no proxy is trusted, its clients have', () => {
    const six = Array.from({ length: 6 }, (): [string, null] => ['127.0.0.1', null]);
    expect(admitted(allowanceOf(), ...six).at(-1)).toBe(true);
    const behindProxy = allowanceOf({ trustProxy: 1 });
    expect(admitted(behindProxy, ...six).at(-1)).toBe(false);
    const one = Array.from({ length: 3 }, (): [string, string] => ['::1', 'one']);
    expect(admitted(allowanceOf(), ...one).at(-1)).toBe(false);
  });
});
