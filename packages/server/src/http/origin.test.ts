import Fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import {
  hostName,
  httpOrigin,
  type OriginOptions,
  type PublicOrigin,
  publicOrigin,
  webSocketOrigin,
} from './origin.ts';

interface Arrival {
  readonly headers: Readonly<Record<string, string>>;
  /** Where it arrived. */
  readonly address?: string;
  readonly port?: number;
  readonly isTls?: boolean;
}

const direct: OriginOptions = { publicUrl: undefined, isProxyTrusted: false };
const proxied: OriginOptions = { publicUrl: undefined, isProxyTrusted: true };

/** What the server takes for its origin when a request arrives so. */
async function originOf(arrival: Arrival, options: OriginOptions): Promise<PublicOrigin> {
  const { headers, address = '192.0.2.7', port = 8080, isTls = false } = arrival;
  const app: FastifyInstance = Fastify({ trustProxy: options.isProxyTrusted });
  let origin: PublicOrigin | undefined;
  app.get('/', (request) => {
    Object.assign(request.raw.socket, { localAddress: address, localPort: port });
    if (isTls) Object.assign(request.raw.socket, { encrypted: true });
    // The injection fills in what is missing or empty.
    if (headers['host'] === undefined) delete request.raw.headers.host;
    else request.raw.headers.host = headers['host'];
    origin = publicOrigin(request, options);
    return '';
  });
  await app.inject({ url: '/', headers });
  await app.close();
  if (origin === undefined) throw new Error('The request did not arrive');
  return origin;
}

async function addressOf(arrival: Arrival, options = direct): Promise<string> {
  return httpOrigin(await originOf(arrival, options));
}

describe('the origin that the request names', () => {
  it.each([
    ['calls.example:9000', 'http://calls.example:9000'],
    ['192.0.2.7:8080', 'http://192.0.2.7:8080'],
    ['[2001:db8::1]:8080', 'http://[2001:db8::1]:8080'],
    ['my_host-1:1', 'http://my_host-1:1'],
  ])('[PR14] Host %s', async (host, expected) => {
    expect(await addressOf({ headers: { host } })).toBe(expected);
  });

  it.each([
    ['calls.example', 8080, 'http://calls.example:8080'],
    ['calls.example:', 8080, 'http://calls.example:8080'],
    ['[::1]', 8080, 'http://[::1]:8080'],
    ['calls.example', 80, 'http://calls.example'],
  ])('[PR15] Host %s without a port, arrived on %i', async (host, port, expected) => {
    expect(await addressOf({ headers: { host }, port })).toBe(expected);
  });

  it.each([
    ['calls.example:80', false, 'http://calls.example'],
    ['calls.example:443', false, 'http://calls.example:443'],
    ['calls.example:443', true, 'https://calls.example'],
    ['calls.example:80', true, 'https://calls.example:80'],
  ])('[PR16] default ports are left out: %s, TLS %s', async (host, isTls, expected) => {
    expect(await addressOf({ headers: { host }, isTls })).toBe(expected);
  });

  it.each([
    [{}],
    [{ host: '' }],
    [{ host: 'two words' }],
    [{ host: 'user@calls.example' }],
    [{ host: 'calls.example/path' }],
    [{ host: '"><script>' }],
    [{ host: 'calls.example:port' }],
    [{ host: 'calls.example:65536' }],
    [{ host: 'calls.example:123456' }],
    [{ host: '2001:db8::1' }],
    [{ host: '[::1' }],
    [{ host: '[calls]' }],
    [{ host: 'a'.repeat(254) }],
  ])('[PR17] a missing or malformed Host counts as the local address: %j', async (headers) => {
    expect(await addressOf({ headers })).toBe('http://192.0.2.7:8080');
  });

  it.each([
    ['::ffff:192.0.2.7', 'http://192.0.2.7:8080'],
    ['2001:db8::7', 'http://[2001:db8::7]:8080'],
    ['::1', 'http://[::1]:8080'],
  ])('[PR17] the local address %s in a URL', async (address, expected) => {
    expect(await addressOf({ headers: {}, address })).toBe(expected);
  });
});

describe('the origin behind a proxy', () => {
  const host = 'calls.example';

  it('[PR18] X-Forwarded-Proto is ignored without a trusted proxy', async () => {
    const headers = { host, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' };
    expect(await addressOf({ headers })).toBe('http://calls.example:8080');
  });

  it('[PR18] with a trusted one it decides, and the port stays out', async () => {
    const secure = { host, 'x-forwarded-proto': 'https' };
    expect(await addressOf({ headers: secure }, proxied)).toBe('https://calls.example');
    const plain = { host, 'x-forwarded-proto': 'http' };
    expect(await addressOf({ headers: plain }, proxied)).toBe('http://calls.example');
    expect(await addressOf({ headers: { host } }, proxied)).toBe('http://calls.example');
  });

  it('[PR18] and X-Forwarded-Host is the host', async () => {
    const headers = {
      host: 'inner:8080',
      'x-forwarded-host': 'calls.example:8443',
      'x-forwarded-proto': 'https',
    };
    expect(await addressOf({ headers }, proxied)).toBe('https://calls.example:8443');
  });
});

describe('the configured origin', () => {
  it.each([
    ['https://calls.example', true, 'calls.example'],
    ['https://calls.example:443/', true, 'calls.example'],
    ['http://calls.example:8080', false, 'calls.example:8080'],
  ])('[PR14] %s wins over the request', async (publicUrl, isSecure, expected) => {
    const arrival = { headers: { host: 'other.example' } };
    const origin = await originOf(arrival, { publicUrl, isProxyTrusted: true });
    expect(origin).toEqual({ isSecure, host: expected });
  });
});

describe('an origin in words', () => {
  it('[PR11] is an address for HTTP and one for WebSockets', () => {
    const [plain, secure] = [false, true].map((isSecure) => ({ isSecure, host: 'h:1' }));
    expect([plain, secure].map((origin) => origin && httpOrigin(origin))).toEqual([
      'http://h:1',
      'https://h:1',
    ]);
    expect([plain, secure].map((origin) => origin && webSocketOrigin(origin))).toEqual([
      'ws://h:1',
      'wss://h:1',
    ]);
  });

  it.each([
    ['calls.example', 'calls.example'],
    ['calls.example:8080', 'calls.example'],
    ['[::1]', '[::1]'],
    ['[::1]:8080', '[::1]'],
  ])('[IC6] the name of %s', (host, expected) => {
    expect(hostName({ isSecure: false, host })).toBe(expected);
  });
});
