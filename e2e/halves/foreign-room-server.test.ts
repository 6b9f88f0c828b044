import { describe, expect, onTestFinished, test } from 'vitest';
import { bye, Caller, newRoom } from '../wire/client.ts';
import { Connection, refusal } from '../wire/connection.ts';
import { ask } from '../wire/http.ts';
import type { Address } from '../wire/product.ts';
import { ForeignRoomServer } from './foreign-room-server.ts';
import { dataFolder, startHalf } from './halves.ts';

interface Shape {
  readonly roomServer: ForeignRoomServer;
  readonly at: Address;
}

/** Our Collider behind a room server of another make, whose ids it can't verify. */
async function start(env: Readonly<Record<string, string>> = {}): Promise<Shape> {
  const roomServer = await ForeignRoomServer.start();
  onTestFinished(() => roomServer.close());
  const dataDir = await dataFolder();
  const flags = ['--open-collider', '--room-server', roomServer.http.origin];
  const collider = await startHalf('collider', { dataDir, flags, env });
  roomServer.useCollider(collider.port);
  const { port, origin } = roomServer.http;
  return { roomServer, at: { baseUrl: origin, port, colliderPort: collider.port } };
}

const grace = { APPRTC_GRACE_MS: '300' };

describe('our Collider with a room server of another make', () => {
  test('[TW8] a whole call, each message by another way', async () => {
    const { at } = await start();
    const room = newRoom();
    const first = await Caller.enter(at, room);
    expect(await first.post('offer')).toBe('SUCCESS');
    const second = await Caller.join(at, room);
    expect(second.joinMessages).toEqual(['offer']);
    // An ESP32 says its answer over HTTP, and that may be before its connection is there.
    expect(await second.post('answer')).toBe('SUCCESS');
    expect(await first.messages()).toEqual(['answer']);
    await first.say('candidate');
    await second.register();
    expect(await second.messages()).toEqual(['candidate']);
    await second.say('over the connection');
    expect(await first.messages()).toEqual(['over the connection']);
  });

  test('[TW6] it is told when the grace of a lost connection ends', async () => {
    const { roomServer, at } = await start(grace);
    const first = await Caller.enter(at, newRoom());
    await first.connection.drop();
    const { headers } = await roomServer.http.heard(`POST /bye/${first.roomId}/${first.clientId}`);
    expect(headers['apprtc-half']).toBe('collider');
  });

  test.each([404, 405, 500])(
    '[TW6] %i to that is no error, and it is said once',
    async (status) => {
      const { roomServer, at } = await start(grace);
      roomServer.byeStatus = status;
      const first = await Caller.enter(at, newRoom());
      const second = await Caller.enter(at, first.roomId);
      await second.delete();
      const line = `POST /bye/${first.roomId}/${second.clientId}`;
      await roomServer.http.heard(line);
      await first.sayBye();
      await roomServer.http.heard(`POST /bye/${first.roomId}/${first.clientId}`);
      expect(roomServer.http.lines.filter((each) => each === line)).toHaveLength(1);
    },
  );

  test('[TW6] one that was down is told when it is back, and the seat is free there', async () => {
    const { roomServer, at } = await start(grace);
    roomServer.byeStatus = 200;
    const first = await Caller.enter(at, newRoom());
    const second = await Caller.enter(at, first.roomId);
    const { port } = roomServer.http;
    await roomServer.close();
    await second.delete();
    await roomServer.http.listen(port);
    await roomServer.http.heard(`POST /bye/${first.roomId}/${second.clientId}`);
    expect((await Caller.join(at, first.roomId)).isInitiator).toBe('false');
  });

  test('[TW7] [TW5] its bye frees the seat here and is not sent back', async () => {
    const { roomServer, at } = await start();
    const first = await Caller.enter(at, newRoom());
    const second = await Caller.enter(at, first.roomId);
    const collider: Address = { ...at, port: at.colliderPort };
    const reply = await ask(collider, 'POST', `/bye/${first.roomId}/${second.clientId}`);
    expect([reply.status, reply.text]).toEqual([200, '']);
    await second.sayBye();
    expect(await first.messages()).toEqual([bye]);
    await first.delete();
    await roomServer.http.heard(`POST /bye/${first.roomId}/${first.clientId}`);
    expect(roomServer.http.lines).not.toContain(`POST /bye/${first.roomId}/${second.clientId}`);
  });

  test('[TW9] who takes the seat of a lost connection gets its place here too', async () => {
    const { at } = await start();
    const room = newRoom();
    const first = await Caller.enter(at, room);
    const second = await Caller.enter(at, room);
    await second.leave();
    await second.connection.drop();
    const third = await Caller.enter(at, room);
    await third.say('hello');
    expect(await first.messages()).toContain('hello');
    const fourth = await Connection.open(at);
    fourth.register(room, '99999999');
    expect(await fourth.closed()).toEqual(refusal('roomFull'));
  });

  test.each(['before', 'after'])('[TW10] a loopback connection %s its owner', async (when) => {
    const { at } = await start();
    const owner = await Caller.join(at, newRoom());
    const loopback = await Connection.open(at);
    const registerLoopback = async () => {
      loopback.register(owner.roomId, 'loopback_client_id');
      await loopback.settle();
    };
    if (when === 'before') await registerLoopback();
    await owner.register();
    if (when === 'after') await registerLoopback();
    await owner.say('to myself');
    expect(await loopback.messages()).toEqual(['to myself']);
    await owner.sayBye();
    expect((await loopback.closed()).code).toBe(1000);
  });
});
