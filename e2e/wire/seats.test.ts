import { describe, expect, test } from 'vitest';
import { bye, Caller, join, newRoom, pair } from './client.ts';
import { eventually } from './http.ts';
import { useProduct } from './product.ts';

const product = useProduct();

/** Ways for a member to free its seat at once; `says` is what the other hears of it. */
const exits: readonly (readonly [
  rule: string,
  name: string,
  exit: (caller: Caller) => Promise<unknown>,
  says: readonly string[],
])[] = [
  ['ST1', '/leave', (caller) => caller.leave(), []],
  ['ST2', '/bye', (caller) => caller.byeByCollider(), []],
  ['ST3', 'DELETE', (caller) => caller.delete(), []],
  ['ST4', 'a bye over the socket', (caller) => caller.sayBye(), [bye]],
  ['ST4', 'a bye by /message', (caller) => caller.post(bye), [bye]],
  ['ST4', 'a bye by POST /:room/:client', (caller) => caller.colliderPost(bye), [bye]],
];

describe('how a seat is freed', () => {
  for (const [rule, name, exit, says] of exits) {
    test(`[${rule}] [ST1] [ST2] [ST3] [ST4] ${name} frees a seat of two at once`, async () => {
      const [first, second] = await pair(product);
      await exit(first);
      expect(await second.messages()).toEqual(says);
      const newcomer = await Caller.join(product, first.roomId);
      expect([newcomer.isInitiator, newcomer.joinMessages]).toEqual(['false', []]);
    });

    test(`[${rule}] [ST16] ${name} by one who is alone empties the room, nothing is stored`, async () => {
      const alone = await Caller.enter(product, newRoom());
      await alone.say('waits for a newcomer');
      await exit(alone);
      const newcomer = await Caller.enter(product, alone.roomId);
      expect([newcomer.isInitiator, newcomer.joinMessages]).toEqual(['true', []]);
      expect(await newcomer.messages()).toEqual([]);
    });
  }

  test('[ST4] a bye with other white space and keys is one too', async () => {
    const [first, second] = await pair(product);
    const text = ' {"reason":"x",\n "type" : "bye"}';
    await first.post(text);
    expect(await second.messages()).toEqual([text]);
    expect(await first.isSeated()).toBe(false);
  });

  test('[ST4] what only mentions a bye frees nothing', async () => {
    const [first, second] = await pair(product);
    const texts = ['bye', '{"type":"chat","text":"{\\"type\\":\\"bye\\"}"}', '[{"type":"bye"}]'];
    await first.say(...texts);
    expect(await second.messages()).toEqual(texts);
    expect((await join(product, first.roomId)).result).toBe('FULL');
  });
});

describe('what a join does first', () => {
  test('[ST8] [ST33] it evicts a member whose connection has closed', async () => {
    const [first, second] = await pair(product);
    await first.connection.drop();
    const newcomer = await Caller.join(product, first.roomId);
    expect(newcomer.isInitiator).toBe('false');
    expect(await first.isSeated()).toBe(false);
    expect(await second.isSeated()).toBe(true);
  });

  test('[ST8] a close with a code counts like a cut', async () => {
    const [first] = await pair(product);
    await first.connection.close(1000);
    expect((await join(product, first.roomId)).result).toBe('SUCCESS');
  });

  test('[ST9] [ST16] it evicts one who waited alone, with what it said', async () => {
    const alone = await Caller.enter(product, newRoom());
    await alone.say('{"type":"offer","sdp":"v=0"}');
    await alone.connection.drop();
    const newcomer = await Caller.join(product, alone.roomId);
    expect([newcomer.isInitiator, newcomer.joinMessages]).toEqual(['true', []]);
  });

  test('[ST10] never one that has not registered yet', async () => {
    const first = await Caller.join(product, newRoom());
    const second = await Caller.join(product, first.roomId);
    expect(second.isInitiator).toBe('false');
    expect((await join(product, first.roomId)).result).toBe('FULL');
    await second.register();
    expect((await join(product, first.roomId)).result).toBe('FULL');
    await first.register();
    await first.say('both are here');
    expect(await second.messages()).toEqual(['both are here']);
  });

  test('[ST11] is_initiator is "true" when nobody else is left', async () => {
    const [first, second] = await pair(product);
    await first.connection.drop();
    await second.connection.drop();
    const newcomer = await Caller.join(product, first.roomId);
    expect([newcomer.isInitiator, newcomer.joinMessages]).toEqual(['true', []]);
  });
});

