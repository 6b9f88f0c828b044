import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { limits } from '@apprtc/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newRoom } from '../wire/client.ts';
import { startProxied, useProxied } from './proxied-product.ts';
import { nginx, proxyKinds } from './proxy-kinds.ts';
import { get, heard, post, register, send, takeSeat, valuesOf } from './through.ts';

describe.each(proxyKinds)('$name, as shipped', (kind) => {
  const proxied = useProxied(kind);

  test('its own check finds nothing to warn of', async () => {
    const lines = (await proxied().check()).split('\n');
    const bad = lines.filter((line) => /warn|alert|deprecat/i.test(line));
    expect(bad.filter((line) => kind.remarks?.test(line) !== true)).toEqual([]);
  });

  test('[PR14] every URL in params is the public one', async () => {
    const { https, publicUrl } = proxied();
    const { params, roomId } = await takeSeat(https, newRoom());
    const spoken = publicUrl.replace('https:', 'wss:');
    expect(params).toMatchObject({
      wss_url: `${spoken}/ws`,
      wss_post_url: publicUrl,
      room_link: `${publicUrl}/r/${roomId}`,
    });
    expect(params['ice_server_url']).toMatch(`${publicUrl}/v1alpha/iceconfig?key=`);
  });

  test('pages are led to https', async () => {
    const { http } = proxied();
    for (const path of ['/', '/r/some-room?hd=true', '/params.html']) {
      const reply = await get(http, path);
      expect(reply.status, path).toBe(308);
      expect(valuesOf(reply, 'location')[0]).toMatch(/^https:\/\/localhost/);
      expect(valuesOf(reply, 'location')[0]?.endsWith(path)).toBe(true);
    }
  });

  test('[HT2] nothing else is redirected: without TLS it is refused', async () => {
    const { http } = proxied();
    for (const [method, path] of [
      ['POST', '/join/some-room'],
      ['POST', '//join/some-room'],
      ['POST', '/v1alpha/iceconfig'],
      ['GET', '/v1alpha/iceconfig'],
      ['GET', '/params'],
      ['DELETE', '/some-room/some-client'],
      ['GET', '/ws'],
    ] as const) {
      const reply = await send(http, method, path);
      expect([reply.status, valuesOf(reply, 'location')], `${method} ${path}`).toEqual([403, []]);
    }
  });

  test('HSTS is said once, and with TLS alone', async () => {
    const { https, http } = proxied();
    for (const path of ['/', '/r/some-room', '/params', '/nowhere']) {
      const values = valuesOf(await get(https, path), 'strict-transport-security');
      expect(values, path).toEqual(['max-age=31536000']);
    }
    expect(valuesOf(await get(http, '/'), 'strict-transport-security')).toEqual([]);
  });

  test('pages are as they leave the server: same bytes, same headers', async () => {
    const { https, product } = proxied();
    const direct = { ...https, scheme: 'http', port: product.port } as const;
    const asked = { headers: { 'Accept-Encoding': 'gzip, br' } };
    const [through, straight] = [await get(https, '/', asked), await get(direct, '/', asked)];
    expect(through.text).toBe(straight.text);
    const own = /^(date|connection|keep-alive|server|via|strict-transport-security|alt-svc)$/;
    const kept = ({ lines }: typeof through) => lines.filter(([name]) => !own.test(name)).sort();
    expect(kept(through)).toEqual(kept(straight));
  });

  test('[LM1] 256 KiB pass; more is 413, of the server at first, of the proxy far beyond', async () => {
    const { https } = proxied();
    const { roomId, clientId } = await takeSeat(https, newRoom());
    const path = `/message/${roomId}/${clientId}`;
    const body = (length: number) => ({ body: 'x'.repeat(length) });
    expect((await post(https, path, body(limits.maxBodyBytes))).text).toContain('SUCCESS');
    for (const length of [limits.maxBodyBytes + 1, 4 * 1024 * 1024]) {
      // The sender may see its connection closed before it reads the answer.
      const tooLong = post(https, path, body(length)).then(({ status }) => status);
      expect([413, 'EPIPE', 'ECONNRESET']).toContain(
        await tooLong.catch(({ code }: { code: string }) => code),
      );
    }
    const { text } = await post(https, `/join/${roomId}`);
    expect(text).toContain('x'.repeat(limits.maxBodyBytes));
  });

  test('TLS 1.1 is refused, 1.2 is taken', async () => {
    const { place } = proxied();
    const spoken = async (version: 'TLSv1.1' | 'TLSv1.2') => {
      const socket = connect({
        ...{ host: '127.0.0.1', port: place.httpsPort, servername: 'localhost' },
        ...{ ca: place.certificate, minVersion: version, maxVersion: version },
        ciphers: 'DEFAULT:@SECLEVEL=0',
      });
      onTestFinished(() => {
        socket.destroy();
      });
      await once(socket, 'secureConnect');
      return socket.getProtocol();
    };
    expect(await spoken('TLSv1.2')).toBe('TLSv1.2');
    await expect(spoken('TLSv1.1')).rejects.toThrow();
  });

  test('what is logged holds no client id, not even when the server is gone', async () => {
    const gone = await startProxied(kind);
    try {
      const { https, place, product, said } = gone;
      const { roomId, clientId } = await takeSeat(https, newRoom());
      await register(https, { roomId, clientId, params: {} });
      await product.stop();
      const failed = await post(https, `/message/${roomId}/${clientId}`, { body: 'x' });
      expect(failed.status).toBeGreaterThanOrEqual(502);
      const files = (await readdir(place.folder)).filter((name) => name.endsWith('.log'));
      const logs = await Promise.all(
        files.map((name) => readFile(join(place.folder, name), 'utf8')),
      );
      expect([...said, ...logs].join('\n')).not.toContain(clientId);
    } finally {
      await gone.stop();
    }
  });
});

