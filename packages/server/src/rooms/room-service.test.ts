import type { ClientId, RoomId } from '@apprtc/protocol';
import { type ConnectionId, defaultPolicy, type RoomStore } from '@apprtc/signaling';
import { HeldStore, NotedConnection, roomCommands, settle } from '@apprtc/testkit';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connections } from './connections.ts';
import { MemoryStore } from './memory-store.ts';
import { RoomClock } from './room-clock.ts';
import { RoomService } from './room-service.ts';

const { join, register, send, post, leave, drop } = roomCommands;
const roomId = 'room' as RoomId;
const otherRoomId = 'other' as RoomId;

let log: string[];
let logged: { level: number; msg?: string; event?: string }[];
let connections: Connections;
let clock: RoomClock;
let memory: MemoryStore;
let readMs: number;
let services: RoomService[];

beforeEach(() => {
  // Promises settle by setImmediate, which stays real.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  log = [];
  logged = [];
  services = [];
  connections = new Connections();
  readMs = 0;
  clock = new RoomClock(() => readMs);
  memory = new MemoryStore({ maxRooms: 10, maxQueuedBytes: 1_000_000 });
});

afterEach(() => {
  for (const service of services) service.close();
  clock.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function serviceOn(store: RoomStore): RoomService {
  const logger = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const service = new RoomService({ store, policy: defaultPolicy, clock, connections, logger });
  services.push(service);
  return service;
}

function connect(name: string): NotedConnection {
  const connection = new NotedConnection(name, log);
  connections.add(connection);
  return connection;
}

function socket(name: string): NotedConnection {
  const connection = connections.get(name as ConnectionId);
  if (!(connection instanceof NotedConnection)) throw new Error(`${name} has no socket`);
  return connection;
}

/** A client registers on a new socket of its name. */
function arrive(service: RoomService, name: string) {
  connect(name);
  return service.run(roomId, register(name));
}

function holderOf(slot: 0 | 1): string | undefined {
  return memory.load(roomId).room.seats[slot]?.clientId;
}

/** Time passes in steps that are no stall. */
async function letPass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    const stepMs = Math.min(250, left);
    readMs += stepMs;
    vi.advanceTimersByTime(stepMs);
  }
  await settle();
}

/** The process is held up: time has passed at once, and the timers come late together. */
function stall(ms: number): void {
  readMs += ms;
  vi.advanceTimersByTime(ms);
}

/** A pair over the memory store, both connected. */
function pair(): RoomService {
  const service = serviceOn(memory);
  arrive(service, 'A');
  arrive(service, 'B');
  return service;
}

