import { describe, expect, it } from 'vitest';
import { allChecks } from './all-checks.ts';
import { families } from './check.ts';
import { parseConformanceArguments } from './conformance-arguments.ts';

function checksFor(...args: readonly string[]) {
  const line = parseConformanceArguments(['http://x', ...args]);
  if (!line.ok || line.value === 'help') throw new Error('no checks');
  return line.value.checks;
}

describe('the command line', () => {
  it('takes an address of which the origin counts, and a Collider', () => {
    const args = ['https://[::1]:9000/r/x', '--collider', 'wss://c.example/ws', '--insecure'];
    expect(parseConformanceArguments(args)).toMatchObject({
      value: {
        target: {
          origin: 'https://[::1]:9000',
          place: { host: '::1', port: 9000, isSecure: true },
          colliderUrl: 'https://c.example',
          timeoutMs: 5000,
          isInsecure: true,
        },
        isStrict: false,
      },
    });
  });

  it('chooses by rule, by family, and by patience', () => {
    expect(checksFor()).toEqual(allChecks);
    expect(new Set(checksFor('--only', 'jn2, HT1').map(({ id }) => id))).toEqual(
      new Set(['JN2', 'HT1']),
    );
    expect(checksFor('--only', 'aiortc').every((check) => check.families.includes('aiortc'))).toBe(
      true,
    );
    expect(checksFor('--quick').some(({ isSlow }) => isSlow)).toBe(false);
  });
});

describe('the checks', () => {
  it('have titles of their own and matter to somebody', () => {
    const lines = allChecks.map(({ id, title }) => `${id} ${title}`);
    expect(new Set(lines).size).toBe(lines.length);
    expect(allChecks.filter((check) => check.families.length === 0)).toEqual([]);
  });

  it.each(families)('play the whole life of %s', (family) => {
    const lives = allChecks.filter(
      (check) => check.id.startsWith('CL') && check.families.includes(family),
    );
    expect(lives).toHaveLength(3);
  });
});