describe.each(proxyKinds)('the address of a client behind $name', (kind) => {
  const burst = 5;
  const proxied = useProxied(kind, {
    env: { APPRTC_MAX_REQUESTS_BURST: `${burst}`, APPRTC_MAX_REQUESTS_PER_SECOND: '1' },
  });

  test('[LM12] is the real one, whatever the client says', async () => {
    const { https } = proxied();
    const ask = async (from: string, headers: Readonly<Record<string, string>>) =>
      (await get(https, '/params', { from, headers })).status;
    const seen: number[] = [];
    for (let count = 0; count < 2 * burst; count += 1) {
      const spoofed = `203.0.113.${count}`;
      const forwarded = `for=${spoofed}`;
      seen.push(
        await ask('127.0.0.2', { 'X-Forwarded-For': spoofed, Forwarded: forwarded }),
        await ask('127.0.0.2', {
          'x-forwarded-for': `${spoofed}, 127.0.0.1`,
          'X-Real-IP': spoofed,
        }),
      );
    }
    expect(seen.slice(0, burst)).toEqual(Array.from({ length: burst }, () => 200));
    expect(seen.slice(2 * burst)).toContain(429);
    expect(seen.filter((status) => status === 200).length).toBeLessThan(3 * burst);
    // Another client of the same proxy has a bound of its own.
    expect(await ask('127.0.0.3', { 'X-Forwarded-For': '127.0.0.2' })).toBe(200);
  });
});

describe.each(proxyKinds)('$name with devices that know no TLS', (kind) => {
  const proxied = useProxied(kind, { isNamedByRequests: true, edits: kind.plainEdits });
  const spoofed = {
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Proto': 'gopher',
    Forwarded: 'host=evil.example;proto=gopher',
  };

  test('each gets addresses of the kind it came by, and none that it made up', async () => {
    const { https, http } = proxied();
    for (const door of [https, http]) {
      const { params } = await takeSeat(door, newRoom(), { headers: spoofed });
      const scheme = door.scheme === 'https' ? 'wss' : 'ws';
      expect(params['wss_url']).toBe(`${scheme}://localhost:${door.port}/ws`);
      expect(params['wss_post_url']).toBe(`${door.scheme}://localhost:${door.port}`);
    }
  });

  test('they are heard by those with TLS; pages still go to https', async () => {
    const { https, http } = proxied();
    const roomId = newRoom();
    const first = await takeSeat(http, roomId);
    const plain = await register(http, first);
    const secure = await register(https, await takeSeat(https, roomId));
    const next = heard(secure);
    plain.send(JSON.stringify({ cmd: 'send', msg: 'hello' }));
    expect(await next).toBe('hello');
    expect((await get(http, '/r/some-room')).status).toBe(308);
  });
});

describe('nginx, for a certificate authority', () => {
  const proxied = useProxied(nginx);

  test('looks for the answer to a challenge in a folder, without TLS', async () => {
    const reply = await get(proxied().http, '/.well-known/acme-challenge/of-nobody');
    expect(reply.status).toBe(404);
    // nginx' own page: the server's says it in one line.
    expect(reply.text).toContain('<center>nginx</center>');
  });
});