describe('what waits, and for whom', () => {
  test('[ST12] messages for a member without a connection wait for its register', async () => {
    const [first, second] = await pair(product);
    await second.connection.drop();
    await first.say('1');
    await first.post('2');
    await first.colliderPost('3');
    await second.register();
    expect(await second.messages()).toEqual(['1', '2', '3']);
  });

  test('[ST13] they wait even if their sender has left, its bye follows', async () => {
    const first = await Caller.enter(product, newRoom());
    const second = await Caller.join(product, first.roomId);
    await first.say('1', '2');
    await first.leave();
    await first.sayBye();
    await second.register();
    expect(await second.messages()).toEqual(['1', '2', bye]);
  });

  test('[ST13] a bye alone waits too', async () => {
    const first = await Caller.enter(product, newRoom());
    const second = await Caller.join(product, first.roomId);
    await first.sayBye();
    await second.register();
    expect(await second.messages()).toEqual([bye]);
  });

  test('[ST14] with the other seat empty everything waits for the newcomer, once', async () => {
    const first = await Caller.enter(product, newRoom());
    await first.say('1');
    await first.post('2');
    await first.colliderPost('3');
    await first.say('4');
    const newcomer = await Caller.join(product, first.roomId);
    expect(newcomer.joinMessages).toEqual(['1', '2', '3', '4']);
    await newcomer.register();
    expect(await newcomer.messages()).toEqual([]);
  });

  test('[ST15] only what comes after the join goes over the connection', async () => {
    const first = await Caller.enter(product, newRoom());
    await first.say('before');
    const newcomer = await Caller.join(product, first.roomId);
    await first.say('after the join');
    await newcomer.register();
    await first.say('after the register');
    expect(newcomer.joinMessages).toEqual(['before']);
    expect(await newcomer.messages()).toEqual(['after the join', 'after the register']);
  });

  test('[ST16] what waits for a newcomer goes with the seat of its sender', async () => {
    const [first, second] = await pair(product);
    await first.sayBye();
    await second.say('for the next one');
    await second.leave();
    const newcomer = await Caller.enter(product, first.roomId);
    expect([newcomer.isInitiator, newcomer.joinMessages]).toEqual(['true', []]);
    expect(await newcomer.messages()).toEqual([]);
  });

  test('[ST17] [ST21] it goes when its sender is sent a bye', async () => {
    const [first, second] = await pair(product);
    await first.leave();
    await second.say('a candidate for the one who left');
    const newcomer = await Caller.enter(product, first.roomId);
    expect(newcomer.joinMessages).toEqual([]);
    expect(await second.messages()).toEqual([bye]);
    expect(await newcomer.messages()).toEqual([]);
    await second.post('a new offer');
    expect(await newcomer.messages()).toEqual(['a new offer']);
  });

  test('[ST14] after a bye what the one who stays says waits for the newcomer', async () => {
    const [first, second] = await pair(product);
    await first.sayBye();
    await second.post('a new offer');
    await second.say('a candidate');
    const newcomer = await Caller.join(product, first.roomId);
    expect(newcomer.joinMessages).toEqual(['a new offer', 'a candidate']);
    expect(await second.messages()).toEqual([bye]);
  });
});

