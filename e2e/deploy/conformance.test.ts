import { describe, expect, test } from 'vitest';
import { conformance } from '../conformance/kit.ts';
import { useProxied } from './proxied-product.ts';
import { proxyKinds } from './proxy-kinds.ts';

describe.each(proxyKinds)('the product behind $name', (kind) => {
  // Deadlines that are long enough for every quick rule and short enough to be waited for.
  const proxied = useProxied(kind, {
    env: {
      APPRTC_GRACE_MS: '4000',
      APPRTC_LEAVER_CLOSE_MS: '4000',
      APPRTC_PENDING_SEAT_MS: '6000',
      APPRTC_REGISTER_TIMEOUT_MS: '6000',
      APPRTC_PING_INTERVAL_MS: '500',
      // The kit is one address and asks more than people do.
      APPRTC_MAX_REQUESTS_PER_SECOND: '0',
    },
  });

  test('keeps every rule of the wire, extras too, but those that the proxy itself breaks', async () => {
    const { out, err } = await conformance(proxied().publicUrl, '--insecure', '--strict');
    const lines = out.split('\n').flatMap((line) => /^[✗–] (\[.*)$/.exec(line)?.[1] ?? []);
    expect(lines, out).toEqual(kind.brokenRules);
    expect(err).toBe('');
    expect(out).toMatch(/^✓ \[JN2\] the third client is told FULL$/m);
  }, 120_000);
});
