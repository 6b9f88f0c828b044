import type { RoomId } from '@apprtc/protocol';
import { defaultPolicy, type MaybePromise, type RoomStore } from '@apprtc/signaling';
import { HeldStore, NotedConnection, roomCommands } from '@apprtc/testkit';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connections } from './connections.ts';
import { MemoryStore } from './memory-store.ts';
import { RoomClock } from './room-clock.ts';
import { RoomService } from './room-service.ts';

const { join, register, send, post, drop, delete: remove } = roomCommands;
const roomId = 'room' as RoomId;
const otherRoomId = 'other' as RoomId;

let log: string[];
let connections: Connections;
let clock: RoomClock;
let memory: MemoryStore;
let store: HeldStore;
let service: RoomService;

beforeEach(() => {
  log = [];
  connections = new Connections();
  clock = new RoomClock();
  memory = new MemoryStore({ maxRooms: 10, maxQueuedBytes: 1_000_000 });
  store = new HeldStore(memory);
  service = serviceOn(store);
});

afterEach(() => {
  service.close();
  clock.close();
});

function serviceOn(onto: RoomStore): RoomService {
  const logger = pino({ level: 'silent' });
  return new RoomService({ store: onto, policy: defaultPolicy, clock, connections, logger });
}

/** A client registers on a new socket of its name. */
function arrive(name: string) {
  const socket = new NotedConnection(name, log);
  connections.add(socket);
  return { socket, ran: service.run(roomId, register(name)) };
}

/** Runs a command to its end. */
async function finish<Value>(ran: MaybePromise<Value>): Promise<Value> {
  await store.releaseAll();
  return await ran;
}

describe('over a store that answers later', () => {
  it('one command of a room runs at a time, in the order in which they came', async () => {
    await finish(arrive('A').ran);
    const ran = ['1', '2', '3'].map((message) => service.run(roomId, post('A', message)));
    expect(store.held).toEqual(['load room']);
    await store.release();
    expect(store.held).toEqual(['commit room']);
    await store.release();
    expect(store.held).toEqual(['load room']);
    await store.releaseAll();
    await Promise.all(ran);
    expect(await finish(service.run(roomId, join('B')))).toMatchObject({
      drained: ['1', '2', '3'],
    });
  });

  it('[SD4] effects leave in the order of the commits: what waited, then what comes', async () => {
    await finish(arrive('A').ran);
    await finish(service.run(roomId, join('B')));
    await finish(service.run(roomId, send('A', 'waited')));
    const ran = [
      arrive('B').ran,
      service.run(roomId, send('A', 'after')),
      service.run(roomId, post('A', 'last')),
    ];
    await store.releaseAll();
    await Promise.all(ran);
    expect(log).toEqual(['B<waited', 'B<after', 'B<last']);
  });

  it('other rooms do not wait', async () => {
    const first = service.run(roomId, join('A'));
    const second = service.run(otherRoomId, join('X'));
    expect(store.held).toEqual(['load room', 'load other']);
    await store.releaseAll();
    expect(await Promise.all([first, second])).toHaveLength(2);
  });

  it('nothing leaves before its commit has held', async () => {
    await finish(arrive('A').ran);
    const ran = service.run(roomId, remove('A'));
    await store.release();
    expect(log).toEqual([]);
    await finish(ran);
    expect(log).toEqual(['A closed: left']);
  });

  it('a conflict is decided anew, inside its turn', async () => {
    await finish(service.run(roomId, join('A')));
    store.conflicts = 3;
    const first = service.run(roomId, post('A', 'first'));
    const second = service.run(roomId, post('A', 'second'));
    await store.releaseAll();
    expect(await first).toMatchObject({ kind: 'ran', outcome: { kind: 'accepted' } });
    await second;
    expect(await finish(service.run(roomId, join('B')))).toMatchObject({
      drained: ['first', 'second'],
    });
  });

  it('a conflict is decided on the newest room', async () => {
    const ran = service.run(roomId, join('C'));
    await store.release();
    // Another node seats two first.
    const elsewhere = serviceOn(memory);
    elsewhere.run(roomId, join('A'));
    elsewhere.run(roomId, join('B'));
    expect(await finish(ran)).toMatchObject({ outcome: { kind: 'full' } });
  });

  it('conflicts without end are given up after 16 attempts', async () => {
    store.conflicts = 1_000;
    const ran = Promise.resolve(service.run(roomId, join('A')));
    const failed = expect(ran).rejects.toThrow('changed too often');
    await store.releaseAll();
    await failed;
    expect(store.commits).toBe(16);
  });

  it('a store that fails rejects the command, and the next one still runs', async () => {
    store.failure = new Error('the store is away');
    const first = Promise.resolve(service.run(roomId, join('A')));
    const second = service.run(roomId, join('B'));
    const failed = expect(first).rejects.toThrow('the store is away');
    await store.releaseAll();
    await failed;
    expect(await second).toMatchObject({ outcome: { isInitiator: true } });
  });

  it('[SD6] a receiver that closes while the store thinks is dropped, and the message waits', async () => {
    await finish(arrive('A').ran);
    const { socket, ran: registered } = arrive('B');
    await finish(registered);
    const ran = service.run(roomId, send('A', 'kept'));
    socket.isOpen = false;
    await finish(ran);
    connections.remove(socket.id);
    await finish(arrive('B').ran);
    expect(log).toEqual(['B<kept']);
  });

  it('[SD6] a socket that closes while its register waits takes nothing with it', async () => {
    await finish(arrive('A').ran);
    await finish(service.run(roomId, join('B')));
    await finish(service.run(roomId, send('A', 'kept')));
    const { socket, ran: registered } = arrive('B');
    socket.isOpen = false;
    connections.remove(socket.id);
    const dropped = service.run(roomId, drop('B'));
    await store.releaseAll();
    expect(await registered).toEqual({ kind: 'gone' });
    await dropped;
    await finish(arrive('B').ran);
    expect(log).toEqual(['B<kept']);
  });

  it('[HM3] the question whether a room is full answers later too', async () => {
    expect(await finish(service.isFull(roomId))).toBe(false);
  });
});