describe('a peer that went without a word', () => {
  const silent: readonly (readonly [string, (caller: Caller) => Promise<unknown>])[] = [
    ['by /leave', (caller) => caller.leave()],
    ['by /bye', (caller) => caller.byeByCollider()],
    ['by DELETE', (caller) => caller.delete()],
    ['by a cut', (caller) => caller.connection.drop()],
  ];
  test.each(silent)(
    '[ST19] [ST21] [ST32] gone %s: a bye when a newcomer joins, not before',
    async (_name, go) => {
      const [first, second] = await pair(product);
      await go(first);
      expect(await second.messages()).toEqual([]);
      const newcomer = await Caller.join(product, first.roomId);
      expect([newcomer.isInitiator, newcomer.joinMessages]).toEqual(['false', []]);
      expect(await second.messages()).toEqual([bye]);
    },
  );

  test('[ST20] without a connection: at its register, after what waited', async () => {
    const first = await Caller.enter(product, newRoom());
    const second = await Caller.join(product, first.roomId);
    await first.say('1');
    await first.leave();
    const newcomer = await Caller.enter(product, first.roomId);
    await newcomer.say('2');
    await second.register();
    expect(await second.messages()).toEqual(['1', bye, '2']);
  });

  test('[ST22] who has had a bye is sent no second one', async () => {
    const [first, second] = await pair(product);
    await first.leave();
    await first.sayBye();
    expect(await second.messages()).toEqual([bye]);
    await Caller.enter(product, first.roomId);
    expect(await second.messages()).toEqual([]);
  });

  test('[ST22] one for each peer that went', async () => {
    const [first, second] = await pair(product);
    await first.leave();
    const third = await Caller.enter(product, first.roomId);
    expect(await second.messages()).toEqual([bye]);
    await third.leave();
    const fourth = await Caller.enter(product, first.roomId);
    expect(await second.messages()).toEqual([bye]);
    await fourth.sayBye();
    expect(await second.messages()).toEqual([bye]);
  });
});

describe('with a short grace', () => {
  const hasty = useProduct({ env: { APPRTC_GRACE_MS: '300' } });

  test('[ST5] [ST7] [ST32] a closed connection frees the seat, whatever HTTP asks', async () => {
    const [first, second] = await pair(hasty);
    await first.connection.drop();
    expect(await first.isSeated()).toBe(true);
    await eventually(() => first.isSeated(), false);
    expect(await first.post('x')).toBe('UNKNOWN_CLIENT');
    expect(await second.messages()).toEqual([]);
  });

  test('[ST5] a register in time keeps it', async () => {
    const [first, second] = await pair(hasty);
    const witness = await Caller.enter(hasty, newRoom());
    await first.connection.drop();
    await first.register();
    await witness.connection.drop();
    await eventually(() => witness.isSeated(), false);
    expect(await first.isSeated()).toBe(true);
    expect(await second.messages()).toEqual([]);
  });

  test('[ST19] an expired peer counts as gone without a word', async () => {
    const [first, second] = await pair(hasty);
    await first.connection.drop();
    await eventually(() => first.isSeated(), false);
    const newcomer = await Caller.enter(hasty, first.roomId);
    expect([newcomer.isInitiator, newcomer.joinMessages]).toEqual(['false', []]);
    expect(await second.messages()).toEqual([bye]);
  });
});

describe('with a short time to register', () => {
  const hasty = useProduct({ env: { APPRTC_PENDING_SEAT_MS: '300' } });

  test('[ST6] [ST7] a seat that is never registered is freed', async () => {
    const roomId = newRoom();
    const first = await Caller.join(hasty, roomId);
    await Caller.join(hasty, roomId);
    expect((await join(hasty, roomId)).result).toBe('FULL');
    await eventually(() => first.isSeated(), false);
    await eventually(async () => (await join(hasty, roomId)).result, 'SUCCESS');
  });

  test('[ST6] a register ends that clock', async () => {
    const registered = await Caller.enter(hasty, newRoom());
    const pending = await Caller.join(hasty, newRoom());
    await eventually(() => pending.isSeated(), false);
    expect(await registered.isSeated()).toBe(true);
    expect(await registered.messages()).toEqual([]);
  });
});
