import type { ClientId } from '@apprtc/protocol';
import { loopbackClientId } from '@apprtc/protocol';
import { sendBye } from './bye.ts';
import type { ConnectionId } from './connection-id.ts';
import type { RegisterOutcome } from './decision.ts';
import type { Draft } from './draft.ts';
import { isVacant, otherSlot, type Presence, type Slot, slots, soleSlot } from './room.ts';
import { endPairing, meetSession } from './session/pairing.ts';
import { dropOffer } from './session/take-seat.ts';

/** [ST28] An id whose seat is gone takes a free seat, gets what waits, and evicts nobody. */
export function readmit(
  draft: Draft,
  clientId: ClientId,
  connection: ConnectionId,
): RegisterOutcome {
  for (const leaver of draft.removeLeavers((each) => each.clientId === clientId)) {
    draft.close(leaver.connection, 'takenOver');
  }
  // [V38] The empty seat of a room that is being rebuilt is for a session that was part of it.
  const isReserved = draft.room.reservation !== null;
  const slot = isReserved ? null : takeFreeSeat(draft, clientId, { kind: 'connected', connection });
  if (slot === null) return { kind: 'refused', code: 'roomFull' };
  draft.mail('drain', slot);
  draft.deliverDrained(connection);
  meetSession(draft, slot);
  return { kind: 'registered' };
}

/** [TW8] A seat for a client of another room server that speaks before it registers; kept like a closed socket's. */
export function seatPoster(draft: Draft, clientId: ClientId): Slot | null {
  const untilMs = draft.nowMs + draft.policy.graceMs;
  return takeFreeSeat(draft, clientId, { kind: 'dropped', untilMs });
}

/** Null where there is none. */
function takeFreeSeat(draft: Draft, clientId: ClientId, presence: Presence): Slot | null {
  const occupied = soleSlot(draft.room);
  if (occupied !== null) return seatBeside(draft, occupied, clientId, presence);
  return isVacant(draft.room) ? seatInEmptyRoom(draft, clientId, presence) : null;
}

function seatBeside(draft: Draft, occupied: Slot, clientId: ClientId, presence: Presence): Slot {
  const free = otherSlot(occupied);
  dropOffer(draft);
  const missed = draft.seat(occupied)?.missesByeFrom ?? null;
  // [ST31] A bye is owed only where the other still misses one from a third; that drops what waits.
  if (missed !== null && missed !== clientId) sendBye(draft, occupied);
  else draft.changeSeat(occupied, { missesByeFrom: null });
  if (missed !== clientId) endPairing(draft, occupied);
  draft.setLapsed(free, null);
  takeSeat(draft, free, clientId, presence, { isInitiator: false, missesByeFrom: null });
  return free;
}

function seatInEmptyRoom(draft: Draft, clientId: ClientId, presence: Presence): Slot {
  const own = slots.find((each) => draft.room.lapsed[each]?.clientId === clientId);
  const slot = own ?? slots.find((each) => draft.room.lapsed[each]?.peer !== clientId) ?? 0;
  const opposite = draft.room.lapsed[otherSlot(slot)];
  const missesByeFrom =
    draft.room.lapsed[slot]?.clientId === clientId
      ? (draft.room.lapsed[slot]?.peer ?? null)
      : opposite?.peer === clientId
        ? opposite.clientId
        : null;
  // [ST18] Mail of a pairing that this client was no part of ends here: for it, a newcomer has come.
  if (opposite !== null && opposite.peer !== clientId) draft.forgetMail(otherSlot(slot));
  if (own === undefined) draft.forgetMail(slot);
  else draft.setLapsed(slot, null);
  takeSeat(draft, slot, clientId, presence, { isInitiator: true, missesByeFrom });
  endOrSeatWaiter(draft, otherSlot(slot));
  return slot;
}

/**
 * [TW10] Where another room server makes the joins, a loopback socket that came first is its owner's. What waits from an
 * earlier pairing ends, and nobody is owed a bye for it.
 */
function endOrSeatWaiter(draft: Draft, free: Slot): void {
  const waiter = draft.room.loopbackWaiter;
  if (waiter === null) return;
  draft.setLoopbackWaiter(null);
  if (draft.policy.admission !== 'elsewhere') {
    draft.close(waiter.connection, 'loopbackEnded');
    return;
  }
  draft.forgetMail(free);
  draft.changeSeat(otherSlot(free), { missesByeFrom: null });
  const presence: Presence = { kind: 'connected', connection: waiter.connection };
  takeSeat(draft, free, loopbackClientId, presence, { isInitiator: false, missesByeFrom: null });
}

/** [TW10] Seats a loopback socket opposite its owner, which may have spoken already. */
export function seatLoopbackBeside(draft: Draft, owner: Slot, connection: ConnectionId): void {
  const slot = seatBeside(draft, owner, loopbackClientId, { kind: 'connected', connection });
  draft.mail('drain', slot);
  draft.deliverDrained(connection);
}

function takeSeat(
  draft: Draft,
  slot: Slot,
  clientId: ClientId,
  presence: Presence,
  role: { readonly isInitiator: boolean; readonly missesByeFrom: ClientId | null },
): void {
  draft.setSeat(slot, { clientId, presence, hasUnreadBye: false, session: null, ...role });
}
