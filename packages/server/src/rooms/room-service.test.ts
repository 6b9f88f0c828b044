import { type ClientId, parseClientId, parseRoomId, type RoomId } from '@apprtc/protocol';
import { defaultPolicy } from '@apprtc/signaling';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connections } from './connections.ts';
import { MemoryStore } from './memory-store.ts';
import { RoomClock } from './room-clock.ts';
import { RoomService } from './room-service.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function ids(): { roomId: RoomId; clientId: ClientId } {
  const roomId = parseRoomId('room');
  const clientId = parseClientId('client');
  if (!roomId.ok || !clientId.ok) throw new Error('These are well-formed');
  return { roomId: roomId.value, clientId: clientId.value };
}

/** A service with one seat that is freed at 1,000 ms of a clock that the test sets. */
function serviceWithPendingSeat() {
  let clockMs = 0;
  const store = new MemoryStore({ maxRooms: 10, maxQueuedBytes: 1024 });
  const rooms = new RoomService({
    store,
    policy: { ...defaultPolicy, pendingSeatMs: 1000 },
    clock: new RoomClock(() => clockMs),
    connections: new Connections(),
    logger: pino({ level: 'silent' }),
  });
  const { roomId, clientId } = ids();
  rooms.run(roomId, { type: 'join', clientId, loopback: false });
  const setClock = (ms: number) => {
    clockMs = ms;
  };
  return { store, setClock };
}

test('[ST6] a timer that fires a little before its time does not lose the deadline', () => {
  const { store, setClock } = serviceWithPendingSeat();
  setClock(999.5);
  vi.advanceTimersByTime(1000);
  expect(store.roomCount).toBe(1);
  setClock(1000.5);
  vi.advanceTimersByTime(1);
  expect(store.roomCount).toBe(0);
});

test('[ST6] a stall of the process moves the deadline and does not lose it', () => {
  const { store, setClock } = serviceWithPendingSeat();
  // Timers ran on during the stall, the clock of deadlines did not.
  setClock(300);
  vi.advanceTimersByTime(1000);
  expect(store.roomCount).toBe(1);
  setClock(1000);
  vi.advanceTimersByTime(700);
  expect(store.roomCount).toBe(0);
});
