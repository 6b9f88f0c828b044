import type { Draft } from './draft.ts';
import { freeSeat } from './free-seat.ts';
import { type Room, type Slot, seatDeadline, slots } from './room.ts';
import { endSeat } from './session/session-leave.ts';
import { expireWatchers } from './session/watch.ts';

/** The next time at which something of the room runs out, in milliseconds of the caller's clock; null: never. */
export function nextDeadline(room: Room): number | null {
  let next = Number.POSITIVE_INFINITY;
  for (const slot of slots) {
    next = Math.min(next, seatDeadline(room.seats[slot]) ?? next);
    next = Math.min(next, room.lapsed[slot]?.untilMs ?? next);
  }
  for (const leaver of room.leavers) next = Math.min(next, leaver.untilMs);
  for (const watcher of room.watchers) next = Math.min(next, watcher.untilMs);
  next = Math.min(next, room.reservation?.untilMs ?? next);
  next = Math.min(next, room.loopbackWaiter?.untilMs ?? next);
  return next === Number.POSITIVE_INFINITY ? null : next;
}

/** [ST5] Ends everything whose time has come. Runs before each command, so that a late timer changes nothing. */
export function expire(draft: Draft): void {
  for (const slot of slots) expireSeat(draft, slot);
  for (const slot of slots) {
    const lapsed = draft.room.lapsed[slot];
    if (lapsed !== null && lapsed.untilMs <= draft.nowMs) draft.forgetMail(slot);
  }
  for (const leaver of draft.removeLeavers((each) => each.untilMs <= draft.nowMs)) {
    draft.close(leaver.connection, 'left');
  }
  expireWatchers(draft);
  const { loopbackWaiter: waiter, reservation } = draft.room;
  if (reservation !== null && reservation.untilMs <= draft.nowMs) {
    draft.change({ reservation: null });
  }
  if (waiter !== null && waiter.untilMs <= draft.nowMs) {
    draft.setLoopbackWaiter(null);
    draft.close(waiter.connection, 'loopbackEnded');
  }
}

function expireSeat(draft: Draft, slot: Slot): void {
  const seat = draft.seat(slot);
  const untilMs = seatDeadline(seat);
  if (untilMs === null || untilMs > draft.nowMs) return;
  // [V37] A page that said it was going did not come back: its seat ends as if it had left.
  if (seat?.session?.isLeaving === true) endSeat(draft, slot);
  else freeSeat(draft, slot, 'lapsed');
}
