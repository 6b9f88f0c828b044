import { type ClientId, isLoopbackClientId } from '@apprtc/protocol';
import type { DeleteCommand, DropCommand, LeaveCommand } from './command.ts';
import type { Done } from './decision.ts';
import type { Draft } from './draft.ts';
import { type Departure, freeSeat } from './free-seat.ts';
import { isLoopbackSeat, otherSlot, slotOfClient, slotOfConnection } from './room.ts';
import { tellPeer } from './session/pairing.ts';
import { sessionDropped } from './session/session-leave.ts';
import { unwatch } from './session/watch.ts';

const done: Done = { kind: 'done' };

/** [LV1] Frees the seat, known or not; the peer is told nothing. */
export function leave(draft: Draft, command: LeaveCommand): Done {
  freeSeatOf(draft, command.clientId, 'left');
  return done;
}

/** [DL2] As leave, and closes the client's socket, a leaver's too. */
export function remove(draft: Draft, command: DeleteCommand): Done {
  freeSeatOf(draft, command.clientId, 'deleted');
  for (const leaver of draft.removeLeavers((each) => each.clientId === command.clientId)) {
    draft.close(leaver.connection, 'left');
  }
  return done;
}

/** [LB11] Over HTTP the loopback id is unknown. */
function freeSeatOf(draft: Draft, clientId: ClientId, departure: Departure): void {
  const slot = isLoopbackClientId(clientId) ? null : slotOfClient(draft.room, clientId);
  if (slot !== null) freeSeat(draft, slot, departure);
}

/** [ST5] A socket closed: its seat is kept for the grace. [ST32] Nobody is told. */
export function drop(draft: Draft, command: DropCommand): Done {
  const { connection } = command;
  const slot = slotOfConnection(draft.room, connection);
  const seat = slot === null ? null : draft.seat(slot);
  if (slot !== null && seat !== null && seat.session !== null) {
    sessionDropped(draft, slot, command.heardMs ?? draft.nowMs);
  } else if (slot !== null && seat !== null) {
    const untilMs = draft.nowMs + draft.policy.graceMs;
    draft.changeSeat(slot, {
      presence: isLoopbackSeat(seat) ? { kind: 'loopback' } : { kind: 'dropped', untilMs },
    });
    tellPeer(draft, otherSlot(slot), 'away');
  }
  unwatch(draft, connection);
  draft.removeLeavers((each) => each.connection === connection);
  if (draft.room.loopbackWaiter?.connection === connection) draft.setLoopbackWaiter(null);
  return done;
}
