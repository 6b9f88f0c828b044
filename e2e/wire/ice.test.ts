import { describe, expect, test } from 'vitest';
import { Caller, newRoom } from './client.ts';
import { ask, jsonOf, type Reply } from './http.ts';
import { useProduct } from './product.ts';
import { rawJson, rawRequest } from './raw-http.ts';

const product = useProduct();
const path = '/v1alpha/iceconfig?key=any';

interface IceServer {
  readonly urls: unknown;
  readonly username?: unknown;
  readonly credential?: unknown;
}

function serversOf(reply: Reply): readonly IceServer[] {
  return jsonOf(reply)['iceServers'] as readonly IceServer[];
}

describe('/v1alpha/iceconfig', () => {
  test('[IC1] POST answers 200 with a lifetime and servers', async () => {
    const reply = await ask(product, 'POST', path);
    expect(reply.status).toBe(200);
    expect(jsonOf(reply)['lifetimeDuration']).toMatch(/^\d+(\.\d+)?s$/);
    expect(Array.isArray(jsonOf(reply)['iceServers'])).toBe(true);
    expect(Number(reply.headers['content-length'])).toBe(reply.body.length);
  });

  test('[IC1] any key, no key and a body are fine', async () => {
    for (const query of ['', '?key=', '?key=%00', '?key=a&key=b&x=1']) {
      const reply = await ask(product, 'POST', `/v1alpha/iceconfig${query}`, { body: '{"a":1}' });
      expect(reply.status, query).toBe(200);
    }
  });

  test('[IC2] GET answers the same', async () => {
    const [got, posted] = [await ask(product, 'GET', path), await ask(product, 'POST', path)];
    expect(got.status).toBe(200);
    expect(serversOf(got).map((server) => server.urls)).toEqual(
      serversOf(posted).map((server) => server.urls),
    );
  });

  test('[IC3] every origin may read it', async () => {
    for (const method of ['POST', 'GET']) {
      const reply = await ask(product, method, path, { headers: { Origin: 'https://appr.tc' } });
      expect(reply.headers['access-control-allow-origin']).toBe('*');
    }
  });

  test('[IC4] every urls is a non-empty array of strings', async () => {
    for (const { urls } of serversOf(await ask(product, 'POST', path))) {
      expect(Array.isArray(urls) && urls.length > 0).toBe(true);
      for (const url of urls as readonly unknown[]) expect(url).toMatch(/^(stun|turn)s?:/);
    }
  });

  test('[IC5] the first server has a credential whose username starts with its expiry', async () => {
    const reply = await ask(product, 'POST', path);
    const [first] = serversOf(reply);
    expect(first?.credential).toMatch(/./);
    expect(first?.username).toMatch(/^\d{10}(\D|$)/);
    const left = Number.parseInt(String(first?.username), 10) - Date.now() / 1000;
    const lifetime = Number.parseFloat(String(jsonOf(reply)['lifetimeDuration']));
    expect(left).toBeGreaterThan(60);
    expect(Math.abs(left - lifetime)).toBeLessThan(60);
  });

  test('[IC6] with nothing configured it is one stun: URL of our own host', async () => {
    const servers = serversOf(await ask(product, 'POST', path));
    expect(servers).toHaveLength(1);
    expect(servers[0]?.urls).toEqual([expect.stringMatching(/^stun:127\.0\.0\.1(:\d+)?$/)]);
  });

  test('[IC6] our own host is the one that the client asked for', async () => {
    const lines = [`POST ${path} HTTP/1.1`, 'Host: call.test:8443', 'Content-Length: 0'];
    const [server] = rawJson(await rawRequest(product, lines))['iceServers'] as IceServer[];
    expect(server?.urls).toEqual([expect.stringMatching(/^stun:call\.test(:\d+)?$/)]);
  });

  test('[IC7] a hundred doorbells of one household may ask at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 100 }, () => ask(product, 'POST', path)),
    );
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
  });

  test('[PR4] [IC6] pc_config stays without servers', async () => {
    const { params } = await Caller.join(product, newRoom());
    expect(JSON.parse(String(params['pc_config']))).toMatchObject({ iceServers: [] });
  });
});
