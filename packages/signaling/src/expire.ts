import type { Draft } from './draft.ts';
import { freeSeat } from './free-seat.ts';
import { type Room, seatDeadline, slots } from './room.ts';

/** The next time at which something of the room runs out, in milliseconds of the caller's clock; null: never. */
export function nextDeadline(room: Room): number | null {
  let next = Number.POSITIVE_INFINITY;
  for (const slot of slots) {
    next = Math.min(next, seatDeadline(room.seats[slot]) ?? next);
    next = Math.min(next, room.lapsed[slot]?.untilMs ?? next);
  }
  for (const leaver of room.leavers) next = Math.min(next, leaver.untilMs);
  next = Math.min(next, room.loopbackWaiter?.untilMs ?? next);
  return next === Number.POSITIVE_INFINITY ? null : next;
}

/** [ST5] Ends everything whose time has come. Runs before each command, so that a late timer changes nothing. */
export function expire(draft: Draft): void {
  for (const slot of slots) {
    const untilMs = seatDeadline(draft.seat(slot));
    if (untilMs !== null && untilMs <= draft.nowMs) freeSeat(draft, slot, 'lapsed');
  }
  for (const slot of slots) {
    const lapsed = draft.room.lapsed[slot];
    if (lapsed !== null && lapsed.untilMs <= draft.nowMs) draft.forgetMail(slot);
  }
  for (const leaver of draft.removeLeavers((each) => each.untilMs <= draft.nowMs)) {
    draft.close(leaver.connection, 'left');
  }
  const waiter = draft.room.loopbackWaiter;
  if (waiter !== null && waiter.untilMs <= draft.nowMs) {
    draft.setLoopbackWaiter(null);
    draft.close(waiter.connection, 'loopbackEnded');
  }
}
