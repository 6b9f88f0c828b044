import { describe, expect, onTestFinished, test } from 'vitest';
import { bye, Caller, join, newRoom } from '../wire/client.ts';
import { ask, eventually } from '../wire/http.ts';
import type { Address } from '../wire/product.ts';
import { ForeignCollider } from './foreign-collider.ts';
import { dataFolder, startHalf } from './halves.ts';

interface Shape {
  readonly collider: ForeignCollider;
  readonly at: Address;
}

/** Our room server in front of a Collider of another make. */
async function start(env: Readonly<Record<string, string>> = {}): Promise<Shape> {
  const collider = await ForeignCollider.start();
  onTestFinished(() => collider.close());
  const dataDir = await dataFolder();
  const flags = ['--collider', collider.http.origin];
  const { port } = await startHalf('room-server', { dataDir, flags, env });
  return { collider, at: collider.address(port) };
}

const offer = '{"type":"offer","sdp":"ü"}';
const candidate = '{"type":"candidate","candidate":"c"}';

describe('our room server with a Collider of another make', () => {
  test('[TW2] [TW3] [TW13] a whole call: what waits is handed over, what follows is forwarded', async () => {
    const { collider, at } = await start();
    const room = newRoom();
    const first = await Caller.enter(at, room);
    expect(await first.post(offer)).toBe('SUCCESS');
    expect(await first.post(candidate)).toBe('SUCCESS');
    const second = await Caller.enter(at, room);
    expect(second.joinMessages).toEqual([offer, candidate]);
    expect([first.isInitiator, second.isInitiator]).toEqual(['true', 'false']);
    expect((await join(at, room)).result).toBe('FULL');
    await second.say('answer');
    expect(await first.messages()).toEqual(['answer']);
    expect(await first.post('late candidate')).toBe('SUCCESS');
    expect(await second.messages()).toEqual(['late candidate']);
    expect(collider.http.lines).toContain(`POST /${room}/${first.clientId}`);
    expect(await ask(at, 'POST', `/message/${room}/nobody`, { body: 'x' })).toMatchObject({
      text: '{"result":"UNKNOWN_CLIENT"}',
    });
  });

  test.each([404, 405, 500])(
    '[TW4] a client that leaves is told to it; %i is no error',
    async (status) => {
      const { collider, at } = await start();
      collider.byeStatus = status;
      const first = await Caller.join(at, newRoom());
      const second = await Caller.join(at, first.roomId);
      expect((await second.leave()).status).toBe(200);
      const line = `POST /bye/${first.roomId}/${second.clientId}`;
      await collider.http.heard(line);
      const third = await Caller.join(at, first.roomId);
      expect(third.isInitiator).toBe('false');
      await third.leave();
      await collider.http.heard(`POST /bye/${first.roomId}/${third.clientId}`);
      expect(collider.http.lines.filter((each) => each === line)).toHaveLength(1);
    },
  );

  test('[TW5] a bye that it said frees the seat and is not sent back', async () => {
    const { collider, at } = await start();
    const first = await Caller.join(at, newRoom());
    const second = await Caller.join(at, first.roomId);
    expect((await second.byeByCollider()).status).toBe(200);
    const third = await Caller.join(at, first.roomId);
    expect(third.isInitiator).toBe('false');
    await third.leave();
    await collider.http.heard(`POST /bye/${first.roomId}/${third.clientId}`);
    expect(collider.http.lines).not.toContain(`POST /bye/${first.roomId}/${second.clientId}`);
  });

  test('[TW2] what it does not take is an ERROR', async () => {
    const { collider, at } = await start();
    const first = await Caller.join(at, newRoom());
    const second = await Caller.join(at, first.roomId);
    collider.messageStatus = 500;
    expect(await second.post('x')).toBe('ERROR');
  });

  test('[TW2] a bye over /message frees the seat and reaches the other', async () => {
    const { at } = await start();
    const first = await Caller.enter(at, newRoom());
    const second = await Caller.enter(at, first.roomId);
    expect(await second.post(bye)).toBe('SUCCESS');
    expect(await first.messages()).toEqual([bye]);
    // Initiator again: its next offer waits for the next caller.
    expect(await first.post(offer)).toBe('SUCCESS');
    expect((await Caller.join(at, first.roomId)).joinMessages).toEqual([offer]);
  });

  test('[TW11] down: no SUCCESS for what is not delivered, no seat stuck, and nothing said is lost', async () => {
    const { collider, at } = await start();
    const room = newRoom();
    const first = await Caller.join(at, room);
    await Caller.join(at, room);
    const { port } = collider.http;
    await collider.close();
    const refused = await ask(at, 'POST', `/message/${room}/${first.clientId}`, { body: 'lost?' });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await first.leave()).status).toBe(200);
    expect((await join(at, room)).result).toBe('SUCCESS');
    const back = await ForeignCollider.start(port);
    onTestFinished(() => back.close());
    await back.http.heard(`POST /bye/${room}/${first.clientId}`);
    expect(back.http.lines).not.toContain(`POST /${room}/${first.clientId}`);
  });

  test('[TW15] a seat that nobody frees ends after its time', async () => {
    const { at } = await start({ APPRTC_FOREIGN_SEAT_MS: '300' });
    const room = newRoom();
    const first = await Caller.join(at, room);
    await Caller.join(at, room);
    await eventually(() => first.isSeated(), false);
    expect((await join(at, room)).result).toBe('SUCCESS');
  });
});

test('[TW11] [TW13] a Collider that is not there yet: joins are 503 until it is', async () => {
  const collider = await ForeignCollider.start();
  const { port } = collider.http;
  await collider.close();
  const dataDir = await dataFolder();
  const flags = ['--collider', `http://127.0.0.1:${port}`];
  const server = await startHalf('room-server', { dataDir, flags });
  const baseUrl = `http://127.0.0.1:${server.port}`;
  const at: Address = { baseUrl, port: server.port, colliderPort: port };
  const early = await ask(at, 'POST', `/join/${newRoom()}`);
  expect([early.status, early.text]).toEqual([503, "The Collider can't be reached\n"]);
  expect((await ask(at, 'GET', '/')).status).toBe(200);
  const back = await ForeignCollider.start(port);
  onTestFinished(() => back.close());
  await eventually(async () => (await ask(at, 'POST', `/join/${newRoom()}`)).status, 200);
});
