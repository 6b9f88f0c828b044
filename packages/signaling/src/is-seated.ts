import type { ClientId } from '@apprtc/protocol';
import { type Room, seatDeadline, slotOfClient } from './room.ts';

/** [IC9] Whether a client holds a seat at this time, with or without a connection. Changes nothing. */
export function isSeated(room: Room, clientId: ClientId, nowMs: number): boolean {
  const slot = slotOfClient(room, clientId);
  if (slot === null) return false;
  return (seatDeadline(room.seats[slot]) ?? Number.POSITIVE_INFINITY) > nowMs;
}
