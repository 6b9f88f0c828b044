import type { RoomId, SessionEvent } from '@apprtc/protocol';
import { type ConnectionId, defaultPolicy, type RoomStore } from '@apprtc/signaling';
import { HeldStore } from '@apprtc/testkit';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClientIds } from '../client-ids.ts';
import { Connections } from '../rooms/connections.ts';
import { MemoryStore } from '../rooms/memory-store.ts';
import { RoomClock } from '../rooms/room-clock.ts';
import { RoomService } from '../rooms/room-service.ts';
import { AddressCounts } from './address-counts.ts';
import type { SessionConnection } from './session-connection.ts';
import { SessionCredentials } from './session-credentials.ts';
import type { SessionTransport } from './session-transport.ts';
import { movingWithinMs, Sessions } from './sessions.ts';

/** Notes what a client would get. */
class NotedTransport implements SessionTransport {
  isOpen = true;
  bufferedBytes = 0;
  readonly events: SessionEvent[] = [];
  closedWith: number | null = null;
  isCut = false;
  pings = 0;

  send(text: string): void {
    if (!this.isOpen) throw new Error(`sent to a closing connection: ${text}`);
    this.events.push(JSON.parse(text) as SessionEvent);
  }

  ping(): void {
    this.pings += 1;
  }

  close(code: number): void {
    this.isOpen = false;
    this.closedWith = code;
  }

  cut(): void {
    this.isOpen = false;
    this.isCut = true;
  }

  get names(): readonly string[] {
    return this.events.map(({ event }) => event);
  }
}

const room = 'room1' as RoomId;
const clientIds = new ClientIds('a secret of some length');
let nowMs: number;
let clock: RoomClock;
let rooms: RoomService;
let sessions: Sessions;
let connections: Connections;
let logged: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  nowMs = 0;
  logged = [];
  open(new MemoryStore({ maxRooms: 1, maxQueuedBytes: 1_000 }));
});

afterEach(() => {
  sessions.close();
  rooms.close();
  clock.close();
  vi.useRealTimers();
});

function open(store: RoomStore): void {
  const logger = pino({}, { write: (line: string) => void logged.push(line) });
  clock = new RoomClock(() => nowMs);
  connections = new Connections();
  rooms = new RoomService({ store, policy: defaultPolicy, clock, connections, logger });
  sessions = new Sessions({
    rooms,
    clientIds,
    credentials: new SessionCredentials('a secret of some length'),
    connections,
    logger,
    nowMs: () => clock.nowMs(),
    maxSendBufferBytes: 1_000,
    messageRate: { perSecond: 1, burst: 10 },
    tickMs: 5_000,
    silenceMs: 10_000,
    watchersOfAddress: new AddressCounts(1, () => false),
  });
}

interface Client {
  readonly transport: NotedTransport;
  readonly session: SessionConnection;
}

let ids = 0;

function connect(first?: object): Client {
  const transport = new NotedTransport();
  ids += 1;
  const session = sessions.open(`c${ids}` as ConnectionId, transport, '192.0.2.1');
  if (first !== undefined) session.receive(JSON.stringify({ v: 2, roomid: room, ...first }));
  return { transport, session };
}

function join(instance: string, rest: object = {}): Client {
  return connect({ cmd: 'join', instance, ...rest });
}

/** Lets time pass as it does for a server that isn't held up. */
function pass(ms: number): void {
  for (let step = 0; step < ms; step += 100) {
    nowMs += 100;
    vi.advanceTimersByTime(100);
  }
}

