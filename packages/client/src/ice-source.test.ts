import type { IceServers } from '@apprtc/protocol';
import { ManualClock, settle } from '@apprtc/testkit';
import { describe, expect, test } from 'vitest';
import { IceSource } from './ice-source.ts';

function relay(name: string, lifetimeSeconds: number | null = 600): IceServers {
  const servers = [{ urls: ['turn:t'], username: name, credential: 'c' }];
  return { servers, lifetimeSeconds };
}

const stunOnly: IceServers = { servers: [{ urls: ['stun:s'] }], lifetimeSeconds: 600 };

function source(...replies: readonly (IceServers | null | 'silent')[]) {
  const clock = new ManualClock();
  const heard: string[] = [];
  let asked = 0;
  const { setTimeout, clearTimeout, nowMs } = clock;
  const environment = { setTimeout, clearTimeout, nowMs, wallMs: nowMs, random: () => 0 };
  const ice = new IceSource(
    environment,
    () => {
      const reply = replies[Math.min(asked, replies.length - 1)] ?? null;
      asked += 1;
      return reply === 'silent' ? new Promise(() => {}) : Promise.resolve(reply);
    },
    {
      onServers: ({ servers }) => heard.push(servers[0]?.username ?? 'stun'),
      onNone: () => heard.push('none'),
    },
  );
  const nameNow = async () => (await ice.servers(1_000))?.servers[0]?.username;
  return { clock, heard, ice, nameNow, asked: () => asked };
}

describe('ICE servers of a seat', () => {
  test('are asked for once, and again before they expire, over and over', async () => {
    const { clock, heard, nameNow, asked } = source(relay('a'), relay('b'), relay('c'));
    expect([await nameNow(), await nameNow()]).toEqual(['a', 'a']);
    expect(asked()).toBe(1);
    await clock.run(479_000);
    expect(heard).toEqual(['a']);
    await clock.run(2_000);
    expect(heard).toEqual(['a', 'b']);
    expect(await nameNow()).toBe('b');
    await clock.run(480_000, 1_000);
    expect(heard).toEqual(['a', 'b', 'c']);
  });

  test('are asked for in time by the usernames, where the reply says nothing', async () => {
    const { clock, heard, nameNow } = source(relay('100000000:x', null), relay('b'));
    clock.advance(99_999_400_000);
    await nameNow();
    await clock.run(481_000, 1_000);
    expect(heard).toEqual(['100000000:x', 'b']);
  });

  test('that are old serve a new connection no more', async () => {
    const { clock, nameNow, asked } = source(relay('a', null), relay('b', null));
    await nameNow();
    clock.advance(299_000);
    expect(await nameNow()).toBe('a');
    clock.advance(2_000);
    expect(await nameNow()).toBe('b');
    expect(asked()).toBe(2);
  });

  test('stay when newer ones can’t be had, and are asked for again, later each time', async () => {
    const { clock, heard, nameNow, asked } = source(relay('a'), null, null, null, relay('b'));
    await nameNow();
    await clock.run(480_000, 1_000);
    expect(asked()).toBe(2);
    expect(await nameNow()).toBe('a');
    await clock.run(120_000, 250);
    expect(heard).toEqual(['a', 'b']);
  });

  test('with a relay are not given up for those without, before they expire', async () => {
    const { clock, heard, nameNow } = source(relay('a'), stunOnly);
    await nameNow();
    await clock.run(590_000, 250);
    expect(heard).toEqual(['a']);
    await clock.run(70_000, 250);
    expect(heard[1]).toBe('stun');
    expect((await nameNow()) ?? 'stun').toBe('stun');
  });

  test('that do not come keep nobody waiting, and are told of when they come', async () => {
    const { clock, heard, ice, asked } = source('silent');
    const early = ice.servers(1_500);
    await clock.run(1_500);
    expect(await early).toBeUndefined();
    const second = ice.servers(1_500);
    await clock.run(1_500);
    expect([await second, asked(), heard.length]).toEqual([undefined, 1, 0]);
  });

  test('that are not to be had are said once, and looked for on', async () => {
    const { clock, heard, ice } = source(null, null, relay('a'));
    expect(await ice.servers(1_000)).toBeNull();
    expect(await ice.servers(1_000)).toBeNull();
    await clock.run(30_000);
    expect(heard).toEqual(['none', 'a']);
  });

  test('are renewed before an ICE restart, unless they are new', async () => {
    const { clock, heard, ice, nameNow } = source(relay('a'), relay('b'), 'silent');
    await nameNow();
    await ice.renew(3_000);
    expect(heard).toEqual(['a']);
    clock.advance(6_000);
    await ice.renew(3_000);
    expect(heard).toEqual(['a', 'b']);
    clock.advance(6_000);
    const renewed = ice.renew(3_000).then(() => heard.push('in time'));
    await clock.run(2_900);
    expect(heard).toHaveLength(2);
    await clock.run(200);
    await renewed;
    expect(await nameNow()).toBe('b');
  });

  test('of a seat that is left are asked for no more', async () => {
    const { clock, ice, asked, nameNow } = source(relay('a'));
    await nameNow();
    ice.close();
    ice.close();
    await ice.renew(1_000);
    expect([clock.pendingTimers, asked()]).toEqual([0, 1]);
  });

  test('that come when the seat is left disturb nobody', async () => {
    const { clock, heard, ice } = source(relay('a'));
    const asked = ice.servers(1_000);
    ice.close();
    await settle();
    await asked;
    expect([heard, clock.pendingTimers]).toEqual([[], 0]);
  });
});
