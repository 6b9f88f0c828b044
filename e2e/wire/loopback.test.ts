import { describe, expect, test } from 'vitest';
import { Caller, join, newRoom } from './client.ts';
import { Connection, refusal } from './connection.ts';
import { ask, eventually, postMessage } from './http.ts';
import { type Address, useProduct } from './product.ts';

const product = useProduct();
const query = '?debug=loopback';
const spellings = ['loopback_client_id', 'LOOPBACK_CLIENT_ID'];

/** The second socket of a loopback page: sends its register and waits until the product has it. */
async function registered(at: Address, roomId: string, id = 'LOOPBACK_CLIENT_ID') {
  const connection = await Connection.open(at);
  connection.register(roomId, id);
  await connection.reached();
  return connection;
}

describe('a loopback room', () => {
  test('[LB1] the room is full at once', async () => {
    const owner = await Caller.join(product, newRoom(), query);
    expect([owner.isInitiator, owner.joinMessages]).toEqual(['true', []]);
    expect((await join(product, owner.roomId)).result).toBe('FULL');
    expect((await join(product, owner.roomId, query)).result).toBe('FULL');
  });

  test.each(spellings)('[LB1] [LB2] /message relays to %s', async (id) => {
    const owner = await Caller.enter(product, newRoom(), query);
    const loopback = await registered(product, owner.roomId, id);
    expect(await owner.post('1')).toBe('SUCCESS');
    await owner.say('2');
    expect(await loopback.messages()).toEqual(['1', '2']);
    loopback.say('3');
    await loopback.settle();
    expect(await owner.messages()).toEqual(['3']);
  });

  test('[LB2] both spellings are one seat: the later takes over', async () => {
    const owner = await Caller.enter(product, newRoom(), query);
    const lower = await registered(product, owner.roomId, 'loopback_client_id');
    const upper = await registered(product, owner.roomId, 'LOOPBACK_CLIENT_ID');
    expect(await lower.closed()).toEqual({ code: 1000, frames: [] });
    await owner.say('x');
    expect(await upper.messages()).toEqual(['x']);
  });

  test('[LB1] what is said before it registers waits for it', async () => {
    const owner = await Caller.enter(product, newRoom(), query);
    await owner.post('1');
    await owner.say('2');
    const loopback = await registered(product, owner.roomId);
    expect(await loopback.messages()).toEqual(['1', '2']);
  });

  test('[LB3] is_loopback is "true" and DTLS is off', async () => {
    const { params } = await join(product, newRoom(), query);
    expect(params['is_loopback']).toBe('true');
    expect(JSON.parse(String(params['pc_constraints']))).toEqual({
      optional: [{ DtlsSrtpKeyAgreement: false }],
    });
  });

  test('[LB4] in an occupied room the flag is ignored', async () => {
    const first = await Caller.enter(product, newRoom());
    const second = await Caller.enter(product, first.roomId, query);
    expect(second.params['is_loopback']).toBe('false');
    expect(JSON.parse(String(second.params['pc_constraints']))).toEqual({ optional: [] });
    expect(second.isInitiator).toBe('false');
    await first.say('x');
    expect(await second.messages()).toEqual(['x']);
    expect((await join(product, first.roomId)).result).toBe('FULL');
  });

  test('[LB4] [ST8] a room whose only member has closed its connection is empty', async () => {
    const first = await Caller.enter(product, newRoom());
    await first.connection.drop();
    const owner = await Caller.join(product, first.roomId, query);
    expect([owner.isInitiator, owner.params['is_loopback']]).toEqual(['true', 'true']);
    expect((await join(product, first.roomId)).result).toBe('FULL');
  });

  test('[LB6] it is never evicted alone', async () => {
    const owner = await Caller.enter(product, newRoom(), query);
    const loopback = await registered(product, owner.roomId);
    await loopback.drop();
    expect((await join(product, owner.roomId)).result).toBe('FULL');
    await owner.say('x');
    const again = await registered(product, owner.roomId);
    expect(await again.messages()).toEqual(['x']);
  });

  test.each([
    ['/leave', (owner: Caller) => owner.leave()],
    ['DELETE', (owner: Caller) => owner.delete()],
    ['a bye', (owner: Caller) => owner.post('{"type":"bye"}')],
  ])('[LB7] it goes with its owner, by %s', async (_name, go) => {
    const owner = await Caller.enter(product, newRoom(), query);
    const loopback = await registered(product, owner.roomId);
    await go(owner);
    expect((await loopback.closed()).code).toBe(1000);
    expect((await Caller.join(product, owner.roomId)).isInitiator).toBe('true');
  });

  test('[LB7] it goes when its owner is evicted', async () => {
    const owner = await Caller.enter(product, newRoom(), query);
    const loopback = await registered(product, owner.roomId);
    await owner.connection.drop();
    const newcomer = await Caller.join(product, owner.roomId);
    expect([newcomer.isInitiator, newcomer.params['is_loopback']]).toEqual(['true', 'false']);
    expect((await loopback.closed()).code).toBe(1000);
  });

  test('[LB10] in a room without loopback it is refused', async () => {
    const first = await Caller.enter(product, newRoom());
    for (const id of spellings) {
      const connection = await registered(product, first.roomId, id);
      expect(await connection.closed()).toEqual(refusal('unknownClient'));
    }
    expect(await first.messages()).toEqual([]);
  });

  test('[LB11] over HTTP the id is unknown', async () => {
    const owner = await Caller.enter(product, newRoom(), query);
    const loopback = await registered(product, owner.roomId);
    for (const id of spellings) {
      expect(await postMessage(product, owner.roomId, id, 'x')).toBe('UNKNOWN_CLIENT');
      const path = `/${owner.roomId}/${id}`;
      expect((await ask(product, 'POST', path, { body: 'x' })).status).toBe(500);
      expect((await ask(product, 'DELETE', path)).status).toBe(200);
      expect((await ask(product, 'POST', `/leave${path}`)).status).toBe(200);
      expect((await ask(product, 'POST', `/bye${path}`)).status).toBe(200);
    }
    expect(await owner.messages()).toEqual([]);
    await owner.say('still here');
    expect(await loopback.messages()).toEqual(['still here']);
  });
});

