import { ManualClock, settle } from '@apprtc/testkit';
import { expect, test } from 'vitest';
import { MessagePoster } from './message-poster.ts';
import type { Platform } from './platform.ts';
import { RoomClient } from './room-client.ts';

/** A room server that answers each post when it is told to. */
function slowPoster() {
  const clock = new ManualClock();
  const underWay = new Map<string, (result: string) => void>();
  const posted: string[] = [];
  const fetch = (_url: string, { body, signal }: { body: string; signal: AbortSignal }) => {
    posted.push(body);
    return new Promise<Response>((resolve, reject) => {
      underWay.set(body, (result) => resolve(new Response(JSON.stringify({ result }))));
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  };
  const { setTimeout, clearTimeout, nowMs } = clock;
  const random = () => 0.5;
  const platform = { fetch, setTimeout, clearTimeout, nowMs, random } as unknown as Platform;
  const seat = { roomId: 'abc', clientId: 'C1', wssPostUrl: 'http://fake' };
  const dropped: string[] = [];
  const client = new RoomClient(platform, 'http://fake');
  const poster = new MessagePoster(platform, client, seat, () => dropped.push('one'));
  const answer = async (body: string, result = 'SUCCESS') => {
    underWay.get(body)?.(result);
    await settle();
  };
  const post = (...messages: string[]) => {
    for (const message of messages) poster.post(message, message.startsWith('c'));
  };
  return { poster, post, posted, answer, clock, dropped };
}

test('candidates wait for the offer, then go four at a time', async () => {
  const { post, posted, answer } = slowPoster();
  post('offer', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6');
  expect(posted).toEqual(['offer']);
  await answer('offer');
  expect(posted).toEqual(['offer', 'c1', 'c2', 'c3', 'c4']);
  await answer('c3');
  expect(posted.slice(5)).toEqual(['c5']);
});

test('an offer that the server does not take yet holds its candidates back', async () => {
  const { post, posted, answer, clock } = slowPoster();
  post('offer', 'c1');
  await answer('offer', 'UNKNOWN_CLIENT');
  expect(posted).toEqual(['offer']);
  clock.advance(300);
  await settle();
  expect(posted).toEqual(['offer', 'offer']);
  await answer('offer');
  expect(posted).toEqual(['offer', 'offer', 'c1']);
});

test('whatever is no candidate goes after all before it and before all after it', async () => {
  const { post, posted, answer } = slowPoster();
  post('c1', 'c2', 'ring', 'c3');
  expect(posted).toEqual(['c1', 'c2']);
  await answer('c2');
  expect(posted).toEqual(['c1', 'c2']);
  await answer('c1');
  expect(posted.slice(2)).toEqual(['ring']);
  await answer('ring');
  expect(posted.slice(3)).toEqual(['c3']);
});

test('what is discarded makes way for the next offer', async () => {
  const { poster, post, posted, answer, clock, dropped } = slowPoster();
  post('c1', 'c2', 'c3', 'c4', 'c5');
  poster.discard();
  post('offer', 'c6');
  await settle();
  expect(posted).toEqual(['c1', 'c2', 'c3', 'c4', 'offer']);
  await answer('offer');
  expect(posted.at(-1)).toBe('c6');
  await answer('c6', 'ERROR');
  expect([dropped.length, clock.pendingTimers]).toEqual([1, 0]);
});
