import type { ClientId, RoomId } from '@apprtc/protocol';
import { roomCommands } from '@apprtc/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomsPort } from '../rooms/rooms-port.ts';
import {
  AnsweringServer,
  answer,
  Gate,
  type Logged,
  notedLogger,
} from './answering-server.fixture.ts';
import { ColliderRooms } from './collider-rooms.ts';
import { Notices } from './notices.ts';
import { OtherHalf } from './other-half.ts';

const { join, post } = roomCommands;
const roomId = 'room' as RoomId;
const a = 'A' as ClientId;
const ours = answer(200, 'collider\n', { 'apprtc-half': 'collider' });
const foreign = answer(404, 'page not found');

let collider: AnsweringServer;
let rooms: ColliderRooms;
let nowMs: number;
let isVacant: boolean;
let logged: Logged[];
/** What was asked of the rooms, there and here. */
let done: string[];
let closers: { close(): void }[];

/** Rooms that only note what they are asked. */
function notedRooms(name: string): RoomsPort {
  return {
    // A join and a message have different outcomes; here none is looked at.
    run: (_roomId: RoomId, command: { readonly type: string }) => {
      done.push(`${name} ${command.type}`);
      return { kind: 'store-full' } as const;
    },
    leave: (_roomId, clientId, saidBy) => void done.push(`${name} leave ${clientId} by ${saidBy}`),
    isFull: () => name === 'forwarding',
    isSeated: () => name === 'remote',
    takesSessions: () => name === 'remote',
  };
}

beforeEach(async () => {
  collider = await AnsweringServer.start(ours);
  done = [];
  nowMs = 0;
  isVacant = true;
  const noted = notedLogger();
  logged = noted.logged;
  const { logger } = noted;
  const half = new OtherHalf({ origin: collider.origin, nowMs: () => performance.now(), logger });
  const notices = new Notices({ nowMs: () => performance.now(), logger });
  closers = [notices, half];
  rooms = new ColliderRooms({
    collider: half,
    remote: notedRooms('remote'),
    forwarding: notedRooms('forwarding'),
    isVacant: () => isVacant,
    notices,
    nowMs: () => nowMs,
    logger,
  });
});

afterEach(async () => {
  for (const closer of closers) closer.close();
  await collider.close();
});

describe('where the rooms of a room server are', () => {
  it('[TW13] in the Collider, if it is one of ours', async () => {
    await rooms.run(roomId, join('A'));
    await rooms.run(roomId, post('A', 'x'));
    await rooms.leave(roomId, a, 'our-collider');
    expect(await rooms.isFull(roomId)).toBe(false);
    expect(await rooms.isSeated(roomId, a)).toBe(true);
    expect(done).toEqual(['remote join', 'remote post', 'remote leave A by our-collider']);
    expect(collider.lines).toEqual(['GET /api/half']);
    expect(logged).toMatchObject([{ event: 'collider.found', isOurs: true }]);
  });

  it('[TW13] which is not doubted again', async () => {
    await rooms.run(roomId, join('A'));
    collider.handle = foreign;
    nowMs = 1_000_000;
    await rooms.run(roomId, join('A'));
    expect(done).toEqual(['remote join', 'remote join']);
    expect(collider.lines).toHaveLength(1);
  });

  it.each([
    ['a page not found', foreign],
    ['a method not allowed', answer(405)],
    ['an error', answer(500)],
    ['a page of somebody', answer(200, 'welcome')],
    ['another half of ours', answer(200, 'room-server\n', { 'apprtc-half': 'room-server' })],
  ])('[TW13] here, if it answers with %s', async (_what, handle) => {
    collider.handle = handle;
    await rooms.run(roomId, join('A'));
    await rooms.run(roomId, post('A', 'x'));
    await rooms.leave(roomId, a, 'client');
    expect(await rooms.isFull(roomId)).toBe(true);
    expect(await rooms.isSeated(roomId, a)).toBe(false);
    expect(done).toEqual(['forwarding join', 'forwarding post', 'forwarding leave A by client']);
    expect(logged).toMatchObject([{ event: 'collider.found', isOurs: false }]);
  });

  it.each([502, 503, 504])('[TW13] [TW11] %i leaves it open', async (status) => {
    collider.handle = answer(status);
    const ran = await rooms.run(roomId, join('A'));
    expect(ran).toMatchObject({ kind: 'out-of-reach' });
    expect(ran.kind === 'out-of-reach' && ran.retryAfterMs).toBeGreaterThan(0);
    expect(await rooms.isFull(roomId)).toBe(false);
    expect(await rooms.isSeated(roomId, a)).toBe(false);
    expect(done).toEqual([]);
    collider.handle = ours;
    await vi.waitFor(
      async () => {
        await rooms.run(roomId, join('A'));
        expect(done).toEqual(['remote join']);
      },
      { timeout: 10_000 },
    );
  });

  it('[TW13] one that seemed foreign is asked again after 10 s, once nobody is seated here', async () => {
    collider.handle = foreign;
    await rooms.run(roomId, join('A'));
    collider.handle = ours;
    nowMs = 9_999;
    await rooms.run(roomId, join('A'));
    isVacant = false;
    nowMs = 10_000;
    await rooms.run(roomId, join('A'));
    expect(collider.lines).toHaveLength(1);
    isVacant = true;
    await rooms.run(roomId, join('A'));
    expect(collider.lines).toHaveLength(2);
    expect(done).toEqual([...Array(3).fill('forwarding join'), 'remote join']);
    expect(logged.map(({ isOurs }) => isOurs)).toEqual([false, true]);
  });

  it('[TW13] one that is still foreign is doubted anew, without a word', async () => {
    collider.handle = foreign;
    for (const atMs of [0, 10_000, 19_999, 20_000]) {
      nowMs = atMs;
      await rooms.run(roomId, join('A'));
    }
    expect(collider.lines).toHaveLength(3);
    expect(logged).toHaveLength(1);
  });

  it('[TW13] one that is away when it is asked again is still taken for what it was', async () => {
    collider.handle = foreign;
    await rooms.run(roomId, join('A'));
    collider.handle = answer(503);
    nowMs = 10_000;
    await rooms.run(roomId, join('A'));
    expect(done).toEqual(['forwarding join', 'forwarding join']);
  });

  it('[TW13] all who ask at a time wait for one look', async () => {
    const gate = new Gate();
    collider.handle = async (...given) => {
      await gate.opened;
      await ours(...given);
    };
    rooms.lookForCollider();
    const asked = [rooms.run(roomId, join('A')), rooms.run(roomId, join('B'))];
    const left = rooms.leave(roomId, a, 'client');
    await vi.waitFor(() => expect(collider.lines).toHaveLength(1), { timeout: 10_000 });
    expect(done).toEqual([]);
    gate.open();
    await Promise.all([...asked, left]);
    expect(done).toEqual(['remote join', 'remote join', 'remote leave A by client']);
    expect(collider.lines).toHaveLength(1);
  });

  it('[TW11] a leave is passed on as soon as it is known', async () => {
    collider.handle = answer(503);
    await rooms.leave(roomId, a, 'client');
    expect(done).toEqual([]);
    collider.handle = foreign;
    await vi.waitFor(() => expect(done).toEqual(['forwarding leave A by client']), {
      timeout: 10_000,
    });
  });
});
