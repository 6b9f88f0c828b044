import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allChecks } from '@apprtc/conformance';
import { describe, expect, onTestFinished, test } from 'vitest';
import { useProduct } from '../wire/product.ts';
import { conformance } from './kit.ts';

const runMs = 90_000;

describe('the product', () => {
  // Deadlines that are long enough for every quick rule and short enough to be waited for.
  const product = useProduct({
    env: {
      APPRTC_GRACE_MS: '4000',
      APPRTC_LEAVER_CLOSE_MS: '4000',
      APPRTC_PENDING_SEAT_MS: '6000',
      APPRTC_REGISTER_TIMEOUT_MS: '6000',
      APPRTC_PING_INTERVAL_MS: '500',
    },
  });

  test(
    'keeps every rule, extras and deadlines too; the reports say so',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'apprtc-conformance-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const path = join(folder, 'junit.xml');
      const { code, out, err } = await conformance(product.baseUrl, '--strict', '--junit', path);
      expect(out.split('\n').filter((line) => /^[✗–]/.test(line))).toEqual([]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^✓ \[JN2\] the third client is told FULL$/m);
      expect(out).toMatch(/^✓ C\+\+ command line +\d+ of +\d+ rules, +\d+ of +\d+ extras$/m);
      expect(out).toContain(`${allChecks.length} kept, 0 broken, 0 extras absent, 0 not judged`);
      const junit = await readFile(path, 'utf8');
      expect(junit.match(/<testcase /g)).toHaveLength(allChecks.length);
      expect(junit).toContain('failures="0" skipped="0"');
    },
    runMs,
  );

  test('--only takes rules and families; --json is JSON', async () => {
    const { code, out } = await conformance(product.baseUrl, '--only', 'jn2,HT1', '--json');
    const report = JSON.parse(out) as { ok: boolean; results: readonly { id: string }[] };
    expect([code, report.ok]).toEqual([0, true]);
    expect(report.results.map(({ id }) => id)).toEqual(['JN2', 'HT1', 'HT1']);
    const esp32 = await conformance(product.baseUrl, '--only', 'esp32', '--quick');
    expect(esp32.out).toContain('the life of ESP32 as the first');
    expect(esp32.out).not.toContain('the life of Android');
  });
});
