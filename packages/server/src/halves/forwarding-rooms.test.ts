import { byeMessage, type ClientId, type RoomId } from '@apprtc/protocol';
import { defaultPolicy } from '@apprtc/signaling';
import { roomCommands } from '@apprtc/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connections } from '../rooms/connections.ts';
import { MemoryStore } from '../rooms/memory-store.ts';
import { RoomClock } from '../rooms/room-clock.ts';
import { RoomService } from '../rooms/room-service.ts';
import { AnsweringServer, answer, notedLogger } from './answering-server.fixture.ts';
import { ForwardingRooms } from './forwarding-rooms.ts';
import { Notices } from './notices.ts';
import { OtherHalf } from './other-half.ts';

const { join, post } = roomCommands;
const roomId = 'room' as RoomId;
const a = 'A' as ClientId;

/** Another's Collider. */
let collider: AnsweringServer;
let rooms: ForwardingRooms;
let store: MemoryStore;
let closers: { close(): void }[];

beforeEach(async () => {
  collider = await AnsweringServer.start();
  const { logger } = notedLogger();
  const clock = new RoomClock();
  store = new MemoryStore({ maxRooms: 1, maxQueuedBytes: 1_000_000 });
  const policy = { ...defaultPolicy, relay: 'forward' } as const;
  const connections = new Connections();
  const service = new RoomService({ store, policy, clock, connections, logger });
  const nowMs = () => performance.now();
  const half = new OtherHalf({ origin: collider.origin, nowMs, logger });
  const notices = new Notices({ nowMs, logger });
  rooms = new ForwardingRooms({ rooms: service, collider: half, notices });
  closers = [notices, half, service, clock];
});

afterEach(async () => {
  for (const closer of closers) closer.close();
  await collider.close();
});

async function seatPair(): Promise<void> {
  await rooms.run(roomId, join('A'));
  await rooms.run(roomId, join('B'));
}

function seated(): readonly string[] {
  return store.load(roomId).room.seats.flatMap((seat) => seat?.clientId ?? []);
}

describe('rooms whose Collider speaks the original protocol', () => {
  it('[TW3] [JN3] seats and first messages are kept here, and the Collider is not asked', async () => {
    expect(await rooms.run(roomId, join('A'))).toMatchObject({ outcome: { isInitiator: true } });
    expect(await rooms.run(roomId, post('A', 'offer'))).toMatchObject({
      outcome: { kind: 'accepted' },
    });
    expect(await rooms.isFull(roomId)).toBe(false);
    expect(await rooms.run(roomId, join('B'))).toMatchObject({ drained: ['offer'] });
    expect(await rooms.isFull(roomId)).toBe(true);
    expect(await rooms.isSeated(roomId, 'B' as ClientId)).toBe(true);
    expect(await rooms.run(roomId, post('X', 'x'))).toMatchObject({
      outcome: { kind: 'unknown-client' },
    });
    expect(collider.lines).toEqual([]);
  });

  it('[TW2] what one says to the other is posted to the Collider, byte for byte', async () => {
    await seatPair();
    const message = ' {"type":"grüß"}\n';
    expect(await rooms.run(roomId, post('A', message))).toEqual({
      kind: 'ran',
      outcome: { kind: 'accepted' },
      drained: [],
      hasOverflowed: false,
    });
    expect(collider.asked).toMatchObject([{ line: 'POST /room/A', body: message }]);
  });

  it.each([201, 302, 400, 404, 500])('[TW2] %i is no success', async (status) => {
    await seatPair();
    collider.handle = answer(status);
    expect(await rooms.run(roomId, post('A', 'offer'))).toMatchObject({
      outcome: { kind: 'accepted' },
      hasOverflowed: true,
    });
  });

  it('[TW11] [TW2] a Collider that is away: the message is not taken, and is not sent later', async () => {
    await seatPair();
    collider.handle = answer(503);
    const ran = await rooms.run(roomId, post('A', 'offer'));
    expect(ran).toMatchObject({ kind: 'out-of-reach' });
    expect(ran.kind === 'out-of-reach' && ran.retryAfterMs).toBeGreaterThan(0);
    collider.handle = answer(200);
    await rooms.leave(roomId, a, 'client');
    await vi.waitFor(() => expect(collider.lines).toHaveLength(2), { timeout: 10_000 });
    expect(collider.lines).toEqual(['POST /room/A', 'POST /bye/room/A']);
  });

  it('[TW11] [ST4] but a bye is: its seat is free, and nobody says it again', async () => {
    await seatPair();
    collider.handle = answer(503);
    expect(await rooms.run(roomId, post('A', byeMessage))).toEqual({
      kind: 'ran',
      outcome: { kind: 'accepted' },
      drained: [],
      hasOverflowed: false,
    });
    expect(seated()).toEqual(['B']);
    collider.handle = answer(200);
    await vi.waitFor(() => expect(collider.asked).toHaveLength(2), { timeout: 10_000 });
    expect(collider.asked[1]).toMatchObject({ line: 'POST /room/A', body: byeMessage });
  });

  it('[TW4] a client that leaves is told to the Collider, known or not', async () => {
    await seatPair();
    await rooms.leave(roomId, a, 'client');
    expect(seated()).toEqual(['B']);
    await rooms.leave(roomId, 'a?b' as ClientId, 'client');
    await vi.waitFor(() => expect(collider.lines).toHaveLength(2), { timeout: 10_000 });
    expect(collider.lines).toEqual(['POST /bye/room/A', 'POST /bye/room/a%3Fb']);
  });

  it.each([404, 405, 500])('[TW4] %i is answer enough', async (status) => {
    collider.handle = answer(status);
    await rooms.leave(roomId, a, 'client');
    await vi.waitFor(() => expect(collider.lines).toHaveLength(1), { timeout: 10_000 });
    // Whatever came of the first was decided before the second is answered.
    await rooms.leave(roomId, 'B' as ClientId, 'client');
    await vi.waitFor(() => expect(collider.lines).toHaveLength(2), { timeout: 10_000 });
    expect(collider.lines).toEqual(['POST /bye/room/A', 'POST /bye/room/B']);
  });

  it.each(['collider', 'our-collider'] as const)(
    '[TW5] what the %s says is not sent back',
    async (saidBy) => {
      await seatPair();
      await rooms.leave(roomId, a, saidBy);
      expect(seated()).toEqual(['B']);
      await rooms.leave(roomId, 'B' as ClientId, 'client');
      await vi.waitFor(() => expect(collider.lines).toEqual(['POST /bye/room/B']), {
        timeout: 10_000,
      });
    },
  );

  it('[LM7] passes on that the store is full', async () => {
    await rooms.run(roomId, join('A'));
    expect(await rooms.run('other' as RoomId, join('X'))).toEqual({ kind: 'store-full' });
  });
});
