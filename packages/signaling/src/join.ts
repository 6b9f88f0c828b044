import { loopbackClientId } from '@apprtc/protocol';
import { sendBye } from './bye.ts';
import type { JoinCommand } from './command.ts';
import type { JoinOutcome } from './decision.ts';
import type { Draft } from './draft.ts';
import { freeSeat } from './free-seat.ts';
import {
  isVacant,
  otherSlot,
  type Presence,
  type Room,
  type Seat,
  type Slot,
  seatDeadline,
  slots,
  soleSlot,
} from './room.ts';
import { endPairing } from './session/pairing.ts';
import { dropOffer } from './session/take-seat.ts';

/** [JN1] Seats a newcomer, if need be in the place of a closed socket. */
export function join(draft: Draft, command: JoinCommand): JoinOutcome {
  evictDropped(draft);
  if (isVacant(draft.room)) return joinEmptyRoom(draft, command);
  const occupied = soleSlot(draft.room);
  if (occupied === null || draft.room.reservation !== null) return { kind: 'full' };
  joinOccupiedRoom(draft, command, occupied);
  return { kind: 'joined', isInitiator: false, isLoopback: false };
}

/** [HM3] Whether a join at this time would be told FULL. Changes nothing. */
export function wouldBeFull(room: Room, nowMs: number): boolean {
  if (room.reservation !== null && room.reservation.untilMs > nowMs) return true;
  return room.seats.every((seat) => seat !== null && !makesWay(seat, nowMs));
}

/** A loopback seat never does by itself: it goes with its owner. */
function makesWay(seat: Seat, nowMs: number): boolean {
  if (seat.presence.kind === 'dropped' && isEvictable(seat, true)) return true;
  return (seatDeadline(seat) ?? Number.POSITIVE_INFINITY) <= nowMs;
}

/** [ST8] Every join first evicts the members whose socket has closed, never one that has not registered yet. */
export function evictDropped(draft: Draft, withLeaving = true): void {
  for (const slot of slots) {
    const seat = draft.seat(slot);
    if (seat?.presence.kind === 'dropped' && isEvictable(seat, withLeaving)) {
      freeSeat(draft, slot, 'evicted');
    }
  }
}

/** [V27] [V37] A session's seat waits for it, unless its page said that it is going. */
function isEvictable({ session }: Seat, withLeaving: boolean): boolean {
  return session === null || (withLeaving && session.isLeaving);
}

/** [TW9] For a client that another room server has let in: a closed socket makes way, as it would have in a join. */
export function makeRoom(draft: Draft): void {
  if (draft.seat(0) !== null && draft.seat(1) !== null) evictDropped(draft);
}

function pendingSince(draft: Draft): Presence {
  return { kind: 'pending', untilMs: draft.nowMs + draft.policy.pendingSeatMs };
}

function joinEmptyRoom(draft: Draft, command: JoinCommand): JoinOutcome {
  for (const slot of slots) draft.forgetMail(slot);
  draft.setSeat(0, {
    clientId: command.clientId,
    isInitiator: true,
    presence: pendingSince(draft),
    missesByeFrom: null,
    hasUnreadBye: false,
    session: null,
  });
  const waiter = draft.room.loopbackWaiter;
  draft.setLoopbackWaiter(null);
  if (command.loopback) {
    // [LB1] [LB8] A loopback socket that came first takes its seat now.
    seatLoopback(
      draft,
      waiter === null ? { kind: 'loopback' } : { kind: 'connected', connection: waiter.connection },
    );
  } else if (waiter !== null) {
    draft.close(waiter.connection, 'loopbackEnded');
  }
  return { kind: 'joined', isInitiator: true, isLoopback: command.loopback };
}

function seatLoopback(draft: Draft, presence: Presence): void {
  draft.setSeat(1, {
    clientId: loopbackClientId,
    isInitiator: false,
    presence,
    missesByeFrom: null,
    hasUnreadBye: false,
    session: null,
  });
}

/** [ST14] [ST19] Hands over what waits, unless it was meant for a peer that is gone: then the member starts afresh. */
function joinOccupiedRoom(draft: Draft, command: JoinCommand, occupied: Slot): void {
  const free = otherSlot(occupied);
  dropOffer(draft);
  const member = draft.seat(occupied);
  if (member?.missesByeFrom != null) sendBye(draft, occupied);
  else draft.mail('drain', free);
  // [V36] Nobody comes back to a session's pairing by a join.
  endPairing(draft, occupied);
  draft.setLapsed(free, null);
  draft.setSeat(free, {
    clientId: command.clientId,
    isInitiator: false,
    presence: pendingSince(draft),
    missesByeFrom: null,
    hasUnreadBye: false,
    session: null,
  });
}