describe('a connection that speaks the session protocol', () => {
  it('[V44] [V45] is pinged and ticks every 5 s, and ends after 10 s without a sign of life', () => {
    const { transport, session } = join('instance-1');
    for (let beat = 0; beat < 4; beat += 1) {
      pass(5_000);
      session.heard();
    }
    expect(transport.pings).toBe(4);
    expect(transport.names).toEqual(['welcome', 'tick', 'tick', 'tick', 'tick']);
    pass(9_600);
    expect(transport.isCut).toBe(false);
    pass(1_000);
    expect([transport.isCut, transport.closedWith]).toEqual([true, 4408]);
  });

  it('[V44] a server that was held up ends nobody before it has listened', () => {
    const { transport, session } = join('instance-1');
    pass(5_000);
    nowMs += 20_000;
    pass(400);
    expect(transport.isOpen).toBe(true);
    session.heard();
    pass(9_000);
    expect(transport.isOpen).toBe(true);
  });

  it('[V25] its seat is kept from its last sign of life, not from the end of its connection', () => {
    const first = join('instance-1');
    const second = join('instance-2');
    pass(9_000);
    first.session.heard();
    pass(1_500);
    sessions.closed(second.session);
    const peers = () => first.transport.events.filter(({ event }) => event === 'peer');
    expect(peers().at(-1)).toMatchObject({ why: 'away' });
    first.session.heard();
    pass(4_000);
    expect(peers().at(-1)).toMatchObject({ why: 'away' });
    pass(700);
    expect(peers().at(-1)).toMatchObject({ why: 'lost' });
  });

  it('[LM10] a reader that lags too far behind is closed, and cut where it reads no goodbye', () => {
    const { transport, session } = join('instance-1');
    transport.bufferedBytes = 1_001;
    session.say({ event: 'tick' });
    expect(transport.closedWith).toBe(1011);
    expect(transport.isCut).toBe(false);
    pass(3_000);
    expect(transport.isCut).toBe(true);
  });

  it('[LM7] [V6] a full server says so and closes', () => {
    join('instance-1');
    const { transport } = connect({ cmd: 'join', instance: 'instance-2', roomid: 'room2' });
    expect(transport.events).toEqual([{ event: 'error', error: 'server-full' }]);
    expect(transport.closedWith).toBe(4453);
  });

  it('[V43] a watcher of an address that has too many is closed, and its place is free again', () => {
    const first = connect({ cmd: 'watch' });
    const second = connect({ cmd: 'watch' });
    expect(first.transport.names).toEqual(['room']);
    expect(second.transport.closedWith).toBe(4409);
    sessions.closed(second.session);
    sessions.closed(first.session);
    expect(connect({ cmd: 'watch' }).transport.names).toEqual(['room']);
  });

  it('[V9] nothing that is logged holds a credential, an instance or a client id', () => {
    const { transport } = join('instance-1');
    const [welcome] = transport.events;
    if (welcome?.event !== 'welcome') throw new Error('No welcome');
    connect({ cmd: 'resume', instance: 'instance-1', credential: welcome.credential });
    expect(logged).toHaveLength(2);
    for (const secret of [welcome.credential, welcome.clientid, 'instance-1']) {
      expect(logged.join('')).not.toContain(secret);
    }
  });

  it('[V6] a store that fails ends the connection with 1011', async () => {
    const store = new HeldStore(new MemoryStore({ maxRooms: 9, maxQueuedBytes: 1_000 }));
    open(store);
    store.failure = new Error('The store is away');
    const { transport } = join('instance-1');
    await store.release();
    expect(transport.closedWith).toBe(1011);
  });

  it('[SD6] a join whose connection has closed meanwhile takes no seat', async () => {
    const store = new HeldStore(new MemoryStore({ maxRooms: 9, maxQueuedBytes: 1_000 }));
    open(store);
    const { transport, session } = join('instance-1');
    transport.cut();
    sessions.closed(session);
    while (store.held.length > 0) await store.release();
    expect(store.commits).toBe(0);
  });
});

describe('a server that stops', () => {
  it('[V46] [V53] says once that it moves, spread over a time that grows with the sessions', () => {
    const { transport } = join('instance-1');
    sessions.move();
    sessions.close();
    expect(transport.events.filter(({ event }) => event === 'moving')).toEqual([
      { event: 'moving', within: 2 },
    ]);
    expect(transport.closedWith).toBe(1001);
    expect([movingWithinMs(0), movingWithinMs(500), movingWithinMs(50_000)]).toEqual([
      0, 1_000, 10_000,
    ]);
  });
});
