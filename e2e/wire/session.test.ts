import { describe, expect, onTestFinished, test } from 'vitest';
import { newRoom } from './client.ts';
import { startProduct, useProduct } from './product.ts';
import { newInstance, pairOfMembers, SessionMember, SessionSocket } from './session-client.ts';
import { SessionStream } from './session-stream.ts';

const product = useProduct();

describe('a pairing', () => {
  test('[V10] [V24] the first is alone, the second finds it, and both are told of one epoch', async () => {
    const room = newRoom();
    const first = new SessionMember(product, room);
    const alone = await first.join();
    expect(alone).toMatchObject({ slot: 0, initiator: true, epoch: 0, peer: null, tick: 5000 });
    const second = new SessionMember(product, room);
    const welcome = await second.join();
    const joined = await first.socket.next('peer');
    expect(welcome).toMatchObject({ slot: 1, initiator: false });
    expect(welcome.peer).toEqual({ protocol: 2, state: 'here' });
    expect(joined).toMatchObject({ why: 'joined', initiator: true, epoch: welcome.epoch });
    expect(Math.abs(welcome.epoch - Date.now())).toBeLessThan(60_000);
    expect(joined.credential).not.toBe(alone.credential);
  });

  test('[V12] [V13] [V16] messages arrive in order, numbered, and are acknowledged end to end', async () => {
    const [first, second] = await pairOfMembers(product, newRoom());
    first.say('a', 'b', 'c');
    second.say('d');
    await second.hears('a', 'b', 'c');
    await first.hears('d');
    await first.settled();
    await second.settled();
  });

  test('[V34] a resume takes the seat over: the old connection is ended with 4401', async () => {
    const [first, second] = await pairOfMembers(product, newRoom());
    const { socket: old, epoch } = first;
    first.say('a');
    await first.settled();
    expect(await first.resume()).toMatchObject({ epoch, slot: 0, peer: { state: 'here' } });
    expect(await old.closed()).toBe(4401);
    expect(await second.socket.next('peer')).toMatchObject({ why: 'back', epoch });
    second.say('b');
    await first.hears('b');
    await second.hears('a');
  });

  test('[V14] what was said while the peer was away is said again when it is back', async () => {
    const [first, second] = await pairOfMembers(product, newRoom());
    second.socket.cut();
    expect(await first.socket.next('peer')).toMatchObject({ why: 'away', peer: { state: 'away' } });
    first.say('a', 'b');
    await second.resume();
    await second.hears('a', 'b');
    await first.settled();
  });

  test('[V35] a reload is another instance: a new epoch, and numbers from 1', async () => {
    const room = newRoom();
    const [first, second] = await pairOfMembers(product, room);
    first.say('lost');
    const reloaded = new SessionMember(product, room);
    reloaded.credential = second.credential;
    second.socket.cut();
    const { epoch } = first;
    const welcome = await reloaded.resume();
    expect(welcome.epoch).toBeGreaterThan(epoch);
    const replaced = await first.socket.events.until(
      () =>
        first.socket.events.all.find((event) => event.event === 'peer' && event.why === 'replaced'),
      'Not replaced',
    );
    expect(replaced).toMatchObject({ epoch: welcome.epoch, peer: { state: 'here' } });
    first.say('a');
    await reloaded.hears('a');
  });

  test('[V22] [V37] hanging up frees the seat; a page that is going is away, and first to come back', async () => {
    const room = newRoom();
    const [first, second] = await pairOfMembers(product, room);
    second.socket.send({ cmd: 'leaving' });
    expect(await first.socket.next('peer')).toMatchObject({ why: 'away' });
    await second.resume();
    expect(await first.socket.next('peer')).toMatchObject({ why: 'back' });
    second.socket.send({ cmd: 'leave' });
    expect(await first.socket.next('peer')).toMatchObject({ peer: null });
    const third = await SessionMember.join(product, room);
    expect(await first.socket.next('peer')).toMatchObject({ why: 'joined' });
    third.say('hello');
    await first.hears('hello');
  });

  test('[V9] [V39] a credential of another room, or one that was changed, is worth nothing', async () => {
    const [first] = await pairOfMembers(product, newRoom());
    const [payload, mac] = first.credential.split('.');
    const forged = `${Buffer.from(
      Buffer.from(payload ?? '', 'base64url')
        .toString()
        .replace(',0,', ',1,'),
    ).toString('base64url')}.${mac}`;
    for (const [roomId, credential] of [
      [newRoom(), first.credential],
      [first.roomId, forged],
      [first.roomId, 'x'],
      [first.roomId, `${first.credential}.x`],
    ] as const) {
      const thief = new SessionMember(product, roomId);
      const socket = await thief.connect({
        cmd: 'resume',
        instance: first.instance,
        credential,
      });
      expect(await socket.next('gone')).toEqual({ event: 'gone', why: 'credential' });
      expect(await socket.closed()).toBe(4404);
    }
    first.say('a');
    expect(first.socket.events.closeCode).toBeUndefined();
  });
});

describe('watchers', () => {
  test('[V11] [V41] the third is told that it is full, watches, and joins on the same connection', async () => {
    const room = newRoom();
    const [, second] = await pairOfMembers(product, room);
    const third = new SessionMember(product, room);
    const socket = await third.connect({ cmd: 'join', instance: third.instance });
    const { members } = await socket.next('full');
    expect(members.map(({ state }) => state)).toEqual(['here', 'here']);
    for (const { heard } of members) expect(heard).toBeLessThan(6000);
    second.socket.send({ cmd: 'leave' });
    expect(await socket.next('room')).toMatchObject({ free: true, members: [{ state: 'here' }] });
    socket.send({ v: 2, cmd: 'join', roomid: room, instance: third.instance });
    expect(await socket.next('welcome')).toMatchObject({ slot: 1, peer: { state: 'here' } });
  });

  test('[V41] [V42] at most eight watch a room', async () => {
    const room = newRoom();
    const watch = async () => {
      const socket = await SessionSocket.open(product);
      socket.send({ v: 2, cmd: 'watch', roomid: room });
      return socket;
    };
    for (let count = 0; count < 8; count += 1) await (await watch()).next('room');
    const ninth = await watch();
    expect(await ninth.next('error')).toEqual({ event: 'error', error: 'watchers-full' });
    expect(await ninth.closed()).toBe(4409);
  });
});

test('[V9] no log holds a credential, an id, a name of an HTTP session or a message', async () => {
  const talkative = await startProduct({ flags: ['--log-level', 'trace'] });
  onTestFinished(() => talkative.kill());
  const room = newRoom();
  const [first, second] = await pairOfMembers(talkative, room);
  first.say('a message of theirs');
  await second.hears('a message of theirs');
  await first.resume();
  second.socket.send({ cmd: 'leave' });
  const instance = newInstance();
  const stream = await SessionStream.open(talkative, { v: 2, cmd: 'join', roomid: room, instance });
  const { credential, clientid } = await stream.next('welcome');
  await stream.post({ cmd: 'leave' });
  await stream.closed();
  await talkative.stop();
  const log = talkative.said.join('\n');
  expect(log).toContain('"event":"session.resume"');
  const secrets = [
    ...[first, second].flatMap((each) => [each.credential, each.clientId, each.instance]),
    ...[credential, clientid, instance, stream.secret, 'a message of theirs'],
  ];
  for (const secret of secrets) expect(log).not.toContain(secret);
});
