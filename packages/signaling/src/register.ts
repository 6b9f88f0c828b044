import { type ClientId, isLoopbackClientId } from '@apprtc/protocol';
import { sendBye } from './bye.ts';
import type { RegisterCommand } from './command.ts';
import type { ConnectionId } from './connection-id.ts';
import type { RegisterOutcome } from './decision.ts';
import type { Draft } from './draft.ts';
import { isVacant, otherSlot, type Slot, slotOfClient, slots, soleSlot } from './room.ts';

const registered: RegisterOutcome = { kind: 'registered' };

/** [FR2] Connects a socket to a seat: its own, or a free one if the id is ours but its seat is gone. */
export function register(draft: Draft, command: RegisterCommand): RegisterOutcome {
  const { clientId, connection } = command;
  if (isLoopbackClientId(clientId)) return registerLoopback(draft, connection);
  const slot = slotOfClient(draft.room, clientId);
  if (slot !== null) {
    connect(draft, slot, connection);
    return registered;
  }
  if (draft.policy.admission === 'issued' && !command.issued) {
    return { kind: 'refused', code: 'unknownClient' };
  }
  return readmit(draft, clientId, connection);
}

/** [SD6] [RG6] The seat's own id: what waits is flushed; an older socket is taken over. */
function connect(draft: Draft, slot: Slot, connection: ConnectionId): void {
  const presence = draft.seat(slot)?.presence;
  if (presence?.kind === 'connected') draft.close(presence.connection, 'takenOver');
  draft.changeSeat(slot, { presence: { kind: 'connected', connection }, hasUnreadBye: false });
  draft.mail('drain', slot);
  draft.deliverDrained(connection);
}

/** [LB2] [LB8] [LB10] Either spelling is the loopback seat; before its room's join it waits unseated. */
function registerLoopback(draft: Draft, connection: ConnectionId): RegisterOutcome {
  const slot = slots.find((each) => isLoopbackClientId(draft.seat(each)?.clientId ?? ''));
  if (slot !== undefined) {
    connect(draft, slot, connection);
    return registered;
  }
  if (!isVacant(draft.room)) return { kind: 'refused', code: 'unknownClient' };
  const earlier = draft.room.loopbackWaiter;
  if (earlier !== null) draft.close(earlier.connection, 'loopbackEnded');
  const untilMs = draft.nowMs + draft.policy.loopbackWaitMs;
  draft.setLoopbackWaiter({ connection, untilMs });
  return registered;
}

/** [ST28] An id whose seat is gone takes a free seat, gets what waits, and evicts nobody. */
function readmit(draft: Draft, clientId: ClientId, connection: ConnectionId): RegisterOutcome {
  const occupied = soleSlot(draft.room);
  if (occupied === null && !isVacant(draft.room)) return { kind: 'refused', code: 'roomFull' };
  for (const leaver of draft.removeLeavers((each) => each.clientId === clientId)) {
    draft.close(leaver.connection, 'takenOver');
  }
  if (occupied === null) readmitToEmptyRoom(draft, clientId, connection);
  else readmitBeside(draft, occupied, clientId, connection);
  return registered;
}

function readmitBeside(
  draft: Draft,
  occupied: Slot,
  clientId: ClientId,
  connection: ConnectionId,
): void {
  const free = otherSlot(occupied);
  const missed = draft.seat(occupied)?.missesByeFrom ?? null;
  // [ST31] A bye is owed only where the other still misses one from a third; that drops what waits.
  if (missed !== null && missed !== clientId) sendBye(draft, occupied);
  else draft.changeSeat(occupied, { missesByeFrom: null });
  draft.setLapsed(free, null);
  takeSeat(draft, free, clientId, connection, { isInitiator: false, missesByeFrom: null });
}

function readmitToEmptyRoom(draft: Draft, clientId: ClientId, connection: ConnectionId): void {
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
  const waiter = draft.room.loopbackWaiter;
  if (waiter !== null) {
    draft.setLoopbackWaiter(null);
    draft.close(waiter.connection, 'loopbackEnded');
  }
  takeSeat(draft, slot, clientId, connection, { isInitiator: true, missesByeFrom });
}

function takeSeat(
  draft: Draft,
  slot: Slot,
  clientId: ClientId,
  connection: ConnectionId,
  role: { readonly isInitiator: boolean; readonly missesByeFrom: ClientId | null },
): void {
  draft.setSeat(slot, {
    clientId,
    presence: { kind: 'connected', connection },
    hasUnreadBye: false,
    ...role,
  });
  draft.mail('drain', slot);
  draft.deliverDrained(connection);
}