describe('over the memory store', () => {
  it('[JN3] answers at once, with what was drained', () => {
    const service = serviceOn(memory);
    expect(service.run(roomId, join('A'))).toMatchObject({
      kind: 'ran',
      outcome: { isInitiator: true },
      drained: [],
    });
    service.run(roomId, post('A', 'offer'));
    expect(service.run(roomId, join('B'))).toMatchObject({
      outcome: { kind: 'joined' },
      drained: ['offer'],
    });
  });

  it('[SD1] relays between two members without a commit', () => {
    const service = pair();
    const before = memory.load(roomId);
    expect(service.run(roomId, send('A', 'hello'))).toMatchObject({
      kind: 'ran',
      hasOverflowed: false,
    });
    expect(log).toEqual(['B<hello']);
    expect(memory.load(roomId)).toBe(before);
  });

  it('[SD4] delivers what waited, oldest first, when its receiver registers', () => {
    const service = serviceOn(memory);
    arrive(service, 'A');
    service.run(roomId, join('B'));
    for (const message of ['1', '2', '3']) service.run(roomId, send('A', message));
    arrive(service, 'B');
    expect(log).toEqual(['B<1', 'B<2', 'B<3']);
  });

  it('[RG6] closes what the decision says, and only where it is open here', () => {
    const service = pair();
    connect('A2');
    service.run(roomId, register('A', 'A2'));
    expect(log).toEqual(['A closed: takenOver']);
    connections.remove(socket('A2').id);
    connect('A3');
    service.run(roomId, register('A', 'A3'));
    expect(log).toEqual(['A closed: takenOver']);
  });

  it('[SD6] a receiver that is closing is dropped first, and the message waits for its register', () => {
    const service = pair();
    socket('B').isOpen = false;
    service.run(roomId, send('A', 'kept'));
    expect(log).toEqual([]);
    expect(memory.load(roomId).room.seats[1]?.presence.kind).toBe('dropped');
    service.run(roomId, drop('B'));
    arrive(service, 'B');
    expect(log).toEqual(['B<kept']);
  });

  it('[ST20] a bye to a receiver that is gone is not lost either', () => {
    const service = pair();
    connections.remove(socket('B').id);
    service.run(roomId, send('A', '{"type":"bye"}'));
    arrive(service, 'B');
    expect(log).toEqual(['B<{"type":"bye"}']);
  });

  it('[ST8] [ST11] a newcomer evicts a member whose socket is closing', () => {
    const service = pair();
    service.run(roomId, leave('A'));
    socket('B').isOpen = false;
    expect(service.run(roomId, join('C'))).toMatchObject({ outcome: { isInitiator: true } });
    expect(log).toEqual([]);
  });

  it('[SD5] [LM3] tells of a message that found a full queue, and counts it', () => {
    const service = serviceOn(memory);
    service.run(roomId, join('A'));
    for (let index = 0; index < 1_024; index += 1) service.run(roomId, post('A', 'x'));
    expect(service.droppedMessages).toBe(0);
    expect(service.run(roomId, post('A', 'x'))).toMatchObject({
      outcome: { kind: 'accepted' },
      hasOverflowed: true,
    });
    expect(service.droppedMessages).toBe(1);
  });

  it('[LM7] [LM9] passes on that the store is full', () => {
    const full = serviceOn(new MemoryStore({ maxRooms: 1, maxQueuedBytes: 4 }));
    full.run(roomId, join('A'));
    expect(full.run(otherRoomId, join('X'))).toEqual({ kind: 'store-full' });
    expect(full.run(roomId, post('A', '12345'))).toEqual({ kind: 'store-full' });
    expect(full.run(roomId, post('A', '1234'))).toMatchObject({ kind: 'ran' });
  });

  it('[SD5] counts a message from a socket that the full store refused', () => {
    const full = serviceOn(new MemoryStore({ maxRooms: 1, maxQueuedBytes: 4 }));
    arrive(full, 'A');
    full.run(roomId, send('A', '12345'));
    expect(full.droppedMessages).toBe(1);
  });

  it('[HM3] answers whether a room is full, and changes nothing', async () => {
    const service = serviceOn(memory);
    expect(service.isFull(roomId)).toBe(false);
    expect(memory.roomCount).toBe(0);
    service.run(roomId, join('A'));
    service.run(roomId, join('B'));
    const before = memory.load(roomId);
    expect(service.isFull(roomId)).toBe(true);
    expect(memory.load(roomId)).toBe(before);
    await letPass(60_000);
    expect(service.isFull(roomId)).toBe(false);
  });

  it('[IC9] answers whether a client holds a seat, and changes nothing', async () => {
    const service = serviceOn(memory);
    const [A, B] = ['A' as ClientId, 'B' as ClientId];
    expect(service.isSeated(roomId, A)).toBe(false);
    expect(memory.roomCount).toBe(0);
    service.run(roomId, join('A'));
    const before = memory.load(roomId);
    expect([service.isSeated(roomId, A), service.isSeated(roomId, B)]).toEqual([true, false]);
    expect(service.isSeated(otherRoomId, A)).toBe(false);
    expect(memory.load(roomId)).toBe(before);
    await letPass(60_000);
    expect(service.isSeated(roomId, A)).toBe(false);
  });
});

describe('deadlines', () => {
  it('[ST6] [ST5] seats expire by themselves, and the room is forgotten', async () => {
    const service = serviceOn(memory);
    service.run(roomId, join('A'));
    await letPass(59_999);
    expect(holderOf(0)).toBe('A');
    await letPass(1);
    expect(memory.roomCount).toBe(0);
    expect(service.droppedMessages).toBe(0);
  });

  it('[ST27] a leaver is closed when its time has come', async () => {
    const service = pair();
    service.run(roomId, leave('A'));
    await letPass(9_999);
    expect(log).toEqual([]);
    await letPass(1);
    expect(log).toEqual(['A closed: left']);
  });

  it('[SD6] a register takes the deadline away', async () => {
    const service = pair();
    service.run(roomId, drop('B'));
    await letPass(9_000);
    arrive(service, 'B');
    await letPass(60_000);
    expect(holderOf(1)).toBe('B');
  });

  it('[ST5] after a stall the seat is kept a while longer, but not for good', async () => {
    const service = pair();
    service.run(roomId, drop('B'));
    await letPass(1_000);
    stall(8_000);
    await letPass(7_999);
    expect(holderOf(1)).toBe('B');
    await letPass(1);
    expect(holderOf(1)).toBeUndefined();
  });

  it('a store that fails when a deadline comes is asked again', async () => {
    const store = new HeldStore(memory);
    const service = serviceOn(store);
    const joined = service.run(roomId, join('A'));
    await store.releaseAll();
    await joined;
    await letPass(60_000);
    store.failure = new Error('the store is away');
    await store.releaseAll();
    expect(logged.map(({ event }) => event)).toEqual(['room.expire.failed']);
    expect(memory.roomCount).toBe(1);
    await letPass(1_000);
    await store.releaseAll();
    expect(memory.roomCount).toBe(0);
  });

  it('a store that throws when a deadline comes does not end the process', async () => {
    const service = serviceOn(memory);
    service.run(roomId, join('A'));
    const commit = vi.spyOn(memory, 'commit').mockImplementation(() => {
      throw new Error('a bug');
    });
    await letPass(60_000);
    expect(logged.map(({ event }) => event)).toEqual(['room.expire.failed']);
    commit.mockRestore();
    await letPass(1_000);
    expect(memory.roomCount).toBe(0);
  });

  it('none comes after close', async () => {
    const service = serviceOn(memory);
    service.run(roomId, join('A'));
    service.close();
    await letPass(60_000);
    expect(holderOf(0)).toBe('A');
  });
});
