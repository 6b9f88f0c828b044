import { setTimeout as elapsed } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newRoom } from './client.ts';
import { startProduct, useProduct } from './product.ts';
import { pairOfMembers, SessionMember, SessionSocket } from './session-client.ts';

const tickMs = 100;
const silenceMs = 600;
const graceMs = 1200;
/** What lies between the product's clock and ours, on a busy machine. */
const slackMs = 500;

const product = useProduct({
  env: {
    APPRTC_SESSION_TICK_MS: String(tickMs),
    APPRTC_SESSION_SILENCE_MS: String(silenceMs),
    APPRTC_SESSION_GRACE_MS: String(graceMs),
  },
});

describe('signs of life', () => {
  test('[V44] [V45] a connection is pinged and ticks, and the welcome says how often', async () => {
    const member = new SessionMember(product, newRoom());
    const welcome = await member.join();
    expect(welcome.tick).toBe(tickMs);
    let pings = 0;
    member.socket.socket.on('ping', () => {
      pings += 1;
    });
    for (let count = 0; count < 10; count += 1) await member.socket.next('tick');
    expect(pings).toBeGreaterThan(5);
    expect(member.socket.events.closeCode).toBeUndefined();
  });

  test('[V44] a watcher is pinged, ticks and lives as a member does', async () => {
    const socket = await SessionSocket.open(product);
    socket.send({ v: 2, cmd: 'watch', roomid: newRoom() });
    for (let count = 0; count < 10; count += 1) await socket.next('tick');
    expect(socket.events.closeCode).toBeUndefined();
  });

  test('[V25] [V44] a client that answers nothing is away after the silence, and left after the grace', async () => {
    const room = newRoom();
    const first = await SessionMember.join(product, room);
    const second = await SessionMember.join(product, room, { isAlive: false });
    const joinedMs = performance.now();
    await first.socket.next('peer');
    expect(await first.socket.next('peer')).toMatchObject({ why: 'away' });
    const awayMs = performance.now() - joinedMs;
    expect(awayMs).toBeGreaterThan(silenceMs - slackMs);
    expect(awayMs).toBeLessThan(silenceMs + tickMs + slackMs);
    expect(await second.socket.closed()).toBe(4408);
    expect(await first.socket.next('peer')).toMatchObject({ why: 'lost', peer: null });
    const lostMs = performance.now() - joinedMs;
    expect(lostMs).toBeGreaterThan(graceMs - slackMs);
    expect(lostMs).toBeLessThan(graceMs + slackMs);
  });

  test('[V25] a connection that is cut is away at once, and its seat free after the grace', async () => {
    const room = newRoom();
    const [first, second] = await pairOfMembers(product, room);
    const cutMs = performance.now();
    second.socket.cut();
    expect(await first.socket.next('peer')).toMatchObject({ why: 'away' });
    expect(performance.now() - cutMs).toBeLessThan(slackMs);
    expect(await first.socket.next('peer')).toMatchObject({ why: 'lost' });
    expect(performance.now() - cutMs).toBeLessThan(graceMs + slackMs);
    const third = await SessionMember.join(product, room);
    expect(third.epoch).toBeGreaterThan(second.epoch);
  });

  test('[V26] whose media still arrives keeps the seat', async () => {
    const [first, second] = await pairOfMembers(product, newRoom());
    second.socket.cut();
    expect(await first.socket.next('peer')).toMatchObject({ why: 'away' });
    const untilMs = performance.now() + 2 * graceMs;
    while (performance.now() < untilMs) {
      first.socket.send({ cmd: 'media', receiving: true });
      await first.socket.next('tick');
    }
    await second.resume();
    expect(await first.socket.next('peer')).toMatchObject({ why: 'back' });
  });
});

test('[V44] a server that was frozen for longer than it bears silence ends nobody', async () => {
  const frozen = await startProduct({
    env: {
      APPRTC_SESSION_TICK_MS: '200',
      APPRTC_SESSION_SILENCE_MS: '2500',
      APPRTC_SESSION_GRACE_MS: '3000',
    },
  });
  onTestFinished(() => frozen.kill());
  const [first, second] = await pairOfMembers(frozen, newRoom());
  for (const pid of frozen.pids) process.kill(pid, 'SIGSTOP');
  first.say('a');
  await elapsed(5000);
  for (const pid of frozen.pids) process.kill(pid, 'SIGCONT');
  await second.hears('a');
  await first.settled();
  for (const { socket } of [first, second]) {
    for (let count = 0; count < 5; count += 1) await socket.next('tick');
    expect(socket.events.closeCode).toBeUndefined();
    expect(socket.events.all.some((event) => event.event === 'peer' && event.why === 'away')).toBe(
      false,
    );
  }
});
