import { describe, expect, test } from 'vitest';
import { bye, Caller, join, newRoom, pair } from './client.ts';
import { eventually } from './http.ts';
import { useProduct } from './product.ts';

const product = useProduct();

/** The next caller finds the room as a new room: the one who stays has had one bye and is the initiator. */
async function nextCallWorks(stayer: Caller): Promise<void> {
  const newcomer = await Caller.enter(product, stayer.roomId);
  expect([newcomer.isInitiator, newcomer.joinMessages]).toEqual(['false', []]);
  await stayer.post('{"type":"offer","sdp":"v=0"}');
  expect(await newcomer.messages()).toEqual(['{"type":"offer","sdp":"v=0"}']);
  await newcomer.say('{"type":"answer","sdp":"v=0"}');
  const heard = (await stayer.messages()).filter((message) => message !== bye);
  expect(heard).toEqual(['{"type":"answer","sdp":"v=0"}']);
}

/** `go` leaves a call; tells what the other heard until and after a newcomer came. */
async function played(go: (leaver: Caller) => Promise<unknown>, role: 0 | 1) {
  const callers = await pair(product);
  const leaver = callers[role];
  const stayer = callers[role === 0 ? 1 : 0];
  await go(leaver);
  const before = await stayer.messages();
  const newcomer = await Caller.enter(product, stayer.roomId);
  const after = await stayer.messages();
  await newcomer.sayBye();
  await stayer.messages();
  await nextCallWorks(stayer);
  return { before, after };
}

const byeWasSaid: readonly (readonly [
  rule: string,
  name: string,
  go: (leaver: Caller) => Promise<unknown>,
])[] = [
  [
    'CL1',
    'web and iOS',
    async (leaver) => {
      await leaver.leave();
      await leaver.sayBye();
      await leaver.connection.close();
      await leaver.delete();
    },
  ],
  [
    'CL2',
    'Android',
    async (leaver) => {
      await Promise.all([leaver.leave(), leaver.sayBye()]);
      await leaver.delete();
      await leaver.connection.close();
    },
  ],
  [
    'CL2',
    'Android, the leave last',
    async (leaver) => {
      await leaver.sayBye();
      await leaver.delete();
      await leaver.connection.close();
      await leaver.leave();
    },
  ],
  [
    'CL3',
    'ESP32',
    async (leaver) => {
      await leaver.leave();
      await leaver.sayBye();
      await leaver.delete();
      await leaver.connection.drop();
    },
  ],
  [
    'CL3',
    'ESP32, its bye by POST /:room/:client',
    async (leaver) => {
      await leaver.leave();
      await leaver.colliderPost(bye);
      await leaver.delete();
      await leaver.connection.drop();
    },
  ],
  [
    'CL4',
    'aiortc as initiator',
    async (leaver) => {
      await leaver.post(bye);
      await leaver.connection.close();
    },
  ],
  [
    'CL4',
    'aiortc as the second',
    async (leaver) => {
      await leaver.sayBye();
      await leaver.connection.close();
    },
  ],
  [
    'CL5',
    'Windows',
    async (leaver) => {
      await leaver.sayBye();
      await leaver.connection.close();
      await leaver.leave();
    },
  ],
];

