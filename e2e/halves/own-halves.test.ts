import { expect, test } from 'vitest';
import { Caller, join, newRoom, pair } from '../wire/client.ts';
import { ask, eventually } from '../wire/http.ts';
import { type Address, colliderOf } from '../wire/product.ts';
import type { ServerProcess } from '../wire/server-process.ts';
import { dataFolder, startHalf } from './halves.ts';

interface Halves {
  readonly roomServer: ServerProcess;
  readonly collider: ServerProcess;
  readonly at: Address;
  /** One that has ended starts again where it was. */
  readonly again: (half: 'room-server' | 'collider') => Promise<ServerProcess>;
}

interface HowToStart {
  readonly colliderEnv?: Readonly<Record<string, string>>;
  readonly roomServerEnv?: Readonly<Record<string, string>>;
}

async function start({ colliderEnv = {}, roomServerEnv = {} }: HowToStart = {}): Promise<Halves> {
  const dataDir = await dataFolder();
  const startCollider = (port: number) =>
    startHalf('collider', { dataDir, env: colliderEnv, flags: ['--port', String(port)] });
  const collider = await startCollider(0);
  const startRoomServer = (port: number) => {
    const flags = ['--port', String(port), '--collider', `http://127.0.0.1:${collider.port}`];
    return startHalf('room-server', { dataDir, flags, env: roomServerEnv });
  };
  const roomServer = await startRoomServer(0);
  const { port } = roomServer;
  return {
    roomServer,
    collider,
    at: { baseUrl: `http://127.0.0.1:${port}`, port, colliderPort: collider.port },
    again: (half) => (half === 'collider' ? startCollider(collider.port) : startRoomServer(port)),
  };
}

const statusOfJoin = async (at: Address) => (await ask(at, 'POST', `/join/${newRoom()}`)).status;

test('[TW13] each half says which it is', async () => {
  const { at } = await start();
  expect((await ask(at, 'GET', '/api/half')).headers['apprtc-half']).toBe('room-server');
  expect((await ask(colliderOf(at), 'GET', '/api/half')).headers['apprtc-half']).toBe('collider');
});

test.each([
  ['no seal', undefined],
  ['a malformed seal', 'x'],
  ['a forged seal', `${Date.now()}.request.${'A'.repeat(43)}`],
])('[TW1] %s is answered 401, and nothing happens', async (_name, seal) => {
  const { at } = await start();
  const caller = await Caller.enter(at, newRoom());
  const path = `/api/rooms/${caller.roomId}/leave/${caller.clientId}`;
  const headers: Record<string, string> = seal === undefined ? {} : { 'apprtc-seal': seal };
  expect((await ask(colliderOf(at), 'POST', path, { headers })).status).toBe(401);
  expect(await caller.isSeated()).toBe(true);
});

test('[TW1] [TW11] halves with different secrets: 503, and the log says why', async () => {
  const { at, roomServer } = await start({
    colliderEnv: { APPRTC_SECRET: 'one secret of many characters' },
    roomServerEnv: { APPRTC_SECRET: 'another secret, just as long' },
  });
  expect(await statusOfJoin(at)).toBe(503);
  expect(roomServer.said.filter((line) => line.includes('half.refused'))).toEqual([
    expect.stringContaining('APPRTC_SECRET must be the same for both halves'),
  ]);
});

test('[TW14] clients are sent to the Collider, and the page may connect there', async () => {
  const { at } = await start();
  const { params } = await join(at, newRoom());
  const collider = `127.0.0.1:${at.colliderPort}`;
  expect([params['wss_url'], params['wss_post_url']]).toEqual([
    `ws://${collider}/ws`,
    `http://${collider}`,
  ]);
  const { headers } = await ask(at, 'GET', '/');
  expect(headers['content-security-policy']).toContain(
    `connect-src 'self' ws://${collider} http://${collider}`,
  );
});

test('a room server that dies takes no seat and no message with it', async () => {
  const { at, roomServer, again } = await start();
  const room = newRoom();
  const first = await Caller.enter(at, room);
  expect(await first.post('offer')).toBe('SUCCESS');
  await roomServer.kill();
  await again('room-server');
  const second = await Caller.enter(at, room);
  expect([second.isInitiator, second.joinMessages]).toEqual(['false', ['offer']]);
  await second.say('answer');
  expect(await first.messages()).toEqual(['answer']);
});

test('[TW11] a Collider that dies: 503 at once; its clients come back to the next one', async () => {
  const { at, collider, again } = await start();
  const first = await Caller.enter(at, newRoom());
  await collider.kill();
  for (const path of [`/join/${newRoom()}`, `/message/${first.roomId}/${first.clientId}`]) {
    const reply = await ask(at, 'POST', path, { body: 'x' });
    expect([reply.status, reply.text]).toEqual([503, "The Collider can't be reached\n"]);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  }
  expect((await ask(at, 'GET', `/r/${first.roomId}`)).status).toBe(200);
  await again('collider');
  await first.register();
  await eventually(() => statusOfJoin(at), 200);
  const second = await Caller.enter(at, first.roomId);
  await second.say('hello again');
  expect(await first.messages()).toEqual(['hello again']);
});

test('[TW11] a leave that the Collider did not hear is passed on when it can be', async () => {
  const { at, collider } = await start();
  const [first, second] = await pair(at);
  process.kill(collider.pid, 'SIGSTOP');
  try {
    // Nobody answers: it is 503 after the deadline, and then at once.
    expect(await statusOfJoin(at)).toBe(503);
    expect((await second.leave()).status).toBe(200);
  } finally {
    process.kill(collider.pid, 'SIGCONT');
  }
  await eventually(() => statusOfJoin(at), 200);
  await eventually(async () => (await join(at, first.roomId)).result, 'SUCCESS');
});

test('[TW11] a join whose answer never came holds no seat', async () => {
  const { at, collider } = await start();
  const room = newRoom();
  expect(await statusOfJoin(at)).toBe(200);
  process.kill(collider.pid, 'SIGSTOP');
  try {
    expect((await ask(at, 'POST', `/join/${room}`)).status).toBe(503);
  } finally {
    process.kill(collider.pid, 'SIGCONT');
  }
  // Two more are let in, which the seat of the lost one would prevent for a minute.
  let seated = 0;
  await eventually(async () => {
    const { text } = await ask(at, 'POST', `/join/${room}`);
    if (text.includes('SUCCESS')) seated += 1;
    return seated;
  }, 2);
});
