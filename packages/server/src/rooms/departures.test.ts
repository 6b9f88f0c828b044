import type { ClientId, RoomId } from '@apprtc/protocol';
import { defaultPolicy } from '@apprtc/signaling';
import { NotedConnection, roomCommands, settle } from '@apprtc/testkit';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connections } from './connections.ts';
import { MemoryStore } from './memory-store.ts';
import { RoomClock } from './room-clock.ts';
import { RoomService } from './room-service.ts';

const { join, register, send, post, leave, delete: remove, drop } = roomCommands;
const roomId = 'room' as RoomId;

let departures: string[];
let service: RoomService;
let connections: Connections;
let clock: RoomClock;
let readMs: number;

beforeEach(() => {
  // Promises settle by setImmediate, which stays real.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  departures = [];
  readMs = 0;
  clock = new RoomClock(() => readMs);
  connections = new Connections();
  service = new RoomService({
    store: new MemoryStore({ maxRooms: 10, maxQueuedBytes: 1_000_000 }),
    policy: defaultPolicy,
    clock,
    connections,
    logger: pino({ level: 'silent' }),
    onDeparted: (room, clientIds) => departures.push(`${room}: ${clientIds.join()}`),
  });
  for (const name of ['A', 'B']) {
    connections.add(new NotedConnection(name, []));
    service.run(roomId, join(name));
    service.run(roomId, register(name));
  }
});

afterEach(() => {
  service.close();
  clock.close();
  vi.useRealTimers();
});

async function letPass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    readMs += 250;
    vi.advanceTimersByTime(250);
  }
  await settle();
}

describe('a seat that ends without its having been said', () => {
  it('[TW6] by the end of the grace', async () => {
    service.run(roomId, drop('A'));
    await letPass(9_750);
    expect(departures).toEqual([]);
    await letPass(250);
    expect(departures).toEqual(['room: A']);
  });

  it('[TW6] by DELETE, and by a bye on a socket or over HTTP', () => {
    service.run(roomId, remove('A'));
    expect(departures).toEqual(['room: A']);
    service.run(roomId, send('B', '{"type":"bye"}'));
    expect(departures).toEqual(['room: A', 'room: B']);
    service.run(roomId, join('C'));
    service.run(roomId, post('C', '{"type":"bye"}'));
    expect(departures).toEqual(['room: A', 'room: B', 'room: C']);
  });

  it('[TW6] by a newcomer that takes the place of a closed socket', () => {
    service.run(roomId, drop('A'));
    service.run(roomId, drop('B'));
    service.run(roomId, join('C'));
    expect(departures).toEqual(['room: A,B']);
  });

  it('[TW6] [TW5] not by a leave, which its room server has said or knows of', () => {
    service.run(roomId, leave('A'));
    service.run(roomId, leave('A'));
    expect(departures).toEqual([]);
  });

  it('[TW6] but by the time that has run out at a leave of the other', () => {
    service.run(roomId, drop('A'));
    for (let steps = 0; steps < 40; steps += 1) {
      readMs += 250;
      clock.nowMs();
    }
    service.run(roomId, leave('B'));
    expect(departures).toEqual(['room: A']);
  });

  it('[TW6] not by what changes no seat', () => {
    service.run(roomId, send('A', 'hello'));
    service.run(roomId, drop('B'));
    service.run(roomId, post('A', 'kept'));
    service.run(roomId, leave('X' as ClientId));
    expect(departures).toEqual([]);
  });
});