describe('how clients leave', () => {
  for (const [rule, name, go] of byeWasSaid) {
    for (const role of [0, 1] as const) {
      test(`[${rule}] [CL1] [CL2] [CL3] [CL4] [CL5] ${name}, client ${role + 1}: exactly one bye`, async () => {
        expect(await played(go, role)).toEqual({ before: [bye], after: [] });
      });
    }

    test(`[${rule}] ${name}, alone: the room is empty`, async () => {
      const alone = await Caller.enter(product, newRoom());
      await alone.post('{"type":"offer","sdp":"v=0"}');
      await go(alone);
      const newcomer = await Caller.join(product, alone.roomId);
      expect([newcomer.isInitiator, newcomer.joinMessages]).toEqual(['true', []]);
    });
  }

  test('[CL7] the C++ command line: DELETE alone, the bye comes with the newcomer', async () => {
    for (const role of [0, 1] as const) {
      const heard = await played((leaver) => leaver.delete(), role);
      expect(heard).toEqual({ before: [], after: [bye] });
    }
  });

  test('[CL6] Espressif KVS drops its connection and joins anew', async () => {
    for (const role of [0, 1] as const) {
      const heard = await played((leaver) => leaver.connection.drop(), role);
      expect(heard).toEqual({ before: [], after: [bye] });
    }
    const alone = await Caller.enter(product, newRoom());
    await alone.connection.drop();
    expect((await Caller.join(product, alone.roomId)).isInitiator).toBe('true');
  });

  test('[CL1] the tab is closed, /leave is blocked: only bye and a close arrive', async () => {
    const heard = await played(async (leaver) => {
      await leaver.sayBye();
      await leaver.connection.close(1001);
    }, 0);
    expect(heard).toEqual({ before: [bye], after: [] });
  });

  test('[CL1] both leave at once: the room is empty', async () => {
    const [first, second] = await pair(product);
    await Promise.all([first.leave(), second.leave()]);
    await Promise.all([first.sayBye(), second.sayBye()]);
    await Promise.all([first.delete(), second.delete()]);
    expect((await Caller.join(product, first.roomId)).isInitiator).toBe('true');
  });

  describe('with a short grace', () => {
    const hasty = useProduct({ env: { APPRTC_GRACE_MS: '300' } });

    test('[CL3] an ESP32 that lost its Wi-Fi registers the same id later', async () => {
      const [first, second] = await pair(hasty);
      await first.connection.drop();
      await eventually(() => first.isSeated(), false);
      await first.register();
      expect(await second.messages()).toEqual([]);
      await first.say('{"type":"offer","sdp":"v=0"}');
      expect(await second.messages()).toEqual(['{"type":"offer","sdp":"v=0"}']);
      expect((await join(hasty, first.roomId)).result).toBe('FULL');
    });
  });
});

describe('a leaver', () => {
  test('[ST23] its connection gets nothing more', async () => {
    const [first, second] = await pair(product);
    await first.leave();
    await second.say('1');
    const newcomer = await Caller.enter(product, first.roomId);
    await newcomer.say('2');
    await second.say('3');
    await first.delete();
    expect(await first.connection.closed()).toEqual({ code: 1000, frames: [] });
  });

  test('[ST24] it may still send one bye', async () => {
    const [first, second] = await pair(product);
    await first.leave();
    await first.sayBye();
    await first.sayBye();
    await first.colliderPost(bye);
    expect(await second.messages()).toEqual([bye]);
  });

  test('[ST24] not once somebody has taken the seat', async () => {
    const [first, second] = await pair(product);
    await first.leave();
    const newcomer = await Caller.enter(product, first.roomId);
    expect(await second.messages()).toEqual([bye]);
    await first.sayBye();
    await first.colliderPost(bye);
    expect(await second.messages()).toEqual([]);
    expect(await newcomer.messages()).toEqual([]);
    expect(await newcomer.isSeated()).toBe(true);
  });

  test('[ST25] its bye may come by POST /:room/:client', async () => {
    const [first, second] = await pair(product);
    await first.leave();
    const reply = await first.colliderPost(bye);
    expect([reply.status, reply.text]).toEqual([200, 'OK\n']);
    expect(await second.messages()).toEqual([bye]);
  });

  test('[ST26] all else is ignored, without an error frame', async () => {
    const [first, second] = await pair(product);
    await first.leave();
    first.connection.say('x');
    first.connection.send({});
    first.connection.send('not JSON');
    first.connection.send({ cmd: 'send' });
    first.connection.say('{"error":""}');
    await first.connection.reached();
    expect(first.connection.isOpen).toBe(true);
    await first.sayBye();
    expect(await second.messages()).toEqual([bye]);
    await first.delete();
    expect(await first.connection.closed()).toEqual({ code: 1000, frames: [] });
  });

  test('[ST27] DELETE closes it with 1000', async () => {
    const [first] = await pair(product);
    await first.sayBye();
    expect(first.connection.isOpen).toBe(true);
    await first.delete();
    expect(await first.connection.closed()).toEqual({ code: 1000, frames: [] });
  });

  describe('with a short time to say bye', () => {
    const hasty = useProduct({ env: { APPRTC_LEAVER_CLOSE_MS: '300' } });

    test('[ST27] it is closed with 1000 after that time', async () => {
      const [first, second] = await pair(hasty);
      await first.leave();
      expect(await first.connection.closed()).toEqual({ code: 1000, frames: [] });
      expect(await second.messages()).toEqual([]);
    });
  });
});
