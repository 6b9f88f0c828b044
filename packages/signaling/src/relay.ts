import { isBye, isHeartbeat, isLoopbackClientId } from '@apprtc/protocol';
import { relayLateBye, sendBye } from './bye.ts';
import type { PostCommand, SendCommand } from './command.ts';
import type { Done, PostOutcome } from './decision.ts';
import type { Draft } from './draft.ts';
import { freeSeat } from './free-seat.ts';
import {
  isLoopbackSeat,
  isVacant,
  otherSlot,
  type Slot,
  slotOfClient,
  slotOfConnection,
} from './room.ts';

/** [SD1] A message on a registered socket. */
export function send(draft: Draft, command: SendCommand): Done {
  const { connection, message } = command;
  const slot = slotOfConnection(draft.room, connection);
  if (slot !== null) {
    say(draft, slot, message);
  } else if (isBye(message)) {
    // [ST24] A leaver's socket may still say one bye; all else it says is ignored.
    const leaver = draft.room.leavers.find((each) => each.connection === connection);
    if (leaver !== undefined) relayLateBye(draft, leaver.clientId, message);
  }
  return { kind: 'done' };
}

/** [MS1] [CP1] A message over HTTP. The loopback id is unknown there [LB11]. */
export function post(draft: Draft, command: PostCommand): PostOutcome {
  const { clientId, message } = command;
  const slot = isLoopbackClientId(clientId) ? null : slotOfClient(draft.room, clientId);
  if (slot !== null) {
    say(draft, slot, message);
    return { kind: 'accepted' };
  }
  if (isBye(message)) relayLateBye(draft, clientId, message);
  return { kind: isVacant(draft.room) ? 'unknown-room' : 'unknown-client' };
}

/** [SD4] What a member says reaches the other member, in order, or waits where the other will find it. */
function say(draft: Draft, slot: Slot, message: string): void {
  const seat = draft.seat(slot);
  // [HB1] Relayed, an ESP32's heartbeat would end a call on phones.
  if (seat === null || isHeartbeat(message)) return;
  if (!isLoopbackSeat(seat) && isBye(message)) {
    sayBye(draft, slot, message);
    return;
  }
  // [ST17] Until it has read the bye, what it says is meant for the peer that is gone.
  if (seat.hasUnreadBye) return;
  const receiver = otherSlot(slot);
  const presence = draft.seat(receiver)?.presence;
  if (presence?.kind === 'connected') draft.deliver(presence.connection, message);
  else draft.append(receiver, message);
}

/** [ST4] A holder's bye frees its seat and is relayed; it is never stored for a newcomer. */
function sayBye(draft: Draft, slot: Slot, message: string): void {
  freeSeat(draft, slot, 'bye');
  sendBye(draft, otherSlot(slot), message);
}
