import { describe, expect, test } from 'vitest';
import { Caller, newRoom, pair } from './client.ts';
import { Connection } from './connection.ts';
import { type Address, useProduct } from './product.ts';
import { RawConnection, rawJson, rawRequest } from './raw-http.ts';
import { opcodes, RawWebSocket, upgradeLines } from './raw-websocket.ts';

const product = useProduct();
const unexpected = { msg: '', error: "Invalid message: unexpected 'cmd'" };

function host(at: Address): string {
  return `Host: 127.0.0.1:${at.port}`;
}

/** A raw POST with these further header lines. */
function rawPost(path: string, lines: readonly string[] = [], body: string | Uint8Array = '') {
  return rawRequest(product, [`POST ${path} HTTP/1.1`, host(product), ...lines], body);
}

describe('replies that an ESP32 can read', () => {
  test.each(['', 'Accept-Encoding: gzip, deflate, br', 'Connection: close', 'TE: trailers'])(
    '[HT1] /join and iceconfig carry Content-Length (%s)',
    async (line) => {
      const lines = ['Content-Length: 0', ...(line === '' ? [] : [line])];
      for (const path of [`/join/${newRoom()}`, '/v1alpha/iceconfig?key=none']) {
        const { status, headers, body } = await rawPost(path, lines);
        expect(status).toBe(200);
        expect(Number(headers.get('content-length'))).toBe(Buffer.byteLength(body));
        expect(headers.has('transfer-encoding')).toBe(false);
        expect(headers.has('content-encoding')).toBe(false);
      }
    },
  );

  test('[HT2] success is exactly 200', async () => {
    const [first] = await pair(product);
    const length = 'Content-Length: 1';
    const seat = `${first.roomId}/${first.clientId}`;
    expect((await rawPost(`/message/${seat}`, [length], 'x')).status).toBe(200);
    expect((await rawPost(`/${seat}`, [length], 'x')).status).toBe(200);
    expect((await rawPost(`/leave/${seat}`, ['Content-Length: 0'])).status).toBe(200);
    const lines = [`DELETE /${seat} HTTP/1.1`, host(product)];
    expect((await rawRequest(product, lines)).status).toBe(200);
  });

  test('[HT3] //join/x is served, not redirected', async () => {
    const room = newRoom();
    const reply = await rawPost(`//join/${room}`, ['Content-Length: 0']);
    expect([reply.status, rawJson(reply)['result']]).toEqual([200, 'SUCCESS']);
    expect((await Caller.join(product, room)).isInitiator).toBe('false');
  });

  test('[HT11] an offer of HTTP/2 is ignored, body and next request included', async () => {
    const [first, second] = await pair(product);
    const offer = [
      host(product),
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA',
    ];
    const post = [`POST /message/${first.roomId}/${first.clientId} HTTP/1.1`, ...offer];
    const body = 'ü'.repeat(50_000);
    const connection = await RawConnection.open(product);
    connection.write(
      `${[...post, `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n`,
    );
    connection.write(body);
    const reply = await connection.reply();
    expect([reply.status, rawJson(reply)['result']]).toEqual([200, 'SUCCESS']);
    connection.write(`${[...post, 'Content-Length: 1'].join('\r\n')}\r\n\r\nx`);
    expect(rawJson(await connection.reply())['result']).toBe('SUCCESS');
    connection.destroy();
    expect(await second.messages()).toEqual([body, 'x']);
  });

  test('[HT8] JSON is application/json; charset=utf-8', async () => {
    const caller = await Caller.join(product, newRoom());
    const replies = [
      await rawPost(`/join/${newRoom()}`, ['Content-Length: 0']),
      await rawPost(`/message/${caller.roomId}/${caller.clientId}`, ['Content-Length: 1'], 'x'),
      await rawPost('/v1alpha/iceconfig?key=', ['Content-Length: 0']),
      await rawRequest(product, ['GET /params HTTP/1.1', host(product)]),
    ];
    for (const reply of replies) {
      expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
  });

  test('[HT10] a connection is kept alive for the next request', async () => {
    const connection = await RawConnection.open(product);
    try {
      for (let count = 0; count < 3; count += 1) {
        connection.write(
          `POST /join/${newRoom()} HTTP/1.1\r\n${host(product)}\r\nContent-Length: 0\r\n\r\n`,
        );
        expect((await connection.reply()).status).toBe(200);
      }
    } finally {
      connection.destroy();
    }
  });
});

describe('request bodies', () => {
  const types = [
    undefined,
    'text',
    'text/plain',
    'text/plain; charset=iso-8859-1',
    'text/html',
    'application/x-www-form-urlencoded',
    'application/json',
    'application/json; charset=utf-8',
    'application/octet-stream',
    'multipart/form-data; boundary=x',
    ';;;',
    '/',
  ];
  const bodies = ['{"type":"candidate","candidate":"grüße"}', 'a=1&b=%20', 'no JSON {', '--x\r\n'];

  test.each(types)(
    '[HT4] [HT7] the body is raw UTF-8 whatever Content-Type says (%s)',
    async (type) => {
      const [first, second] = await pair(product);
      const seat = `${first.roomId}/${first.clientId}`;
      for (const body of bodies) {
        const lines = [
          ...(type === undefined ? [] : [`Content-Type: ${type}`]),
          `Content-Length: ${Buffer.byteLength(body)}`,
        ];
        const message = await rawPost(`/message/${seat}`, lines, body);
        expect([message.status, rawJson(message)['result']]).toEqual([200, 'SUCCESS']);
        const posted = await rawPost(`/${seat}`, lines, body);
        expect([posted.status, posted.body]).toEqual([200, 'OK\n']);
      }
      expect(await second.messages()).toEqual(bodies.flatMap((body) => [body, body]));
    },
  );

  test('[HT5] a body may be chunked, also in the middle of a character', async () => {
    const [first, second] = await pair(product);
    const bytes = Buffer.from('{"type":"offer","sdp":"ü😀"}');
    for (const path of ['/message/', '/']) {
      const port = path === '/' ? product.colliderPort : product.port;
      const connection = await RawConnection.open({ port });
      connection.write(
        `POST ${path}${first.roomId}/${first.clientId} HTTP/1.1\r\n${host(product)}\r\n` +
          'Transfer-Encoding: chunked\r\n\r\n',
      );
      for (const byte of bytes) {
        connection.write(Buffer.concat([Buffer.from('1\r\n'), Buffer.from([byte, 13, 10])]));
      }
      connection.write('0\r\n\r\n');
      expect((await connection.reply()).status).toBe(200);
      connection.destroy();
    }
    expect(await second.messages()).toEqual([bytes.toString(), bytes.toString()]);
  });

  test.each(types)(
    '[HT6] an empty body is fine on /join, /leave and iceconfig (%s)',
    async (type) => {
      const lines = [...(type === undefined ? [] : [`Content-Type: ${type}`]), 'Content-Length: 0'];
      const room = newRoom();
      const joined = await rawPost(`/join/${room}`, lines);
      expect([joined.status, rawJson(joined)['result']]).toEqual([200, 'SUCCESS']);
      expect((await rawPost('/v1alpha/iceconfig?key=', lines)).status).toBe(200);
      const left = await rawPost(`/leave/${room}/nobody`, lines);
      expect([left.status, left.body]).toEqual([200, '']);
    },
  );

  test('[HT6] a POST without Content-Length and body, and a DELETE with JSON type', async () => {
    const room = newRoom();
    const joined = await rawPost(`/join/${room}`, ['Content-Type: application/json']);
    expect([joined.status, rawJson(joined)['result']]).toEqual([200, 'SUCCESS']);
    const lines = [`DELETE /${room}/c HTTP/1.1`, host(product), 'Content-Type: application/json'];
    expect((await rawRequest(product, lines)).status).toBe(200);
  });

  test('[HT4] a body that comes with a join is ignored', async () => {
    for (const body of ['{', 'x'.repeat(1000)]) {
      const lines = ['Content-Type: application/json', `Content-Length: ${body.length}`];
      const joined = await rawPost(`/join/${newRoom()}`, lines, body);
      expect([joined.status, rawJson(joined)['result']]).toEqual([200, 'SUCCESS']);
    }
  });
});

describe('request headers', () => {
  test('[HT7] none is required, not even Host', async () => {
    const room = newRoom();
    const lines = [`POST /join/${room} HTTP/1.1`, 'Content-Length: 0'];
    const reply = await rawRequest(product, lines);
    expect([reply.status, rawJson(reply)['result']]).toEqual([200, 'SUCCESS']);
  });

  test('[HT7] HTTP/1.0 is served', async () => {
    const reply = await rawRequest(product, [
      `POST /join/${newRoom()} HTTP/1.0`,
      'Content-Length: 0',
    ]);
    expect([reply.status, rawJson(reply)['result']]).toEqual([200, 'SUCCESS']);
  });

  test.each(['https://www.google.com', 'https://appr.tc', 'null', 'file://'])(
    '[HT9] the foreign Origin %s is served',
    async (origin) => {
      const reply = await rawPost(`/join/${newRoom()}`, [`Origin: ${origin}`, 'Content-Length: 0']);
      expect([reply.status, rawJson(reply)['result']]).toEqual([200, 'SUCCESS']);
      const socket = await Connection.open(product, { Origin: origin });
      expect(await socket.received()).toEqual([]);
    },
  );
});

describe('the upgrade', () => {
  test('[WS1] only what RFC 6455 asks for, without Origin and User-Agent', async () => {
    const socket = await RawWebSocket.open(product);
    expect(socket.head.status).toBe(101);
    expect(socket.head.headers.get('sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    socket.frame(opcodes.text, '{}');
    expect(await socket.nextJson()).toEqual(unexpected);
  });

  test('[WS1] without a Host', async () => {
    const lines = upgradeLines(product).filter((line) => !line.startsWith('Host'));
    expect((await RawWebSocket.open(product, lines)).head.status).toBe(101);
  });

  test.each([
    ['Upgrade: WebSocket', 'Connection: Upgrade'],
    ['Upgrade: WEBSOCKET', 'Connection: upgrade'],
    ['upgrade: websocket', 'CONNECTION: keep-alive, Upgrade'],
  ])('[WS2] %s with %s', async (upgrade, connection) => {
    const lines = upgradeLines(product).map((line) => {
      if (line.startsWith('Upgrade')) return upgrade;
      return line.startsWith('Connection') ? connection : line;
    });
    expect((await RawWebSocket.open(product, lines)).head.status).toBe(101);
  });

  test('[WS3] [WS4] the 101 head is short and offers nothing', async () => {
    const { head } = await RawWebSocket.open(product);
    expect(head.length).toBeLessThan(1024);
    expect(head.headers.has('sec-websocket-extensions')).toBe(false);
    expect(head.headers.has('sec-websocket-protocol')).toBe(false);
  });

  test('[WS3] [WS4] also for a browser that offers an extension', async () => {
    const { head } = await RawWebSocket.open(product, [
      ...upgradeLines(product),
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
      'Origin: https://appr.tc',
    ]);
    expect(head.status).toBe(101);
    expect(head.length).toBeLessThan(1024);
  });

  test('[WS1] //ws is served too, another path is no WebSocket', async () => {
    const lines = (path: string) => [`GET ${path} HTTP/1.1`, ...upgradeLines(product).slice(1)];
    expect((await RawWebSocket.open(product, lines('/elsewhere'))).head.status).not.toBe(101);
    expect((await RawWebSocket.open(product, lines('/ws?x=1'))).head.status).toBe(101);
    expect((await RawWebSocket.open(product, lines('http://h/ws'))).head.status).toBe(101);
    expect((await RawWebSocket.open(product, lines('http://h/x/ws'))).head.status).not.toBe(101);
  });
});

describe('frames as small clients write them', () => {
  /** A raw socket and the ids of its client, opposite a registered member. */
  async function rawMember() {
    const other = await Caller.enter(product, newRoom());
    const caller = await Caller.join(product, other.roomId);
    const register = { cmd: 'register', roomid: caller.roomId, clientid: caller.clientId };
    return { other, caller, register, socket: await RawWebSocket.open(product) };
  }

  test('[FR1] pretty-printed, with leading new lines and keys in any order', async () => {
    const { other, register, socket } = await rawMember();
    const { cmd, roomid, clientid } = register;
    socket.frame(
      opcodes.text,
      `\n\r\n\n${JSON.stringify({ clientid, roomid, cmd }, null, '\t')}\n`,
    );
    socket.frame(opcodes.text, '\n\n{\n  "msg" : "hello",\n  "cmd" : "send"\n}\n\n');
    socket.frame(opcodes.text, '{}');
    expect(await socket.nextJson()).toEqual(unexpected);
    expect(await other.messages()).toEqual(['hello']);
  });

  test('[FR8] fragmented, also in the middle of a character', async () => {
    const { other, register, socket } = await rawMember();
    socket.fragmented(JSON.stringify(register), 7);
    socket.fragmented('{"cmd":"send","msg":"grüße 😀"}', 1);
    socket.frame(opcodes.text, '{}');
    expect(await socket.nextJson()).toEqual(unexpected);
    expect(await other.messages()).toEqual(['grüße 😀']);
  });

  test('[FR8] with a ping between the fragments', async () => {
    const { other, register, socket } = await rawMember();
    socket.frame(opcodes.text, JSON.stringify(register));
    socket.frame(opcodes.text, '{"cmd":"send",', false);
    socket.frame(opcodes.ping, 'p');
    socket.frame(opcodes.more, '"msg":"x"}');
    const pong = await socket.next();
    expect([pong.opcode, pong.payload.toString()]).toEqual([opcodes.pong, 'p']);
    socket.frame(opcodes.text, '{}');
    expect(await socket.nextJson()).toEqual(unexpected);
    expect(await other.messages()).toEqual(['x']);
  });

  test('[FR8] in binary frames, answered in text frames', async () => {
    const { other, register, socket } = await rawMember();
    socket.frame(opcodes.binary, JSON.stringify(register));
    socket.frame(opcodes.binary, '{"cmd":"send","msg":"ü"}');
    socket.frame(opcodes.binary, '{}');
    expect(await socket.nextJson()).toEqual(unexpected);
    expect(await other.messages()).toEqual(['ü']);
  });

  test('[FR4] a binary frame that is not UTF-8: an error frame, close 1000', async () => {
    const socket = await RawWebSocket.open(product);
    socket.frame(opcodes.binary, Uint8Array.from([0x7b, 0xff, 0x7d]));
    expect(await socket.nextJson()).toEqual({ msg: '', error: 'Invalid message: not UTF-8' });
    expect(await socket.nextClose()).toBe(1000);
  });

  test('[FR4] [WS7] a text frame that is not UTF-8: close 1007 or an error frame', async () => {
    const socket = await RawWebSocket.open(product);
    socket.frame(opcodes.text, Uint8Array.from([0x7b, 0xff, 0x7d]));
    const frame = await socket.next();
    if (frame.opcode === opcodes.text) expect(await socket.nextClose()).toBe(1000);
    else expect([frame.opcode, frame.payload.readUInt16BE(0)]).toEqual([opcodes.close, 1007]);
  });

  test('[FR6] [WS5] the Windows client sends {} first and gets its error frame', async () => {
    const { other, register, socket } = await rawMember();
    socket.frame(opcodes.text, '{}');
    expect(await socket.nextJson()).toEqual(unexpected);
    socket.frame(opcodes.text, JSON.stringify(register));
    socket.frame(opcodes.text, '{"cmd":"send","msg":"x"}');
    socket.frame(opcodes.text, '{}');
    expect(await socket.nextJson()).toEqual(unexpected);
    expect(await other.messages()).toEqual(['x']);
  });

  test('[WS7] a close is answered with an allowed code', async () => {
    for (const code of [1000, 1001, 3000, 4999]) {
      const socket = await RawWebSocket.open(product);
      socket.frame(opcodes.close, Uint8Array.from([code >> 8, code & 0xff]));
      expect([1000, code]).toContain(await socket.nextClose());
    }
  });
});
