import { describe, expect, test } from 'vitest';
import { Caller, newRoom, pair } from './client.ts';
import { Connection, refusal } from './connection.ts';
import { startProduct, useProduct } from './product.ts';

const product = useProduct();
const unexpected = { msg: '', error: "Invalid message: unexpected 'cmd'" };

/** Sends the frames on a new connection and tells how it ended. */
async function endOf(...frames: readonly unknown[]) {
  const connection = await Connection.open(product);
  for (const frame of frames) connection.send(frame);
  return connection.closed();
}

describe('register', () => {
  test('[RG1] [FR2] [FR9] an accepted register is answered with no frame at all', async () => {
    const caller = await Caller.join(product, newRoom());
    const connection = await caller.register();
    expect(connection.takeFrames()).toEqual([]);
    expect(await connection.received()).toEqual([]);
  });

  test('[RG2] without ids: an error frame, then close 1000', async () => {
    expect(await endOf({ cmd: 'register' })).toEqual({
      code: 1000,
      frames: [{ msg: '', error: "Invalid register request: missing 'clientid' or 'roomid'" }],
    });
    expect(await endOf({ cmd: 'register', roomid: newRoom() })).toEqual(refusal('missingIds'));
    expect(await endOf({ cmd: 'register', clientid: 'c' })).toEqual(refusal('missingIds'));
    expect(await endOf({ cmd: 'register', roomid: '', clientid: '' })).toEqual(
      refusal('missingIds'),
    );
  });

  test('[RG3] an id that no join issued: refused, whether the room is empty or not', async () => {
    const caller = await Caller.enter(product, newRoom());
    for (const roomid of [newRoom(), caller.roomId]) {
      expect(await endOf({ cmd: 'register', roomid, clientid: '12345678' })).toEqual({
        code: 1000,
        frames: [{ msg: '', error: "Invalid register request: unknown 'clientid'" }],
      });
    }
    expect(await caller.messages()).toEqual([]);
  });

  test('[RG3] an id that a join issued for another room: refused', async () => {
    const caller = await Caller.join(product, newRoom());
    const frame = { cmd: 'register', roomid: newRoom(), clientid: caller.clientId };
    expect(await endOf(frame)).toEqual(refusal('unknownClient'));
  });

  test('[RG3] names that are no ids: refused', async () => {
    for (const roomid of ['a b', 'join', '__proto__', 'x'.repeat(1000), '\u0000']) {
      const end = await endOf({ cmd: 'register', roomid, clientid: 'c/d' });
      expect(end, roomid).toEqual(refusal('unknownClient'));
    }
  });

  test('[RG4] a second register on a connection: Duplicated register request, close', async () => {
    const caller = await Caller.enter(product, newRoom());
    caller.connection.register(caller.roomId, caller.clientId);
    expect(await caller.connection.closed()).toEqual({
      code: 1000,
      frames: [{ msg: '', error: 'Duplicated register request' }],
    });
  });

  test('[RG4] also with the ids of somebody else', async () => {
    const [first, second] = await pair(product);
    first.connection.register(second.roomId, second.clientId);
    expect(await first.connection.closed()).toEqual(refusal('duplicatedRegister'));
    expect(await second.messages()).toEqual([]);
  });

  test('[RG6] the same id elsewhere takes over; the old connection is closed', async () => {
    const [first, second] = await pair(product);
    const old = first.connection;
    await first.register();
    expect(await old.closed()).toEqual({ code: 1000, frames: [] });
    await second.say('for the new one');
    expect(await first.messages()).toEqual(['for the new one']);
    await first.say('still here');
    expect(await second.messages()).toEqual(['still here']);
  });
});

describe('an open Collider', () => {
  const open = useProduct({ env: { APPRTC_OPEN_COLLIDER: 'true' } });

  test('[RG3] [SD1] it admits ids that no join issued', async () => {
    const roomId = newRoom();
    const [first, second] = [await Connection.open(open), await Connection.open(open)];
    first.register(roomId, '12345678');
    second.register(roomId, '87654321');
    expect(await first.received()).toEqual([]);
    expect(await second.received()).toEqual([]);
    first.say('hello');
    await first.settle();
    expect(await second.messages()).toEqual(['hello']);
  });

  test('[RG5] the third client: Max room capacity reached, close', async () => {
    const roomId = newRoom();
    for (const id of ['1', '2']) {
      const connection = await Connection.open(open);
      connection.register(roomId, id);
      await connection.settle();
    }
    const third = await Connection.open(open);
    third.register(roomId, '3');
    expect(await third.closed()).toEqual({
      code: 1000,
      frames: [{ msg: '', error: 'Max room capacity reached' }],
    });
  });
});

