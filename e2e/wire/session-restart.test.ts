import { setTimeout as elapsed } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Caller, newRoom } from './client.ts';
import { type Address, type ProductOptions, type RunningProduct, startProduct } from './product.ts';
import { pairOfMembers, SessionMember, SessionSocket } from './session-client.ts';

const secret = { APPRTC_SECRET: 'the secret of a server that ends' };

async function start(options: ProductOptions = {}): Promise<RunningProduct> {
  const product = await startProduct({ ...options, env: { ...secret, ...options.env } });
  onTestFinished(() => product.kill());
  return product;
}

function restart(insteadOf: Address, options: ProductOptions = {}): Promise<RunningProduct> {
  return start({ ...options, insteadOf });
}

describe('a server that dies', () => {
  test('[V36] both come back to one that knows nothing: the same epoch, each message once', async () => {
    const before = await start();
    const room = newRoom();
    const [first, second] = await pairOfMembers(before, room);
    first.say('a');
    await first.settled();
    const { epoch } = first;
    await before.kill();
    first.say('b', 'c');
    second.say('x', 'y');
    await restart(before);
    expect(await second.resume()).toMatchObject({ slot: 1, epoch, peer: null });
    expect(await first.resume()).toMatchObject({ slot: 0, initiator: true, epoch });
    await second.hears('a', 'b', 'c');
    await first.hears('x', 'y');
    await first.settled();
    await second.settled();
    expect([first.epoch, second.epoch]).toEqual([epoch, epoch]);
    expect([first.isInitiator, second.isInitiator]).toEqual([true, false]);
  });

  test('[V38] soon after its start who held a seat goes before a newcomer', async () => {
    const before = await start();
    const room = newRoom();
    const [first, second] = await pairOfMembers(before, room);
    await before.kill();
    const after = await restart(before);
    const newcomer = await SessionMember.join(after, room);
    await first.resume();
    await newcomer.socket.next('full');
    expect(await second.resume()).toMatchObject({ epoch: first.epoch });
  });

  test('[V38] later it does not', async () => {
    const before = await start();
    const room = newRoom();
    const [first] = await pairOfMembers(before, room);
    await before.kill();
    const after = await restart(before, { env: { APPRTC_SESSION_RESTORE_MS: '1' } });
    const newcomer = await SessionMember.join(after, room);
    const { epoch } = first;
    const welcome = await first.resume();
    expect(welcome.epoch).toBeGreaterThan(epoch);
    expect(await newcomer.socket.next('peer')).toMatchObject({ why: 'joined' });
  });

  test('[V9] under another secret a credential is worth nothing', async () => {
    const before = await start();
    const [first] = await pairOfMembers(before, newRoom());
    await before.kill();
    await restart(before, { env: { APPRTC_SECRET: 'quite another secret than before' } });
    const socket = await first.connect({
      cmd: 'resume',
      instance: first.instance,
      credential: first.credential,
    });
    expect(await socket.closed()).toBe(4404);
  });
});

describe('a server that is stopped', () => {
  test('[V46] tells sessions to move, ends them with 1001, and they go on with the next one', async () => {
    const before = await start();
    const [first, second] = await pairOfMembers(before, newRoom());
    const watcher = await SessionSocket.open(before);
    watcher.send({ v: 2, cmd: 'watch', roomid: first.roomId });
    await watcher.next('room');
    const { epoch } = first;
    const stopped = before.stop();
    for (const socket of [first.socket, second.socket, watcher]) {
      expect((await socket.next('moving')).within).toBeLessThanOrEqual(100);
      expect(await socket.closed()).toBe(1001);
    }
    await stopped;
    first.say('a');
    await restart(before);
    await Promise.all([first.resume(), second.resume()]);
    await second.hears('a');
    expect(first.epoch).toBe(epoch);
  });

  test('[V46] [V53] waits for calls of legacy clients, and for nobody else', async () => {
    const before = await start({ env: { APPRTC_DRAIN_TIMEOUT_MS: '20000' } });
    const legacyRoom = newRoom();
    const caller = await Caller.enter(before, legacyRoom);
    const mixed = await SessionMember.join(before, legacyRoom);
    const [first] = await pairOfMembers(before, newRoom());
    const stopped = before.stop();
    await first.socket.next('moving');
    mixed.say('still here');
    expect(await caller.connection.nextFrame()).toEqual({ msg: 'still here', error: '' });
    expect(mixed.socket.events.all.some(({ event }) => event === 'moving')).toBe(false);
    const stoppingMs = performance.now();
    caller.connection.socket.close();
    mixed.socket.send({ cmd: 'leave' });
    await stopped;
    expect(performance.now() - stoppingMs).toBeLessThan(8000);
  });

  test('[V46] waits no longer when it is told to stop again', async () => {
    const before = await start({ env: { APPRTC_DRAIN_TIMEOUT_MS: '60000' } });
    const caller = await Caller.enter(before, newRoom());
    const member = await SessionMember.join(before, newRoom());
    const stopped = before.stop();
    await member.socket.next('moving');
    expect(caller.connection.isOpen).toBe(true);
    // A terminal's signal may come twice within half a second, which counts as once.
    await elapsed(600);
    process.kill(before.pids.at(-1) ?? 0, 'SIGTERM');
    await stopped;
    expect((await caller.connection.closed()).code).toBe(1006);
  });

  test('[V46] does not wait longer than it is told to', async () => {
    const before = await start({ env: { APPRTC_DRAIN_TIMEOUT_MS: '700' } });
    const caller = await Caller.enter(before, newRoom());
    const stoppingMs = performance.now();
    const stopped = before.stop();
    expect((await caller.connection.closed()).code).toBe(1001);
    await stopped;
    expect(performance.now() - stoppingMs).toBeGreaterThan(650);
    expect(performance.now() - stoppingMs).toBeLessThan(6000);
  });
});