describe('a loopback id before the join', () => {
  test.each(spellings)(
    '[LB8] %s waits, receives nothing, and is seated by the join',
    async (id) => {
      const roomId = newRoom();
      const waiting = await registered(product, roomId, id);
      expect(waiting.takeFrames()).toEqual([]);
      const owner = await Caller.enter(product, roomId, query);
      expect([owner.isInitiator, owner.params['is_loopback']]).toEqual(['true', 'true']);
      await owner.say('x');
      expect(await waiting.messages()).toEqual(['x']);
      waiting.say('y');
      await waiting.settle();
      expect(await owner.messages()).toEqual(['y']);
    },
  );

  test('[LB9] one waits in a room, the latest wins', async () => {
    const roomId = newRoom();
    const earlier = await registered(product, roomId, 'loopback_client_id');
    const later = await registered(product, roomId, 'LOOPBACK_CLIENT_ID');
    expect(await earlier.closed()).toEqual({ code: 1000, frames: [] });
    const owner = await Caller.enter(product, roomId, query);
    await owner.say('x');
    expect(await later.messages()).toEqual(['x']);
  });

  test('[LB8] it takes no seat: a room where it waits is empty', async () => {
    const roomId = newRoom();
    await registered(product, roomId);
    expect(await postMessage(product, roomId, 'nobody', 'x')).toBe('UNKNOWN_ROOM');
    const first = await Caller.join(product, roomId);
    expect(first.isInitiator).toBe('true');
    expect((await Caller.join(product, roomId)).isInitiator).toBe('false');
  });

  describe('with short deadlines', () => {
    const hasty = useProduct({
      env: {
        APPRTC_LOOPBACK_WAIT_MS: '300',
        APPRTC_PENDING_SEAT_MS: '300',
        APPRTC_GRACE_MS: '300',
      },
    });

    test('[LB8] it does not wait for ever', async () => {
      const waiting = await registered(hasty, newRoom());
      const { code, frames } = await waiting.closed();
      expect([1000, 1008]).toContain(code);
      expect(frames).toEqual([]);
    });

    test('[LB5] the seat has no clock', async () => {
      const owner = await Caller.enter(hasty, newRoom(), query);
      const witness = await Caller.join(hasty, newRoom());
      await eventually(() => witness.isSeated(), false);
      expect((await join(hasty, owner.roomId)).result).toBe('FULL');
      const loopback = await registered(hasty, owner.roomId);
      await loopback.drop();
      const other = await Caller.enter(hasty, newRoom());
      await other.connection.drop();
      await eventually(() => other.isSeated(), false);
      expect((await join(hasty, owner.roomId)).result).toBe('FULL');
    });
  });
});
