import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller, newRoom } from './client.ts';
import { ask } from './http.ts';
import { askIce, hasRelay, serversOf } from './ice-request.ts';
import { type RunningProduct, startProduct } from './product.ts';

const key = 'open-sesame';
const relay = { urls: ['turn:p.test:3478'], username: 'bob', credential: 'hush' };
const stun = { urls: ['stun:p.test:3478'] };

/** A provider that answers as it is told. */
class Provider {
  readonly #server: Server;
  requests: { url: string; authorization: string | undefined }[] = [];
  answer: (response: ServerResponse) => void = (response) => {
    response.end(JSON.stringify({ iceServers: [stun, relay] }));
  };

  private constructor() {
    this.#server = createServer((request, response) => {
      const { url = '', headers } = request;
      this.requests.push({ url, authorization: headers.authorization });
      this.answer(response);
    });
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/servers`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function startWith(provider: Provider, url = provider.url): Promise<RunningProduct> {
  return startProduct({
    flags: ['--ice-provider-url', url],
    env: { APPRTC_ICE_PROVIDER_KEY: key, APPRTC_LOG_LEVEL: 'trace' },
  });
}

describe('a provider', () => {
  let provider: Provider;
  let product: RunningProduct;
  beforeAll(async () => {
    provider = await Provider.start();
    product = await startWith(provider);
  });
  afterAll(async () => {
    await product.stop();
    await provider.stop();
  });

  test('[IC15] is asked with its key, once for many, and its answer given to who has a seat', async () => {
    const callers = await Promise.all(
      Array.from({ length: 10 }, () => Caller.join(product, newRoom())),
    );
    const replies = await Promise.all(callers.map(({ params }) => askIce(product, params)));
    for (const reply of replies) expect(serversOf(reply)).toEqual([relay, stun]);
    expect(provider.requests).toEqual([{ url: '/servers', authorization: `Bearer ${key}` }]);
  });

  test('[IC11] [IC15] without a good key it is its STUN only', async () => {
    const servers = serversOf(await ask(product, 'POST', '/v1alpha/iceconfig?key=x'));
    expect(servers).toEqual([
      { ...stun, username: expect.stringMatching(/^\d{10}:/), credential: 'none' },
    ]);
  });

  test('[IC15] nobody sees the key: not in a reply, not in a log', async () => {
    const { params } = await Caller.join(product, newRoom());
    const reply = await askIce(product, params);
    for (const text of [reply.text, JSON.stringify(params), product.said.join('\n')]) {
      expect(text).not.toContain(key);
    }
  });
});

describe('a provider that fails', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['slow', () => undefined],
    ['huge', (response) => void response.write(`[${' '.repeat(200_000)}`)],
    ['failing', (response) => void response.writeHead(503).end(key)],
    ['garbage', (response) => void response.end(`<b>${key}</b>`)],
    ['elsewhere', (response) => void response.writeHead(307, { Location: '/else' }).end()],
    ['gone', (response) => void response.destroy()],
  ])('[IC11] [IC15] %s: STUN of our own in time, and no error', async (_name, answer) => {
    const provider = await Provider.start();
    provider.answer = answer;
    const product = await startWith(provider, `${provider.url}?k={key}`);
    try {
      const { params } = await Caller.join(product, newRoom());
      const startMs = performance.now();
      const reply = await askIce(product, params);
      expect(performance.now() - startMs).toBeLessThan(5_500);
      expect(hasRelay(reply)).toBe(false);
      expect(serversOf(reply)[0]?.urls).toEqual([expect.stringMatching(/^stun:127\.0\.0\.1:\d+$/)]);
      expect(provider.requests.map(({ url }) => url)).toEqual([`/servers?k=${key}`]);
      const log = product.said.join('\n');
      expect(log).toContain('"event":"ice.provider.failed"');
      expect(log).not.toContain(key);
    } finally {
      await product.stop();
      await provider.stop();
    }
  });
});
