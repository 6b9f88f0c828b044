import { once } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newRoom } from './client.ts';
import { useProduct } from './product.ts';
import { newInstance, pairOfMembers, SessionMember, SessionSocket } from './session-client.ts';

const product = useProduct();

async function opened(first: unknown): Promise<SessionSocket> {
  const socket = await SessionSocket.open(product);
  socket.send(first);
  return socket;
}

async function joined(): Promise<SessionSocket> {
  const socket = await opened({ v: 2, cmd: 'join', roomid: newRoom(), instance: newInstance() });
  await socket.next('welcome');
  return socket;
}

describe('frames of a session', () => {
  test.each([
    ['an unknown cmd', { v: 2, cmd: 'x' }],
    ['no cmd', { v: 2 }],
    ['no room', { v: 2, cmd: 'watch' }],
    ['a room that can be none', { v: 2, cmd: 'watch', roomid: 'a b' }],
    ['no instance', { v: 2, cmd: 'join', roomid: 'room1' }],
    ['a short instance', { v: 2, cmd: 'join', roomid: 'room1', instance: 'short' }],
    ['a frame for members', { v: 2, cmd: 'send', epoch: 1, n: 1, msg: 'a' }],
  ])('[V3] [V52] first, with %s: malformed, 4400', async (_name, first) => {
    const socket = await opened(first);
    expect(await socket.next('error')).toEqual({ event: 'error', error: 'malformed' });
    expect(await socket.closed()).toBe(4400);
  });

  test.each([
    ['no JSON', 'x'],
    ['no object', '[]'],
    ['no cmd', '{}'],
    ['a wrong number', { cmd: 'ack', epoch: 1, n: -1 }],
    ['no message', { cmd: 'send', epoch: 1, n: 1 }],
    ['another room', { v: 2, cmd: 'watch', roomid: 'another' }],
  ])('[V5] later, with %s: malformed, 4400', async (_name, frame) => {
    const socket = await joined();
    socket.send(frame);
    expect(await socket.next('error')).toEqual({ event: 'error', error: 'malformed' });
    expect(await socket.closed()).toBe(4400);
  });

  test('[V5] a binary frame is malformed', async () => {
    const socket = await joined();
    socket.socket.send(Buffer.from('{"cmd":"leave"}'));
    expect(await socket.closed()).toBe(4400);
  });

  test('[V5] [V6] an unknown cmd and what has no use are answered, and the connection stays', async () => {
    const socket = await joined();
    socket.send({ cmd: 'x' });
    expect(await socket.next('error')).toEqual({ event: 'error', error: 'unexpected-cmd' });
    const candidate = JSON.stringify({ type: 'offer', sdp: 'v=0\r\na=candidate:1\r\n' });
    socket.send({ cmd: 'publish', offer: { id: 'o', msg: candidate, candidates: [] } });
    expect(await socket.next('error')).toEqual({ event: 'error', error: 'offer-refused' });
    socket.send({ cmd: 'send', epoch: 5, n: 1, msg: 'to nobody' });
    const watcher = await opened({ v: 2, cmd: 'watch', roomid: newRoom() });
    await watcher.next('room');
    watcher.send({ cmd: 'leave' });
    expect(await watcher.next('error')).toEqual({ event: 'error', error: 'not-seated' });
    expect(socket.events.closeCode).toBeUndefined();
  });

  test('[LM2] a frame over 256 KiB closes the connection', async () => {
    const socket = await joined();
    socket.send({ cmd: 'send', epoch: 1, n: 1, msg: 'x'.repeat(256 * 1024) });
    expect(await socket.closed()).toBe(1009);
  });

  test('[V28] a published offer is shown to watchers without its candidates', async () => {
    const room = newRoom();
    const member = await SessionMember.join(product, room);
    const msg = JSON.stringify({ type: 'offer', sdp: 'v=0\r\nc=IN IP4 0.0.0.0\r\n' });
    member.socket.send({ cmd: 'publish', offer: { id: 'offer1', msg, candidates: ['c1', 'c2'] } });
    const watcher = await opened({ v: 2, cmd: 'watch', roomid: room });
    expect((await watcher.next('room')).offer).toEqual({ id: 'offer1', msg });
    const answer = { offer: 'offer1', messages: ['an answer'] };
    watcher.send({ v: 2, cmd: 'join', roomid: room, instance: newInstance(), answer });
    expect(await watcher.next('welcome')).toMatchObject({ answered: true });
    expect((await watcher.next('message')).msg).toBe('c1');
    expect((await watcher.next('message')).msg).toBe('c2');
    await member.hears('an answer');
  });
});

