import { describe, expect, test } from 'vitest';
import { newRoom } from './client.ts';
import { ask } from './http.ts';
import { colliderOf, startProduct, useProduct } from './product.ts';
import { newInstance, SessionMember } from './session-client.ts';
import { SessionStream } from './session-stream.ts';

const product = useProduct();

function join(roomid: string) {
  return { v: 2, cmd: 'join', roomid, instance: newInstance() };
}

describe('a session over HTTP', () => {
  test('[V47] [V48] [V49] joins, says, hears and acknowledges as one over a WebSocket', async () => {
    const room = newRoom();
    const stream = await SessionStream.open(product, join(room));
    expect(await stream.next('welcome')).toMatchObject({ slot: 0, initiator: true });
    const member = await SessionMember.join(product, room);
    const { epoch } = await stream.next('peer');
    expect(await stream.post({ cmd: 'send', epoch, n: 1, msg: 'a' })).toBe(204);
    await member.hears('a');
    expect(await stream.next('ack')).toEqual({ event: 'ack', epoch, n: 1 });
    member.say('x', 'y');
    expect(await stream.next('message')).toEqual({ event: 'message', epoch, n: 1, msg: 'x' });
    expect((await stream.next('message')).msg).toBe('y');
    expect(
      await stream.post(
        { cmd: 'ack', epoch, n: 2 },
        { cmd: 'send', epoch, n: 2, msg: 'b' },
        { cmd: 'leave' },
      ),
    ).toBe(204);
    await member.settled();
    await member.hears('a', 'b');
    expect(await member.socket.next('peer')).toMatchObject({ why: 'left', peer: null });
  });

  test('[V48] the stream is neither cached nor held back, and readable from any origin', async () => {
    const { headers } = await SessionStream.open(product, join(newRoom()));
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store, no-transform');
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    const collider = colliderOf(product);
    const preflight = await ask(collider, 'OPTIONS', '/api/session/secret');
    expect(preflight.status).toBe(204);
    const unknown = await ask(collider, 'POST', '/api/session/secret', { body: '{}' });
    expect(unknown.status).toBe(404);
    expect(unknown.headers['access-control-allow-origin']).toBe('*');
  });

  test('[V50] a resume elsewhere ends the stream with the code of a connection that was taken over', async () => {
    const room = newRoom();
    const first = join(room);
    const stream = await SessionStream.open(product, first);
    const { credential } = await stream.next('welcome');
    const member = new SessionMember(product, room, first.instance);
    member.credential = credential;
    await member.resume();
    expect(await stream.closed()).toBe(4401);
    expect(await stream.post()).toBe(404);
  });

  test('[V25] a stream that is cut leaves its seat away', async () => {
    const room = newRoom();
    const stream = await SessionStream.open(product, join(room));
    await stream.next('welcome');
    const member = await SessionMember.join(product, room);
    await stream.next('peer');
    stream.cut();
    expect(await member.socket.next('peer')).toMatchObject({ why: 'away' });
  });

  test('[V51] what is no first frame opens nothing', async () => {
    const collider = colliderOf(product);
    const bodies = ['', '{}', '{"cmd":"register","roomid":"room","clientid":"x"}', 'x'];
    for (const body of bodies) {
      expect((await ask(collider, 'POST', '/api/session', { body })).status, body).toBe(400);
    }
    const tooBig = 'x'.repeat(256 * 1024 + 1);
    expect((await ask(collider, 'POST', '/api/session', { body: tooBig })).status).toBe(413);
    const stream = await SessionStream.open(product, { v: 2, cmd: 'join', roomid: '!' });
    expect(await stream.next('error')).toEqual({ event: 'error', error: 'malformed' });
    expect(await stream.closed()).toBe(4400);
  });
});

describe('with little patience', () => {
  const impatient = useProduct({
    env: {
      APPRTC_SESSION_TICK_MS: '100',
      APPRTC_SESSION_SILENCE_MS: '600',
      APPRTC_MAX_SOCKETS: '3',
    },
  });

  test('[V44] [V49] a stream lives while something is posted, an empty body too', async () => {
    const stream = await SessionStream.open(impatient, join(newRoom()));
    const endMs = performance.now() + 1500;
    while (performance.now() < endMs) {
      await stream.next('tick');
      expect(await stream.post()).toBe(204);
    }
    const silentMs = performance.now();
    expect(await stream.closed()).toBe(4408);
    expect(performance.now() - silentMs).toBeGreaterThan(400);
  });

  test('[LM8] streams count as sockets', async () => {
    const streams = [];
    for (let count = 0; count < 3; count += 1) {
      streams.push(await SessionStream.open(impatient, join(newRoom())));
    }
    const body = JSON.stringify(join(newRoom()));
    const refused = await ask(colliderOf(impatient), 'POST', '/api/session', { body });
    expect(refused.status).toBe(503);
    for (const stream of streams) stream.cut();
  });
});

test('[V46] [WS8] a stop ends the stream with 1001', async () => {
  const stopping = await startProduct();
  const stream = await SessionStream.open(stopping, join(newRoom()));
  await stream.next('welcome');
  const startMs = performance.now();
  const stopped = stopping.stop();
  await stream.next('moving');
  expect(await stream.closed()).toBe(1001);
  await stopped;
  expect(performance.now() - startMs).toBeLessThan(5000);
});
