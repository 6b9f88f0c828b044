import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientId, RoomId } from '@apprtc/protocol';
import { type ConnectionId, defaultPolicy } from '@apprtc/signaling';
import { NotedConnection, roomCommands } from '@apprtc/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseCommand } from '../config/parse-config.ts';
import { createApp } from '../http/app.ts';
import { forgetContentType } from '../http/raw-body.ts';
import { Connections } from '../rooms/connections.ts';
import { MemoryStore } from '../rooms/memory-store.ts';
import { RoomClock } from '../rooms/room-clock.ts';
import { RoomService } from '../rooms/room-service.ts';
import { AnsweringServer, answer, type Logged, notedLogger } from './answering-server.fixture.ts';
import { CommandSeal, sealHeader } from './command-seal.ts';
import { addCommandRoutes, addHalfIdentity } from './half-routes.ts';
import { Notices } from './notices.ts';
import { OtherHalf } from './other-half.ts';
import { RemoteRooms } from './remote-rooms.ts';

const { join, post, register } = roomCommands;
const roomId = 'room' as RoomId;
const secret = 'a secret of some length';
const [a, b] = ['A', 'B'] as [ClientId, ClientId];

/** A Collider of ours that runs alone: the routes for its room server, over real rooms. */
class ColliderAlone {
  readonly lines: string[] = [];
  readonly log: string[] = [];
  readonly store = new MemoryStore({ maxRooms: 2, maxQueuedBytes: 2_000_000 });
  readonly connections = new Connections();
  readonly #noted = notedLogger();
  readonly clock = new RoomClock();
  readonly rooms = new RoomService({
    store: this.store,
    policy: defaultPolicy,
    clock: this.clock,
    connections: this.connections,
    logger: this.#noted.logger,
  });
  /** Replies that are lost: the connection closes when all is done. */
  losses = 0;
  secondsToWait: number | null = null;
  readonly #app = createApp(configuration(), this.#noted.logger);
  readonly #server = createServer((request, response) => {
    this.lines.push(`${request.method} ${request.url}`);
    forgetContentType(request.headers);
    if (this.losses > 0) {
      this.losses -= 1;
      response.end = () => {
        request.socket.destroy();
        return response;
      };
    }
    this.#app.routing(request, response);
  });

  get logged(): readonly Logged[] {
    return this.#noted.logged;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get seated(): readonly (string | undefined)[] {
    return this.store.load(roomId).room.seats.flatMap((seat) => seat?.clientId ?? []);
  }

  async start(): Promise<void> {
    const rate = { secondsToWait: async () => this.secondsToWait };
    const seal = new CommandSeal(secret);
    const nowMs = () => this.clock.nowMs();
    addCommandRoutes(this.#app, { rooms: this.rooms, seal, nowMs, rate });
    addHalfIdentity(this.#app, 'collider');
    await this.#app.ready();
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#app.close();
    this.rooms.close();
    this.clock.close();
  }
}

function configuration() {
  const command = parseCommand([], { HOME: '/nowhere' });
  if (command.kind !== 'serve') throw new Error('no configuration');
  return command.config;
}

let collider: ColliderAlone;
let logged: Logged[];
let closers: { close(): void }[];

beforeEach(async () => {
  closers = [];
  collider = new ColliderAlone();
  await collider.start();
});

afterEach(async () => {
  for (const closer of closers) closer.close();
  await collider.close();
});

function remoteRooms(withSecret = secret, origin = collider.origin): RemoteRooms {
  const noted = notedLogger();
  logged = noted.logged;
  const { logger } = noted;
  const nowMs = () => performance.now();
  const half = new OtherHalf({ origin, nowMs, logger });
  const notices = new Notices({ nowMs, logger });
  closers.push(notices, half);
  return new RemoteRooms({ collider: half, seal: new CommandSeal(withSecret), notices, logger });
}

/** Asks the Collider by hand. */
async function ask(path: string, body = '', headers: Record<string, string> = {}) {
  const response = await fetch(`${collider.origin}${path}`, { method: 'POST', body, headers });
  return { status: response.status, text: await response.text() };
}

function sealed(path: string, body = '', requestId = 'request', atMs = Date.now()) {
  const seal = new CommandSeal(secret).seal({ method: 'POST', path, body }, requestId, atMs);
  return { [sealHeader]: seal };
}

describe('the rooms of our Collider, asked by our room server', () => {
  it('[TW1] seats, keeps messages and hands them over, as if they were here', async () => {
    const rooms = remoteRooms();
    expect(await rooms.run(roomId, join('A'))).toEqual({
      kind: 'ran',
      outcome: { kind: 'joined', isInitiator: true, isLoopback: false },
      drained: [],
      hasOverflowed: false,
    });
    expect(await rooms.run(roomId, post('A', '{"type":"grüß\n"}'))).toEqual({
      kind: 'ran',
      outcome: { kind: 'accepted' },
      drained: [],
      hasOverflowed: false,
    });
    expect(await rooms.isFull(roomId)).toBe(false);
    expect(await rooms.run(roomId, join('B'))).toMatchObject({
      outcome: { kind: 'joined', isInitiator: false },
      drained: ['{"type":"grüß\n"}'],
    });
    expect(await rooms.isFull(roomId)).toBe(true);
    expect(await rooms.run(roomId, join('C'))).toMatchObject({ outcome: { kind: 'full' } });
    expect(await rooms.isSeated(roomId, a)).toBe(true);
    await rooms.leave(roomId, a, 'client');
    expect(await rooms.isSeated(roomId, a)).toBe(false);
    expect(collider.seated).toEqual(['B']);
    expect(logged).toEqual([]);
  });

  it('[TW1] delivers to the sockets that the Collider has', async () => {
    const rooms = remoteRooms();
    await rooms.run(roomId, join('A'));
    await rooms.run(roomId, join('B'));
    collider.connections.add(new NotedConnection('B', collider.log));
    collider.rooms.run(roomId, register('B'));
    await rooms.run(roomId, post('A', 'offer'));
    expect(collider.log).toEqual(['B<offer']);
    expect(collider.connections.get('B' as ConnectionId)).toBeDefined();
  });

  it('[TW1] passes on every outcome', async () => {
    const rooms = remoteRooms();
    expect(await rooms.run(roomId, post('X', 'x'))).toMatchObject({
      outcome: { kind: 'unknown-room' },
    });
    const loopback = { ...join('A'), loopback: true };
    expect(await rooms.run(roomId, loopback)).toMatchObject({ outcome: { isLoopback: true } });
    expect(await rooms.run(roomId, post('X', 'x'))).toMatchObject({
      outcome: { kind: 'unknown-client' },
    });
    await rooms.run('other' as RoomId, join('O'));
    expect(await rooms.run('third' as RoomId, join('T'))).toEqual({ kind: 'store-full' });
    for (let left = 1_024; left > 0; left -= 1) {
      collider.rooms.run(roomId, post('A', 'x'));
    }
    expect(await rooms.run(roomId, post('A', 'x'))).toMatchObject({ hasOverflowed: true });
  });

  it.each(['a?b', 'a#b', 'a%2Fb', 'a\\b', '"<{^|`}>"', '%', '..a'])(
    '[TW1] [ID4] a client id is asked for as it is: %s',
    async (name) => {
      const rooms = remoteRooms();
      await rooms.run(roomId, join('a'));
      await rooms.run(roomId, join(name));
      expect(collider.seated).toEqual(['a', name]);
      await rooms.run(roomId, post(name, 'from it'));
      await rooms.leave(roomId, name as ClientId, 'client');
      expect(collider.seated).toEqual(['a']);
      expect(logged).toEqual([]);
    },
  );

  it.each(['', '.', '..'])('[TW1] %j, which no path can hold, is unknown', async (name) => {
    const rooms = remoteRooms();
    await rooms.run(roomId, join('A'));
    expect(await rooms.run(roomId, post(name, 'x'))).toMatchObject({
      outcome: { kind: 'unknown-client' },
    });
    await rooms.leave(roomId, name as ClientId, 'client');
    expect(collider.seated).toEqual(['A']);
    expect(logged).toEqual([]);
  });

  it('[TW5] [TW6] what our Collider says itself is not sent back, what another one says is', async () => {
    const rooms = remoteRooms();
    await rooms.run(roomId, join('A'));
    await rooms.run(roomId, join('B'));
    const before = collider.lines.length;
    await rooms.leave(roomId, a, 'our-collider');
    expect(collider.lines).toHaveLength(before);
    expect(collider.seated).toEqual(['A', 'B']);
    await rooms.leave(roomId, a, 'collider');
    expect(collider.seated).toEqual(['B']);
  });

  it('[TW12] a join whose reply was lost is asked again, and carried out once', async () => {
    const rooms = remoteRooms();
    await rooms.run(roomId, join('A'));
    collider.losses = 1;
    expect(await rooms.run(roomId, join('B'))).toMatchObject({ outcome: { kind: 'joined' } });
    expect(collider.lines.filter((line) => line.endsWith('/join/B'))).toHaveLength(2);
    expect(collider.seated).toEqual(['A', 'B']);
    collider.losses = 1;
    await rooms.run(roomId, post('A', 'once'));
    expect(
      collider.store.commit(
        roomId,
        collider.store.load(roomId).version,
        collider.store.load(roomId).room,
        [{ op: 'drain', slot: 1 }],
      ),
    ).toMatchObject({ drained: ['once'] });
  });

  it('[TW11] a join of which nothing is heard keeps no seat', async () => {
    const rooms = remoteRooms();
    collider.losses = 2;
    const ran = await rooms.run(roomId, join('A'));
    expect(ran).toMatchObject({ kind: 'out-of-reach' });
    expect(ran.kind === 'out-of-reach' && ran.retryAfterMs).toBeGreaterThan(0);
    expect(collider.seated).toEqual(['A']);
    await vi.waitFor(() => expect(collider.seated).toEqual([]), { timeout: 10_000 });
    expect(collider.lines.at(-1)).toBe('POST /api/rooms/room/leave/A');
  });

  it('[TW11] a Collider that is not there: no seat is asked to be freed that was never made', async () => {
    const rooms = remoteRooms(secret, await AnsweringServer.nobody());
    expect(await rooms.run(roomId, join('A'))).toMatchObject({ kind: 'out-of-reach' });
    expect(await rooms.run(roomId, post('A', 'x'))).toMatchObject({ kind: 'out-of-reach' });
    expect(await rooms.isFull(roomId)).toBe(false);
    expect(logged.map(({ event }) => event)).toEqual(['half.unreachable']);
  });

  it('[TW11] a leave of which nothing is heard is told again', async () => {
    const server = await AnsweringServer.start(answer(503));
    const rooms = remoteRooms(secret, server.origin);
    await rooms.leave(roomId, b, 'client');
    expect(server.lines).toEqual(['POST /api/rooms/room/leave/B']);
    server.handle = answer(200, '{}');
    await vi.waitFor(() => expect(server.lines).toHaveLength(2), { timeout: 10_000 });
    await server.close();
  });

  it.each([
    [401, /APPRTC_SECRET must be the same/],
    [500, /the Collider answered 500/],
  ])(
    '[TW1] [TW11] a Collider that answers %i is out of reach, and the log says so once',
    async (status, why) => {
      const server = await AnsweringServer.start(answer(status));
      const rooms = remoteRooms(secret, server.origin);
      const outOfReach = { kind: 'out-of-reach', retryAfterMs: 5_000 };
      expect(await rooms.run(roomId, join('A'))).toEqual(outOfReach);
      expect(await rooms.run(roomId, post('A', 'x'))).toEqual(outOfReach);
      expect(logged).toMatchObject([{ event: 'half.refused', why: expect.stringMatching(why) }]);
      server.handle = answer(200, '{"kind":"store-full"}');
      await rooms.run(roomId, join('A'));
      server.handle = answer(status);
      await rooms.run(roomId, join('A'));
      expect(logged).toHaveLength(2);
      expect(server.lines).toHaveLength(4);
      await server.close();
    },
  );

  it('a reply that cannot be read is a bug', async () => {
    const server = await AnsweringServer.start(answer(200, '{"kind":"ran"}'));
    const rooms = remoteRooms(secret, server.origin);
    await expect(rooms.run(roomId, join('A'))).rejects.toThrow("can't be read: no outcome");
    await expect(rooms.isFull(roomId)).rejects.toThrow("can't be read: no isFull");
    await server.close();
  });
});

describe('what our Collider answers', () => {
  const path = '/api/rooms/room/join/A';

  it('[TW13] which half it is', async () => {
    const response = await fetch(`${collider.origin}/api/half`);
    expect(response.headers.get('apprtc-half')).toBe('collider');
    expect(await response.text()).toBe('collider\n');
  });

  it.each(['join/A', 'message/A', 'leave/A', 'full'])(
    '[TW1] to %s without a good seal: 401, and nothing is done',
    async (what) => {
      const target = `/api/rooms/room/${what}`;
      const other = new CommandSeal('another secret').seal(
        { method: 'POST', path: target, body: '' },
        'x',
        Date.now(),
      );
      for (const headers of [{}, { [sealHeader]: other }, sealed(`${target}x`)]) {
        expect(await ask(target, '', headers)).toEqual({
          status: 401,
          text: 'The seal is forged\n',
        });
      }
      expect(await ask(target, '', sealed(target, '', 'x', Date.now() - 61_000))).toEqual({
        status: 401,
        text: 'The seal is stale\n',
      });
      expect(collider.store.roomCount).toBe(0);
      expect(collider.logged.map(({ verdict }) => verdict)).toEqual([
        'forged',
        'forged',
        'forged',
        'stale',
      ]);
    },
  );

  it('[TW1] [LM12] whose seal is no good may ask seldom; whose seal is good, as often as it has to', async () => {
    collider.secondsToWait = 3;
    expect(await ask(path)).toMatchObject({ status: 429 });
    expect(collider.logged).toEqual([]);
    expect(await ask(path, '', sealed(path))).toMatchObject({ status: 200 });
  });

  it('[TW12] the same sealed request twice: carried out once, answered alike', async () => {
    const headers = sealed(path);
    const first = await ask(path, '', headers);
    expect(first.status).toBe(200);
    expect(JSON.parse(first.text)).toMatchObject({ outcome: { isInitiator: true } });
    expect(await ask(path, '', headers)).toEqual(first);
    expect(collider.seated).toEqual(['A']);
    // The same under another name is another request.
    await ask(path, '', sealed(path, '', 'another'));
    expect(collider.seated).toEqual(['A', 'A']);
  });

  it('[TW1] a message that is not UTF-8 is never sent by a half of ours', async () => {
    const target = '/api/rooms/room/message/A';
    const body = Buffer.from([0xff, 0xfe]);
    const seal = new CommandSeal(secret).seal(
      { method: 'POST', path: target, body },
      'x',
      Date.now(),
    );
    const headers = { [sealHeader]: seal };
    const response = await fetch(`${collider.origin}${target}`, { method: 'POST', body, headers });
    expect(response.status).toBe(500);
  });

  it('[ID1] [TW1] a name that is no room is 404', async () => {
    for (const target of ['/api/rooms/a.b/full', '/api/rooms/join/join/A']) {
      expect(await ask(target, '', sealed(target))).toMatchObject({ status: 404 });
    }
  });
});