describe('whatever is sent', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('room1', 'instance-1', 'join', 'resume', 'x.y'),
  );
  const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text));
  const keys = 'cmd roomid instance credential clientid epoch n msg receiving offer answer'.split(
    ' ',
  );
  const cmds = 'watch join resume register send ack media publish unpublish leaving leave'.split(
    ' ',
  );
  const frame = fc
    .tuple(
      fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 8 }),
      fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...cmds) }, value),
    )
    .map(([fields, cmd]) => ({ ...fields, v: 2, cmd }));

  test('[V5] [V52] the server answers with frames of its table and serves others on', async () => {
    const room = newRoom();
    const [first, second] = await pairOfMembers(product, room);
    const runs = { numRuns: 40, seed: 20_252 };
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 8 }), async (frames) => {
        const socket = await SessionSocket.open(product);
        for (const each of frames) if (socket.socket.readyState === 1) socket.send(each);
        socket.socket.close();
        await socket.closed();
      }),
      runs,
    );
    first.say('still here');
    await second.hears('still here');
    expect([first, second].map(({ socket }) => socket.events.closeCode)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('bounds', () => {
  const bounded = useProduct({
    env: {
      APPRTC_MAX_MESSAGES_PER_SECOND: '1',
      APPRTC_MAX_MESSAGES_BURST: '20',
      APPRTC_MAX_WATCHERS_PER_ADDRESS: '2',
      APPRTC_WATCH_IDLE_MS: '500',
      APPRTC_TRUST_PROXY: 'loopback',
    },
  });

  test('[LM11] who says too much too fast is closed with 4429', async () => {
    const member = await SessionMember.join(bounded, newRoom());
    for (let count = 0; count < 30; count += 1) {
      member.socket.send({ cmd: 'media', receiving: true });
    }
    expect(await member.socket.next('error')).toEqual({ event: 'error', error: 'too-fast' });
    expect(await member.socket.closed()).toBe(4429);
  });

  test('[V43] an address watches in so many connections, wherever, and joins in any number', async () => {
    const headers = { 'X-Forwarded-For': '192.0.2.7' };
    const watch = async (from = headers) => {
      const socket = await SessionSocket.open(bounded, { headers: from });
      socket.send({ v: 2, cmd: 'watch', roomid: newRoom() });
      return socket;
    };
    const first = await watch();
    await first.next('room');
    await (await watch()).next('room');
    const third = await watch();
    expect(await third.next('error')).toEqual({ event: 'error', error: 'watchers-full' });
    expect(await third.closed()).toBe(4409);
    await SessionMember.join(bounded, newRoom(), { headers });
    await (await watch({ 'X-Forwarded-For': '192.0.2.8' })).next('room');
    first.cut();
    await once(first.socket, 'close');
    await expect
      .poll(async () => {
        const again = await watch();
        return again.events.until(() => again.events.all[0], 'Nothing');
      })
      .toMatchObject({ event: 'room' });
  });

  test('[V42] a watcher that says nothing for too long is closed with 4410', async () => {
    const socket = await SessionSocket.open(bounded, {
      headers: { 'X-Forwarded-For': '192.0.2.9' },
    });
    socket.send({ v: 2, cmd: 'watch', roomid: newRoom() });
    await socket.next('room');
    expect(await socket.closed()).toBe(4410);
  });
});

describe('with a small buffer', () => {
  const small = useProduct({ env: { APPRTC_MAX_SEND_BUFFER_BYTES: '65536' } });

  test('[LM10] a reader that lags too far behind is closed', async () => {
    const room = newRoom();
    const [first, second] = await pairOfMembers(small, room);
    second.socket.socket.pause();
    const message = 'x'.repeat(200 * 1024);
    for (let count = 0; count < 150; count += 1) {
      first.socket.send({ cmd: 'send', epoch: first.epoch, n: count + 1, msg: message });
    }
    expect(await first.socket.next('peer')).toMatchObject({ why: 'away' });
  });
});
