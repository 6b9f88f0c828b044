import { limits } from '@apprtc/protocol';
import { describe, expect, test } from 'vitest';
import { Caller, join, newRoom, pair } from './client.ts';
import { Connection, refusal } from './connection.ts';
import { ask, eventually, jsonOf } from './http.ts';
import { useProduct } from './product.ts';
import { RawWebSocket, upgradeLines } from './raw-websocket.ts';

const product = useProduct();
const many = Array.from({ length: limits.maxQueuedMessages }, (_, index) => `m${index}`);

describe('sizes', () => {
  test('[LM1] an HTTP body of 256 KiB is taken, a longer one is 413', async () => {
    const caller = await Caller.join(product, newRoom());
    expect(await caller.post('x'.repeat(limits.maxBodyBytes))).toBe('SUCCESS');
    const body = 'x'.repeat(limits.maxBodyBytes + 1);
    const seat = `${caller.roomId}/${caller.clientId}`;
    for (const path of [`/message/${seat}`, `/${seat}`]) {
      expect((await ask(product, 'POST', path, { body })).status, path).toBe(413);
    }
    const second = await Caller.join(product, caller.roomId);
    expect(second.joinMessages).toEqual(['x'.repeat(limits.maxBodyBytes)]);
  });

  test('[LM2] a frame of 256 KiB is taken, a longer one closes with 1009', async () => {
    const [first, second] = await pair(product);
    const room = limits.maxFrameBytes - '{"cmd":"send","msg":""}'.length;
    await first.say('x'.repeat(room));
    expect(await second.messages()).toEqual(['x'.repeat(room)]);
    first.connection.say('x'.repeat(room + 1));
    expect(await first.connection.closed()).toEqual({ code: 1009, frames: [] });
    expect(await second.messages()).toEqual([]);
  });

  test('[LM5] [LM6] long names on a socket are refused like unknown ones', async () => {
    const caller = await Caller.join(product, newRoom());
    for (const [roomId, clientId] of [
      ['x'.repeat(limits.maxRoomIdLength + 1), caller.clientId],
      [caller.roomId, 'c'.repeat(limits.maxClientIdLength + 1)],
    ] as const) {
      const connection = await Connection.open(product);
      connection.register(roomId, clientId);
      expect(await connection.closed()).toEqual(refusal('unknownClient'));
    }
  });
});

describe('the queue of a member', () => {
  test('[LM3] [SD5] 1,024 messages wait, the next is dropped without an error frame', async () => {
    const first = await Caller.enter(product, newRoom());
    await first.say(...many, 'one too many');
    expect(first.connection.takeFrames()).toEqual([]);
    expect(first.connection.isOpen).toBe(true);
    const second = await Caller.join(product, first.roomId);
    expect(second.joinMessages).toEqual(many);
  });

  test('[LM3] [SD4] 1,024 wait for a member that is away, in order', async () => {
    const [first, second] = await pair(product);
    await second.connection.drop();
    await first.say(...many, 'one too many');
    expect(await first.post('one too many')).toBe('ERROR');
    await second.register();
    expect(await second.messages()).toEqual(many);
    await first.say('room again');
    expect(await second.messages()).toEqual(['room again']);
  });

  test('[LM4] [MS8] [CP3] 512 KiB wait, what would pass them is refused', async () => {
    const first = await Caller.enter(product, newRoom());
    const big = 'x'.repeat(200 * 1024);
    expect(await first.post(big)).toBe('SUCCESS');
    expect(await first.post(big)).toBe('SUCCESS');
    expect(await first.post(big)).toBe('ERROR');
    expect((await first.colliderPost(big)).status).toBe(500);
    await first.say(big);
    expect(first.connection.takeFrames()).toEqual([]);
    expect(await first.post('small')).toBe('SUCCESS');
    expect((await Caller.join(product, first.roomId)).joinMessages).toEqual([big, big, 'small']);
  });

  test('[LM4] bytes of UTF-8 count, not characters', async () => {
    const first = await Caller.enter(product, newRoom());
    const big = 'ü'.repeat(100 * 1024);
    expect(await first.post(big)).toBe('SUCCESS');
    expect(await first.post(big)).toBe('SUCCESS');
    expect(await first.post(big)).toBe('ERROR');
  });

  test('[SD5] what was dropped is counted', async () => {
    const dropped = async () =>
      Number(jsonOf(await ask(product, 'GET', '/status'))['droppedmessages']);
    const before = await dropped();
    const first = await Caller.enter(product, newRoom());
    await first.say(...many, 'dropped', 'dropped');
    expect(await first.post('dropped')).toBe('ERROR');
    expect((await dropped()) - before).toBe(3);
  });
});

