import type { ClientId } from '@apprtc/protocol';
import { describe, expect, it } from 'vitest';
import type { ConnectionId } from './connection-id.ts';
import { isSeated } from './is-seated.ts';
import { emptyRoom, type Presence, type Room, type Slot, withAt } from './room.ts';

const clientId = 'client' as ClientId;

function roomWith(presence: Presence, slot: Slot = 0): Room {
  const seat = {
    clientId,
    isInitiator: true,
    presence,
    missesByeFrom: null,
    hasUnreadBye: false,
    session: null,
  };
  return { ...emptyRoom, seats: withAt(emptyRoom.seats, slot, seat) };
}

describe('a seat', () => {
  it.each<[string, Presence]>([
    ['nobody registered yet', { kind: 'pending', untilMs: 100 }],
    ['the socket closed', { kind: 'dropped', untilMs: 100 }],
  ])('[IC9] is held until its time is over where %s', (_name, presence) => {
    expect(isSeated(roomWith(presence), clientId, 99)).toBe(true);
    expect(isSeated(roomWith(presence), clientId, 100)).toBe(false);
  });

  it('[IC9] is held as long as its connection is there, whichever of the two it is', () => {
    const connected: Presence = { kind: 'connected', connection: 'socket' as ConnectionId };
    expect(isSeated(roomWith(connected, 0), clientId, 1e15)).toBe(true);
    expect(isSeated(roomWith(connected, 1), clientId, 1e15)).toBe(true);
  });

  it('[IC9] is not held by others, nor in an empty room', () => {
    const room = roomWith({ kind: 'pending', untilMs: 100 });
    expect(isSeated(room, 'other' as ClientId, 0)).toBe(false);
    expect(isSeated(emptyRoom, clientId, 0)).toBe(false);
  });
});
