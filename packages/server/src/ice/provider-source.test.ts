import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProviderRequest } from '../config/ice-mode.ts';
import { ProviderSource } from './provider-source.ts';

const servers = [{ urls: ['turn:t.test'], username: 'u', credential: 'c' }];
const question = { owner: 'o', lifeSeconds: 600, nowSeconds: 1_700_000_000 };
const key = 'sesame/1';

let provider: Server;
let asked: { method: string; url: string; authorization: string; body: string }[];
let answer: (response: ServerResponse, request: IncomingMessage) => void;
let logged: string[];
let nowMs: number;
let source: ProviderSource;

beforeEach(async () => {
  [asked, logged, nowMs] = [[], [], question.nowSeconds * 1000];
  answer = (response) => response.end(JSON.stringify({ iceServers: servers }));
  provider = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const authorization = headers.authorization ?? '';
    asked.push({ method, url, authorization, body: Buffer.concat(chunks).toString() });
    answer(response, request);
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
});

afterEach(async () => {
  source.close();
  provider.closeAllConnections();
  provider.close();
  await once(provider, 'close');
  expect(logged.join()).not.toContain('sesame');
});

function open(rest: Partial<ProviderRequest> = {}, path = '/ice', withKey = true): ProviderSource {
  const { port } = provider.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}${path}`;
  const logger = pino({}, { write: (line: string) => void logged.push(line) });
  source = new ProviderSource({
    request: { url, method: 'POST', auth: 'bearer', ...rest },
    key: withKey ? key : undefined,
    freshMs: 600_000,
    logger,
    nowMs: () => nowMs,
  });
  return source;
}

function failing(status = 500): void {
  answer = (response) => response.writeHead(status).end('no sesame');
}

describe('how a provider is asked', () => {
  it('[IC15] with the key as a bearer token, and for twice the time that an answer serves', async () => {
    await open().grant(question);
    expect(asked).toEqual([
      { method: 'POST', url: '/ice', authorization: `Bearer ${key}`, body: '{"ttl":1200}' },
    ]);
  });

  it('[IC15] with the key as user and password', async () => {
    await open({ auth: 'basic', method: 'PUT' }).grant(question);
    expect(asked[0]).toMatchObject({ method: 'PUT', authorization: 'Basic c2VzYW1lLzE=' });
  });

  it('[IC15] with the key in the URL and nowhere else', async () => {
    await open({ method: 'GET' }, '/ice?k={key}').grant(question);
    expect(asked).toEqual([
      { method: 'GET', url: '/ice?k=sesame%2F1', authorization: '', body: '' },
    ]);
  });

  it('[IC15] without a key', async () => {
    await open({}, '/ice', false).grant(question);
    expect(asked[0]?.authorization).toBe('');
  });

  it('[IC15] once for all who ask meanwhile, and again when its answer is old', async () => {
    const opened = open();
    const grants = await Promise.all(Array.from({ length: 20 }, () => opened.grant(question)));
    expect(new Set(grants.map((grant) => grant?.expiresAtSeconds))).toEqual(
      new Set([question.nowSeconds + 600]),
    );
    nowMs += 599_999;
    await opened.grant(question);
    expect(asked).toHaveLength(1);
    nowMs += 1;
    await opened.grant(question);
    await expect.poll(() => asked.length).toBe(2);
  });

  it('[IC15] in half the time of short-lived credentials, which say how long they are good', async () => {
    answer = (response) =>
      response.end(JSON.stringify({ lifetimeDuration: '400s', iceServers: servers }));
    const opened = open();
    expect((await opened.grant(question))?.expiresAtSeconds).toBe(question.nowSeconds + 400);
    nowMs += 150_000;
    const later = { ...question, nowSeconds: question.nowSeconds + 150 };
    expect((await opened.grant(later))?.expiresAtSeconds).toBe(question.nowSeconds + 400);
    expect(asked).toHaveLength(1);
    nowMs += 50_000;
    await opened.grant(later);
    await expect.poll(() => asked.length).toBe(2);
  });
});

describe('a provider that fails', () => {
  it.each<[string, () => void, RegExp]>([
    ['with a status', () => failing(), /status 500/],
    [
      'with a redirect',
      () => {
        answer = (response) => response.writeHead(302, { Location: '/elsewhere' }).end();
      },
      /ice\.provider\.failed/,
    ],
    [
      'with garbage',
      () => {
        answer = (response) => response.end('<html>sesame</html>');
      },
      /not JSON/,
    ],
    [
      'with nothing of use',
      () => {
        answer = (response) => response.end('{"iceServers":[{"urls":"http://x"}]}');
      },
      /no usable server/,
    ],
    [
      'by hanging up',
      () => {
        answer = (response) => response.destroy();
      },
      /ice\.provider\.failed/,
    ],
    [
      'with more than 64 KiB',
      () => {
        answer = (response) => {
          response.write(`[${' '.repeat(70_000)}`);
        };
      },
      /more than 65536 bytes/,
    ],
  ])('[IC15] %s has no answer, and is left alone for ten seconds', async (_name, fail, reason) => {
    fail();
    const opened = open();
    expect(await opened.grant(question)).toBeNull();
    expect(logged.join()).toMatch(reason);
    expect(asked.map(({ url }) => url)).toEqual(['/ice']);
    expect(await opened.grant(question)).toBeNull();
    expect(asked).toHaveLength(1);
    answer = (response) => response.end(JSON.stringify(servers));
    nowMs += 10_000;
    expect((await opened.grant(question))?.servers).toEqual(servers);
  });

  it('[IC15] by saying nothing is waited for four seconds', async () => {
    answer = () => undefined;
    const startMs = performance.now();
    expect(await open().grant(question)).toBeNull();
    expect(performance.now() - startMs).toBeLessThan(5_500);
    expect(logged.join()).toContain('TimeoutError');
  });

  it('[IC15] is stood in for by its last good answer, for a day where that names no end', async () => {
    const opened = open();
    await opened.grant(question);
    failing();
    nowMs += 3_600_000;
    expect((await opened.grant(question))?.servers).toEqual(servers);
    await expect.poll(() => logged.join()).toContain('"lastAnswerServes":true');
    nowMs += 86_400_000;
    expect(await opened.grant(question)).toBeNull();
  });

  it('[IC15] is not stood in for by credentials that are over, but its STUN still serves', async () => {
    const all = [{ urls: ['stun:s.test'] }, ...servers];
    answer = (response) => response.end(JSON.stringify({ ttl: 100, iceServers: all }));
    const opened = open();
    expect(opened.stunUrls()).toEqual([]);
    await opened.grant(question);
    failing();
    nowMs += 71_000;
    expect(await opened.grant(question)).toBeNull();
    expect(opened.stunUrls()).toEqual(['stun:s.test']);
  });

  it('ends its waiting when the server closes', async () => {
    answer = () => undefined;
    const waiting = open().grant(question);
    await expect.poll(() => asked.length).toBe(1);
    source.close();
    expect(await waiting).toBeNull();
    expect(logged).toEqual([]);
  });
});
