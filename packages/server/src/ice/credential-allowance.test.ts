import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AllowanceBounds, CredentialAllowance } from './credential-allowance.ts';

const bounds: AllowanceBounds = {
  maxIceCredentialsPerClient: 2,
  maxIceCredentialsPerAddress: 4,
  trustProxy: false,
};

describe('the bound on credentials', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function admitted(allowance: CredentialAllowance, ...asked: [string, string | null][]) {
    const answers: boolean[] = [];
    for (const [address, client] of asked) answers.push(await allowance.admits(address, client));
    return answers;
  }

  it('[IC13] counts a client wherever it asks from, for ten minutes', async () => {
    const allowance = new CredentialAllowance(bounds);
    const [here, there] = ['192.0.2.1', '192.0.2.2'];
    expect(await admitted(allowance, [here, 'one'], [there, 'one'], [here, 'one'])).toEqual([
      true,
      true,
      false,
    ]);
    expect(await admitted(allowance, [here, 'two'])).toEqual([true]);
    vi.advanceTimersByTime(600_000);
    expect(await admitted(allowance, [here, 'one'])).toEqual([true]);
  });

  it('[IC13] counts an address whoever asks', async () => {
    const allowance = new CredentialAllowance(bounds);
    const asked = ['a', 'b', null, 'c', 'd', null].map((client): [string, string | null] => [
      '192.0.2.1',
      client,
    ]);
    expect(await admitted(allowance, ...asked)).toEqual([true, true, true, true, false, false]);
    expect(await admitted(allowance, ['::ffff:192.0.2.1', 'e'], ['192.0.2.2', 'e'])).toEqual([
      false,
      true,
    ]);
  });

  it('[IC13] this machine has no bound while no proxy is trusted, its clients have', async () => {
    const six = Array.from({ length: 6 }, (): [string, null] => ['127.0.0.1', null]);
    expect((await admitted(new CredentialAllowance(bounds), ...six)).at(-1)).toBe(true);
    const behindProxy = new CredentialAllowance({ ...bounds, trustProxy: 1 });
    expect((await admitted(behindProxy, ...six)).at(-1)).toBe(false);
    const one = Array.from({ length: 3 }, (): [string, string] => ['::1', 'one']);
    expect((await admitted(new CredentialAllowance(bounds), ...one)).at(-1)).toBe(false);
  });
});
