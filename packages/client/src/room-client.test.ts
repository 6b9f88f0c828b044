import { ManualClock, settle } from '@apprtc/testkit';
import { expect, test } from 'vitest';
import type { Platform } from './platform.ts';
import { RoomClient } from './room-client.ts';

const seatReply = JSON.stringify({
  result: 'SUCCESS',
  params: {
    room_id: 'abc',
    client_id: 'C1',
    is_initiator: 'true',
    room_link: 'http://fake/r/abc',
    wss_url: 'ws://fake/ws',
    wss_post_url: 'http://fake',
    messages: [],
  },
});

/** A server that replies when it is told to. */
function slowServer() {
  const clock = new ManualClock();
  const log: string[] = [];
  const replies: ((response: Response) => void)[] = [];
  const { setTimeout, clearTimeout, nowMs } = clock;
  const fetch = (url: string): Promise<Response> => {
    log.push(url);
    return new Promise((resolve) => {
      replies.push(resolve);
    });
  };
  const platform = { fetch, setTimeout, clearTimeout, nowMs } as unknown as Platform;
  const client = new RoomClient(platform, 'http://fake');
  const reply = async (text: string) => {
    replies.shift()?.(new Response(text));
    await settle();
  };
  return { client, clock, log, reply };
}

test('a seat that comes after its join was given up is given back', async () => {
  const { client, clock, log, reply } = slowServer();
  const controller = new AbortController();
  const join = client.join('abc', '', controller.signal);
  controller.abort();
  expect(await join).toEqual({ ok: false, problem: 'aborted' });
  await reply(seatReply);
  await reply('');
  expect(log).toEqual(['http://fake/join/abc', 'http://fake/leave/abc/C1']);
  expect(clock.pendingTimers).toBe(0);
});

test('a seat that comes later than 10 s is given back', async () => {
  const { client, clock, log, reply } = slowServer();
  const join = client.join('abc', '');
  clock.advance(10_000);
  expect(await join).toEqual({ ok: false, problem: 'unreachable' });
  await reply(seatReply);
  await reply('');
  expect(log.at(-1)).toBe('http://fake/leave/abc/C1');
  expect(clock.pendingTimers).toBe(0);
});

test('a join leaves nothing at its signal', async () => {
  const { client, reply } = slowServer();
  const listeners = new Set<unknown>();
  const signal = {
    aborted: false,
    addEventListener: (_name: string, listener: unknown) => listeners.add(listener),
    removeEventListener: (_name: string, listener: unknown) => listeners.delete(listener),
  } as unknown as AbortSignal;
  const join = client.join('abc', '', signal);
  expect(listeners.size).toBe(1);
  await reply(seatReply);
  expect(await join).toMatchObject({ ok: true });
  expect(listeners.size).toBe(0);
});

test('a room that is full leaves nothing to give back', async () => {
  const { client, clock, log, reply } = slowServer();
  const join = client.join('abc', '');
  clock.advance(10_000);
  await join;
  await reply('{"result":"FULL","params":{"messages":[]}}');
  expect(log).toHaveLength(1);
});
