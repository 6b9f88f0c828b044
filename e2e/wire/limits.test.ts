import { limits } from '@apprtc/protocol';
import { describe, expect, test } from 'vitest';
import { Caller, join, newRoom, pair } from './client.ts';
import { Connection, refusal } from './connection.ts';
import { ask, eventually, jsonOf } from './http.ts';
import { useProduct } from './product.ts';
import { RawWebSocket } from './raw-websocket.ts';

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

  test('[LM9] all rooms together share the bound', async () => {
    const [one, other] = [await Caller.join(small, newRoom()), await Caller.join(small, newRoom())];
    const half = 'x'.repeat(1200);
    expect(await one.post(half)).toBe('SUCCESS');
    expect(await other.post(half)).toBe('ERROR');
    expect((await Caller.join(small, one.roomId)).joinMessages).toEqual([half]);
    expect(await other.post(half)).toBe('SUCCESS');
    await other.leave();
    expect(await one.post(half)).toBe('SUCCESS');
  });
});
