import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { newRoom } from '../wire/client.ts';
import { eventually } from '../wire/http.ts';
import { type ProxiedProduct, startProxied } from './proxied-product.ts';
import { type ProxyKind, proxyKinds } from './proxy-kinds.ts';
import { get, heard, register, takeSeat, valuesOf } from './through.ts';

describe.each(proxyKinds)('a WebSocket through $name', (kind) => {
  const pingMs = 250;

  test('[WS6] outlives each time-out of the proxy by the pings of the server alone', async () => {
    const hasty = await startProxied(kind, {
      edits: kind.hastyEdits,
      env: { APPRTC_PING_INTERVAL_MS: `${pingMs}` },
    });
    try {
      const socket = await register(hasty.https, await takeSeat(hasty.https, newRoom()));
      // Three times as long as any wait of this proxy, in which the client says nothing.
      for (let time = 0; time < 3000; time += pingMs)
        await once(socket, 'ping', { signal: AbortSignal.timeout(8000) });
      const answer = heard(socket);
      socket.send('{"cmd":"x"}');
      await answer;
      expect(socket.readyState).toBe(socket.OPEN);
    } finally {
      await hasty.stop();
    }
  });
});

function kinds(keepsSocketsOnReload: boolean): readonly ProxyKind[] {
  return proxyKinds.filter((kind) => kind.keepsSocketsOnReload === keepsSocketsOnReload);
}

/** Resolves when the proxy answers after its new configuration. */
async function reloaded(proxied: ProxiedProduct): Promise<void> {
  await proxied.reload([['max-age=31536000', 'max-age=1234']]);
  const told = async () =>
    valuesOf(await get(proxied.https, '/'), 'strict-transport-security').join();
  await eventually(told, 'max-age=1234');
}

describe.each(kinds(true))('a reload of $name', (kind) => {
  test('cuts no WebSocket', async () => {
    const proxied = await startProxied(kind);
    try {
      const { https } = proxied;
      const roomId = newRoom();
      const before = await register(https, await takeSeat(https, roomId));
      await reloaded(proxied);
      const after = await register(https, await takeSeat(https, roomId));
      const next = heard(before);
      after.send(JSON.stringify({ cmd: 'send', msg: 'from the new to the old' }));
      expect(await next).toBe('from the new to the old');
    } finally {
      await proxied.stop();
    }
  });
});

describe.each(kinds(false))('a reload of $name', (kind) => {
  test('cuts WebSockets, whose clients register again', async () => {
    const proxied = await startProxied(kind);
    try {
      const { https } = proxied;
      const roomId = newRoom();
      const seat = await takeSeat(https, roomId);
      const before = await register(https, seat);
      const other = await register(https, await takeSeat(https, roomId));
      const closed = once(before, 'close');
      await reloaded(proxied);
      await closed;
      const again = await register(https, seat);
      expect(other.readyState).not.toBe(other.OPEN);
      expect(again.readyState).toBe(again.OPEN);
    } finally {
      await proxied.stop();
    }
  });
});
