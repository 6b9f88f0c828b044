import { isLoopbackClientId } from '@apprtc/protocol';
import type { RegisterCommand } from './command.ts';
import type { ConnectionId } from './connection-id.ts';
import type { RegisterOutcome } from './decision.ts';
import type { Draft } from './draft.ts';
import { makeRoom } from './join.ts';
import { readmit, seatLoopbackBeside } from './readmit.ts';
import { isVacant, otherSlot, type Slot, slotOfClient, slots, soleSlot } from './room.ts';
import { endPairing, meetSession } from './session/pairing.ts';
import { dropOffer } from './session/take-seat.ts';

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
  if (draft.policy.admission === 'elsewhere') makeRoom(draft);
  return readmit(draft, clientId, connection);
}

/** [SD6] [RG6] The seat's own id: what waits is flushed; an older socket is taken over. */
function connect(draft: Draft, slot: Slot, connection: ConnectionId): void {
  const presence = draft.seat(slot)?.presence;
  if (presence?.kind === 'connected') {
    if (draft.seat(slot)?.session != null) draft.end(presence.connection, 'takenOver');
    else draft.close(presence.connection, 'takenOver');
  }
  endSession(draft, slot);
  draft.changeSeat(slot, { presence: { kind: 'connected', connection }, hasUnreadBye: false });
  draft.mail('drain', slot);
  draft.deliverDrained(connection);
  meetSession(draft, slot);
}

/** A seat of a session becomes a legacy member's, whose peer can't follow it in one call. */
function endSession(draft: Draft, slot: Slot): void {
  if (draft.seat(slot)?.session == null) return;
  if (draft.room.offer?.slot === slot) dropOffer(draft);
  draft.mail('clear', slot);
  draft.changeSeat(slot, { session: null, missesByeFrom: null });
  endPairing(draft, otherSlot(slot));
}

/** [LB2] [LB8] [LB10] Either spelling is the loopback seat; before its room's join it waits unseated. */
function registerLoopback(draft: Draft, connection: ConnectionId): RegisterOutcome {
  const slot = slots.find((each) => isLoopbackClientId(draft.seat(each)?.clientId ?? ''));
  if (slot !== undefined) {
    connect(draft, slot, connection);
    return registered;
  }
  const owner = soleSlot(draft.room);
  if (owner !== null && draft.policy.admission === 'elsewhere') {
    seatLoopbackBeside(draft, owner, connection);
    return registered;
  }
  if (!isVacant(draft.room)) return { kind: 'refused', code: 'unknownClient' };
  const earlier = draft.room.loopbackWaiter;
  if (earlier !== null) draft.close(earlier.connection, 'loopbackEnded');
  const untilMs = draft.nowMs + draft.policy.loopbackWaitMs;
  draft.setLoopbackWaiter({ connection, untilMs });
  return registered;
}