describe('send', () => {
  test('[SD1] [FR7] the message reaches the other, both keys, always strings', async () => {
    const [first, second] = await pair(product);
    await first.say('{"type":"offer","sdp":"v=0"}');
    expect(await second.connection.received()).toEqual([
      { msg: '{"type":"offer","sdp":"v=0"}', error: '' },
    ]);
    expect(await first.messages()).toEqual([]);
  });

  test('[SD2] before register: Client not registered, close', async () => {
    expect(await endOf({ cmd: 'send', msg: 'x' })).toEqual({
      code: 1000,
      frames: [{ msg: '', error: 'Client not registered' }],
    });
  });

  test('[SD3] with an empty or no msg: missing msg, close', async () => {
    for (const frame of [{ cmd: 'send' }, { cmd: 'send', msg: '' }, { cmd: 'send', msg: null }]) {
      const [first, second] = await pair(product);
      first.connection.send(frame);
      expect(await first.connection.closed()).toEqual({
        code: 1000,
        frames: [{ msg: '', error: "Invalid send request: missing 'msg'" }],
      });
      expect(await second.messages()).toEqual([]);
    }
  });

  test('[SD4] while the other is absent messages wait, first in first out', async () => {
    const first = await Caller.enter(product, newRoom());
    const second = await Caller.join(product, first.roomId);
    await first.say('1', '2');
    expect(await first.post('3')).toBe('SUCCESS');
    expect((await first.colliderPost('4')).status).toBe(200);
    await first.say('5');
    await second.register();
    await first.say('6');
    expect(await second.messages()).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(await second.messages()).toEqual([]);
  });

  test('[SD6] who lost its connection gets what was queued meanwhile', async () => {
    const [first, second] = await pair(product);
    await second.connection.drop();
    await first.say('1', '2');
    await second.register();
    expect(await second.messages()).toEqual(['1', '2']);
    await second.say('back');
    expect(await first.messages()).toEqual(['back']);
  });

  test('[FR3] ids in a send are ignored', async () => {
    const [first, second] = await pair(product);
    const [other, another] = await pair(product);
    first.connection.send({
      cmd: 'send',
      msg: 'x',
      roomid: other.roomId,
      clientid: other.clientId,
    });
    await first.connection.settle();
    expect(await second.messages()).toEqual(['x']);
    expect(await another.messages()).toEqual([]);
  });
});

describe('frames', () => {
  test('[FR6] an unknown cmd or {}: an error frame, and the connection stays open', async () => {
    const connection = await Connection.open(product);
    for (const frame of [{}, { cmd: 'x' }, { cmd: '' }, { msg: 'x' }, { cmd: 'REGISTER' }]) {
      connection.send(frame);
      expect(await connection.nextFrame()).toEqual(unexpected);
    }
    expect(connection.isOpen).toBe(true);
  });

  test('[FR5] [FR6] {} after a register is no second register', async () => {
    const caller = await Caller.enter(product, newRoom());
    caller.connection.send({});
    expect(await caller.connection.nextFrame()).toEqual(unexpected);
    expect(await caller.messages()).toEqual([]);
  });

  test('[FR5] a send without msg does not repeat the last message', async () => {
    const [first, second] = await pair(product);
    await first.say('once');
    first.connection.send({ cmd: 'send' });
    expect(await first.connection.closed()).toEqual(refusal('missingMsg'));
    expect(await second.messages()).toEqual(['once']);
  });

  test('[FR5] a register without ids does not take the last ones', async () => {
    const caller = await Caller.join(product, newRoom());
    const connection = await Connection.open(product);
    connection.send({ cmd: 'x', roomid: caller.roomId, clientid: caller.clientId });
    connection.send({ cmd: 'register' });
    expect(await connection.closed()).toEqual({
      code: 1000,
      frames: [unexpected, ...refusal('missingIds').frames],
    });
  });

  test.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['an object that is cut off', '{"cmd":"send","msg":"x"'],
    ['two objects', '{"cmd":"x"}{"cmd":"x"}'],
    ['null', 'null'],
    ['an array', '[{"cmd":"x"}]'],
    ['a string', '"x"'],
    ['a number', '1'],
    ['a msg that is an object', '{"cmd":"send","msg":{"type":"bye"}}'],
    ['a msg that is a number', '{"cmd":"send","msg":1}'],
    ['a cmd that is a number', '{"cmd":1}'],
    ['a deeply nested array', '['.repeat(50_000) + ']'.repeat(50_000)],
  ])('[FR4] [ER1] %s: one error frame, then close 1000', async (_name, text) => {
    const [first, second] = await pair(product);
    first.connection.send(text);
    const { code, frames } = await first.connection.closed();
    expect(code).toBe(1000);
    expect(frames).toEqual([{ msg: '', error: expect.stringMatching(/^Invalid message: /) }]);
    expect(await second.messages()).toEqual([]);
  });

  test('[FR9] [WS5] the messages of a call are all that a client ever gets', async () => {
    const first = await Caller.enter(product, newRoom());
    const second = await Caller.join(product, first.roomId);
    expect(await first.connection.received()).toEqual([]);
    await second.register();
    expect(await first.connection.received()).toEqual([]);
    expect(await second.connection.received()).toEqual([]);
    await second.connection.drop();
    await second.register();
    expect(await first.connection.received()).toEqual([]);
    expect(await second.connection.received()).toEqual([]);
  });
});

describe('before and after', () => {
  test('[WS5] nothing unasked is sent before a register', async () => {
    const connection = await Connection.open(product);
    expect(await connection.received()).toEqual([]);
  });

  test('[WS8] a shutdown closes with 1001', async () => {
    const own = await startProduct();
    try {
      const caller = await Caller.enter(own, newRoom());
      const idle = await Connection.open(own);
      await own.stop();
      expect(await caller.connection.closed()).toEqual({ code: 1001, frames: [] });
      expect(await idle.closed()).toEqual({ code: 1001, frames: [] });
    } finally {
      await own.stop();
    }
  });

  describe('with a short register deadline', () => {
    const hasty = useProduct({ env: { APPRTC_REGISTER_TIMEOUT_MS: '300' } });

    test('[WS9] no register in time: close 1008, no frame', async () => {
      const connection = await Connection.open(hasty);
      expect(await connection.closed()).toEqual({ code: 1008, frames: [] });
    });

    test('[WS9] other frames do not prolong it, a register ends it', async () => {
      const caller = await Caller.enter(hasty, newRoom());
      const connection = await Connection.open(hasty);
      await connection.settle();
      expect(await connection.closed()).toEqual({ code: 1008, frames: [] });
      expect(await caller.messages()).toEqual([]);
    });
  });
});
