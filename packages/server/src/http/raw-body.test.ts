import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyText, forgetContentType, takeBodiesRaw } from './raw-body.ts';

let app: FastifyInstance;
let server: Server;

beforeAll(async () => {
  app = Fastify();
  takeBodiesRaw(app);
  app.post('/', (request) => bodyText(request));
  await app.ready();
  // As the product does it: before the framework looks at the type.
  server = createServer((request, response) => {
    forgetContentType(request.headers);
    app.routing(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await app.close();
});

async function post(
  body: string | Uint8Array<ArrayBuffer>,
  contentType?: string,
): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const reply = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  });
  return reply.json();
}

describe('raw bodies', () => {
  it.each([
    undefined,
    'text',
    'text/plain',
    'text/plain; charset=latin1',
    'application/json',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'multipart/form-data',
    'not a type;;',
    '',
  ])('[HT4] are text whatever their type: %s', async (type) => {
    expect(await post('{"a": \u20ac', type)).toEqual({ ok: true, value: '{"a": \u20ac' });
  });

  it('[HT6] may be empty, with a type or none', async () => {
    expect(await post('')).toEqual({ ok: true, value: '' });
    expect(await post('', 'application/json')).toEqual({ ok: true, value: '' });
  });

  it('[IM8] keep their byte order mark, line ends and NULs', async () => {
    const text = '\ufeffa\r\n\u0000b\n';
    expect(await post(text)).toEqual({ ok: true, value: text });
  });

  it.each([[[0xff]], [[0xc3]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0x61, 0xf8, 0x62]]])(
    '[MS7] [CP5] that are not UTF-8 are told apart: %j',
    async (bytes) => {
      expect(await post(Uint8Array.from(bytes))).toEqual({ ok: false, problem: 'not-utf8' });
      // A decoder that failed once is not spoiled.
      expect(await post('fine')).toEqual({ ok: true, value: 'fine' });
    },
  );
});
