import { afterEach, describe, expect, test } from 'vitest';
import { Caller, join, newRoom, pair } from './client.ts';
import { Connection } from './connection.ts';
import { ask, jsonOf } from './http.ts';
import { useProduct } from './product.ts';
import { RawConnection, rawRequest } from './raw-http.ts';
import { opcodes, RawWebSocket, upgradeLines } from './raw-websocket.ts';

const product = useProduct();

/** Whatever was done to it, the product goes on serving others. */
afterEach(async () => {
  const [first, second] = await pair(product);
  await first.say('still served');
  expect(await second.messages()).toEqual(['still served']);
});

describe('hostile requests', () => {
  test.each([
    '%zz',
    '%',
    '%00',
    '%C0%AF',
    '..%2F..',
    'a%20b',
    'c'.repeat(129),
    '__proto__',
    '%F0%9F',
  ])('[ID4] the client id %s holds no seat, whatever asks', async (clientId) => {
    const [first, second] = await pair(product);
    const path = `/${first.roomId}/${clientId}`;
    const message = await ask(product, 'POST', `/message${path}`, { body: 'x' });
    if (message.status === 200) expect(jsonOf(message)['result']).toBe('UNKNOWN_CLIENT');
    else expect([400, 404]).toContain(message.status);
    for (const [method, prefix] of [
      ['POST', ''],
      ['DELETE', ''],
      ['POST', '/leave'],
      ['POST', '/bye'],
    ] as const) {
      const { status } = await ask(product, method, `${prefix}${path}`, {
        ...(method === 'POST' ? { body: 'x' } : {}),
      });
      expect([200, 400, 404, 500], `${method} ${prefix}`).toContain(status);
    }
    expect(await first.isSeated()).toBe(true);
    expect(await second.messages()).toEqual([]);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '-', '_', '0'])(
    '[ID1] %s is a room like any other',
    async (name) => {
      const first = await Caller.enter(product, name);
      expect(first.isInitiator).toBe('true');
      await first.say('1');
      const second = await Caller.enter(product, name);
      expect(second.joinMessages).toEqual(['1']);
      expect((await join(product, name)).result).toBe('FULL');
      await first.leave();
      await second.leave();
    },
  );

  test('[HT7] a request line that is too long is refused', async () => {
    const line = `POST /join/${newRoom()}?x=${'y'.repeat(200_000)} HTTP/1.1`;
    const reply = await rawRequest(product, [line, 'Content-Length: 0']).catch(() => null);
    if (reply !== null) expect([400, 414, 431]).toContain(reply.status);
  });

  test('[HT5] Content-Length beside chunked is refused', async () => {
    const [first, second] = await pair(product);
    const reply = await rawRequest(
      product,
      [
        `POST /message/${first.roomId}/${first.clientId} HTTP/1.1`,
        'Content-Length: 5',
        'Transfer-Encoding: chunked',
      ],
      '0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n',
    );
    expect(reply.status).toBe(400);
    expect(await second.messages()).toEqual([]);
  });

  test('[LM1] a chunked body that never ends is cut off at 256 KiB', async () => {
    const caller = await Caller.join(product, newRoom());
    const connection = await RawConnection.open(product);
    connection.write(
      `POST /message/${caller.roomId}/${caller.clientId} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const chunk = Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
    for (let count = 0; count < 8; count += 1) connection.write(chunk);
    const head = await connection.head();
    connection.destroy();
    expect(head.status).toBe(413);
    expect((await Caller.join(product, caller.roomId)).joinMessages).toEqual([]);
  });

  test('[LM1] a Content-Length beyond every bound is refused', async () => {
    const lines = [`POST /join/${newRoom()} HTTP/1.1`, 'Content-Length: 99999999999'];
    const reply = await rawRequest(product, lines);
    expect([400, 413]).toContain(reply.status);
  });

  test('[PR10] new lines in a query reach no header and no link', async () => {
    const room = newRoom();
    const { reply, params } = await join(product, room, '?x=%0d%0aSet-Cookie:%20a=b');
    expect(reply.headers['set-cookie']).toBeUndefined();
    expect(String(params['room_link'])).not.toMatch(/[\r\n]/);
  });
});

describe('hostile sockets', () => {
  /** The close code that answers these frames; null where the connection is cut without one. */
  async function closeAfter(write: (socket: RawWebSocket) => void): Promise<number | null> {
    const socket = await RawWebSocket.open(product);
    write(socket);
    return socket.nextClose().catch(() => null);
  }

  test.each([
    ['a reserved opcode', (socket: RawWebSocket) => socket.frame(3, 'x')],
    ['a continuation of nothing', (socket: RawWebSocket) => socket.frame(opcodes.more, 'x')],
    ['a fragmented ping', (socket: RawWebSocket) => socket.frame(opcodes.ping, 'x', false)],
    ['a close code that does not exist', (socket: RawWebSocket) => socket.frame(8, '\u0003\u00ed')],
  ])('[WS7] %s: an allowed close code', async (_name, write) => {
    const code = await closeAfter(write);
    if (code !== null) expect([1002, 1007, 1008]).toContain(code);
  });

  test('[WS7] frames in two streams at once: an allowed close code', async () => {
    const code = await closeAfter((socket) => {
      socket.frame(opcodes.text, '{"cmd":', false);
      socket.frame(opcodes.text, '{}');
    });
    if (code !== null) expect(code).toBe(1002);
  });

  test('[LM2] many small fragments add up to the bound', async () => {
    const code = await closeAfter((socket) => {
      const piece = 'x'.repeat(60_000);
      socket.frame(opcodes.text, piece, false);
      for (let count = 0; count < 5; count += 1) socket.frame(opcodes.more, piece, false);
    });
    if (code !== null) expect(code).toBe(1009);
  });

  test('[WS4] a compression bomb finds no extension to unpack it', async () => {
    const socket = await RawWebSocket.open(product, [
      ...upgradeLines(product),
      'Sec-WebSocket-Extensions: permessage-deflate',
    ]);
    expect(socket.head.status).toBe(101);
    expect(socket.head.headers.has('sec-websocket-extensions')).toBe(false);
  });

  test('[RG3] a member of one room can not speak in another', async () => {
    const [first, second] = await pair(product);
    const [other, another] = await pair(product);
    const intruder = await Connection.open(product);
    intruder.register(other.roomId, first.clientId);
    const { code, frames } = await intruder.closed();
    expect([code, frames.length]).toEqual([1000, 1]);
    const path = `/${other.roomId}/${first.clientId}`;
    expect((await ask(product, 'POST', path, { body: '{"type":"bye"}' })).status).not.toBe(404);
    await ask(product, 'DELETE', path);
    await ask(product, 'POST', `/leave${path}`);
    for (const caller of [first, second, other, another]) {
      expect(await caller.messages()).toEqual([]);
      expect(await caller.isSeated()).toBe(true);
    }
  });
});
