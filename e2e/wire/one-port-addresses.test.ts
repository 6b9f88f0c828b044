import { describe, expect, test } from 'vitest';
import { type Address, useProduct } from './product.ts';
import { rawJson, rawRequest } from './raw-http.ts';

// Where both halves share a port, a client finds the Collider where it found the room server.

const product = useProduct();

/** `wss_url` and `wss_post_url` for a request with exactly these header lines. */
async function addressesFor(at: Address, lines: readonly string[]) {
  const params = rawJson(await rawRequest(at, ['GET /params HTTP/1.1', ...lines]));
  return [params['wss_url'], params['wss_post_url']];
}

describe('without a public URL', () => {
  test('[PR14] Host decides', async () => {
    expect(await addressesFor(product, ['Host: call.test:8443'])).toEqual([
      'ws://call.test:8443/ws',
      'http://call.test:8443',
    ]);
  });

  test('[PR15] a Host without a port gets the one that the request arrived on', async () => {
    expect(await addressesFor(product, ['Host: call.test'])).toEqual([
      `ws://call.test:${product.port}/ws`,
      `http://call.test:${product.port}`,
    ]);
  });

  test('[PR15] also an IPv6 address without a port', async () => {
    expect(await addressesFor(product, ['Host: [::1]'])).toEqual([
      `ws://[::1]:${product.port}/ws`,
      `http://[::1]:${product.port}`,
    ]);
  });

  test('[PR16] a default port is left out', async () => {
    expect(await addressesFor(product, ['Host: call.test:80'])).toEqual([
      'ws://call.test/ws',
      'http://call.test',
    ]);
  });

  const local = () => [`ws://127.0.0.1:${product.port}/ws`, `http://127.0.0.1:${product.port}`];

  test('[PR17] no Host is the local address', async () => {
    expect(await addressesFor(product, ['Connection: close'])).toEqual(local());
  });

  test.each(['', 'a b', 'a/b', 'u@call.test', 'call.test:0x50', 'call.test:99999', '"><x', 'a?b'])(
    '[PR17] a malformed Host (%s) is the local address',
    async (host) => {
      expect(await addressesFor(product, [`Host: ${host}`])).toEqual(local());
    },
  );

  test('[PR18] X-Forwarded-Proto is ignored', async () => {
    const lines = [
      'Host: call.test:8443',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: evil.test',
    ];
    expect(await addressesFor(product, lines)).toEqual([
      'ws://call.test:8443/ws',
      'http://call.test:8443',
    ]);
  });
});

describe('with a public URL', () => {
  const published = useProduct({ flags: ['--public-url', 'https://call.example.org:443'] });

  test('[PR14] [PR16] it decides whatever Host says', async () => {
    expect(await addressesFor(published, ['Host: other.test:1234'])).toEqual([
      'wss://call.example.org/ws',
      'https://call.example.org',
    ]);
  });
});

describe('behind a trusted proxy', () => {
  const proxied = useProduct({ flags: ['--trust-proxy', 'true'] });

  test('[PR18] X-Forwarded-Proto decides about TLS', async () => {
    const lines = ['Host: call.test', 'X-Forwarded-Proto: https'];
    expect(await addressesFor(proxied, lines)).toEqual(['wss://call.test/ws', 'https://call.test']);
  });

  test('[PR16] [PR18] the default port of https is left out', async () => {
    const lines = ['Host: call.test:443', 'X-Forwarded-Proto: https'];
    expect(await addressesFor(proxied, lines)).toEqual(['wss://call.test/ws', 'https://call.test']);
  });

  test('[PR15] [PR18] a Host without a port stays without one', async () => {
    const lines = ['Host: call.test', 'X-Forwarded-Proto: http'];
    expect(await addressesFor(proxied, lines)).toEqual(['ws://call.test/ws', 'http://call.test']);
  });
});