describe('a server for one room', () => {
  const small = useProduct({ env: { APPRTC_MAX_ROOMS: '1' } });

  test('[LM7] a join that would make another room: 503, the first goes on', async () => {
    const first = await Caller.enter(small, newRoom());
    expect((await ask(small, 'POST', `/join/${newRoom()}`)).status).toBe(503);
    const second = await Caller.enter(small, first.roomId);
    await first.say('x');
    expect(await second.messages()).toEqual(['x']);
    expect((await join(small, first.roomId)).result).toBe('FULL');
    await first.delete();
    await second.delete();
    const next = newRoom();
    await eventually(async () => (await ask(small, 'POST', `/join/${next}`)).status, 200);
  });
});

describe('a server for one connection', () => {
  const small = useProduct({ env: { APPRTC_MAX_SOCKETS: '1' } });

  test('[LM8] a further upgrade: 503, the first goes on', async () => {
    const first = await Connection.open(small);
    expect((await RawWebSocket.open(small)).head.status).toBe(503);
    expect(await first.received()).toEqual([]);
    await first.drop();
    expect((await RawWebSocket.open(small)).head.status).toBe(101);
  });
});

describe('a server for few waiting bytes', () => {
  const small = useProduct({ env: { APPRTC_MAX_QUEUED_BYTES: '2048' } });

  test('[LM9] all rooms together share the bound: 503', async () => {
    const [one, other] = [await Caller.join(small, newRoom()), await Caller.join(small, newRoom())];
    const half = 'x'.repeat(1200);
    expect(await one.post(half)).toBe('SUCCESS');
    const path = `/message/${other.roomId}/${other.clientId}`;
    const refused = await ask(small, 'POST', path, { body: half });
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    expect((await Caller.join(small, one.roomId)).joinMessages).toEqual([half]);
    expect(await other.post(half)).toBe('SUCCESS');
    await other.leave();
    expect(await one.post(half)).toBe('SUCCESS');
  });

  test('[LM9] [SD5] what a socket says beyond it is dropped and counted', async () => {
    const first = await Caller.enter(small, newRoom());
    await first.say('x'.repeat(3000));
    expect(first.connection.takeFrames()).toEqual([]);
    expect(jsonOf(await ask(small, 'GET', '/status'))['droppedmessages']).toBe(1);
  });
});

describe('a server with little patience', () => {
  const strict = useProduct({
    env: {
      APPRTC_MAX_SEND_BUFFER_BYTES: '65536',
      APPRTC_MAX_MESSAGES_BURST: '200',
      APPRTC_MAX_MESSAGES_PER_SECOND: '1',
    },
  });

  test('[LM10] a connection that reads nothing is closed with 1011, the other goes on', async () => {
    const [first, second] = await pair(strict);
    second.connection.socket.pause();
    const big = 'x'.repeat(200_000);
    await first.say(...Array.from({ length: 100 }, () => big));
    await eventually(async () => (await join(strict, first.roomId)).result, 'SUCCESS');
    expect(first.connection.isOpen).toBe(true);
    second.connection.socket.resume();
    expect((await second.connection.closed()).code).toBe(1011);
  });

  test('[LM11] a connection that sends too fast is closed with 1008', async () => {
    const connection = await Connection.open(strict);
    for (let count = 0; count < 300; count += 1) connection.send({});
    const { code, frames } = await connection.closed();
    expect(code).toBe(1008);
    expect(frames.length).toBeGreaterThanOrEqual(200);
    expect(frames.length).toBeLessThan(300);
  });
});

describe('requests of one address', () => {
  const env = { APPRTC_MAX_REQUESTS_BURST: '5', APPRTC_MAX_REQUESTS_PER_SECOND: '1' };
  const direct = useProduct({ env });
  const proxied = useProduct({ env, flags: ['--trust-proxy', 'true'] });

  async function statuses(headers: Readonly<Record<string, string>>): Promise<readonly number[]> {
    const all: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      const reply = await ask(proxied, 'GET', '/params', { headers });
      all.push(reply.status);
      if (reply.status === 429) expect(reply.headers['retry-after']).toMatch(/^\d+$/);
    }
    return all;
  }

  test('[LM12] behind a proxy each client address counts for itself', async () => {
    const one = await statuses({ 'X-Forwarded-For': '203.0.113.1' });
    expect(one.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(one).toContain(429);
    const reply = await ask(proxied, 'GET', '/params', {
      headers: { 'X-Forwarded-For': '203.0.113.2' },
    });
    expect(reply.status).toBe(200);
  });

  test('[LM12] so do upgrades', async () => {
    for (let count = 10; count < 20; count += 1) {
      const address = `X-Forwarded-For: 203.0.113.${count}`;
      const socket = await RawWebSocket.open(proxied, [...upgradeLines(proxied), address]);
      expect(socket.head.status, address).toBe(101);
    }
  });

  test('[LM12] this machine is exempt while no proxy is trusted', async () => {
    for (let count = 0; count < 20; count += 1) {
      expect((await ask(direct, 'GET', '/params')).status).toBe(200);
    }
  });
});
