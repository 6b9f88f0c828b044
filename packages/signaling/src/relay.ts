import { isBye, isHeartbeat, isLoopbackClientId } from '@apprtc/protocol';
import { relayLateBye, sendBye } from './bye.ts';
import type { PostCommand, SendCommand } from './command.ts';
import type { Done, PostOutcome } from './decision.ts';
import type { Draft } from './draft.ts';
import { freeSeat } from './free-seat.ts';
import { seatPoster } from './readmit.ts';
import {
  isLoopbackSeat,
  isVacant,
  otherSlot,
  type Slot,
  slotOfClient,
  slotOfConnection,
} from './room.ts';
import { meetSession } from './session/pairing.ts';
import { sayToSession } from './session/session-relay.ts';

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
  const slot = isLoopbackClientId(clientId) ? null : slotOfPoster(draft, command);
  if (slot !== null) return { kind: say(draft, slot, message) };
  if (isBye(message)) relayLateBye(draft, clientId, message);
  return { kind: isVacant(draft.room) ? 'unknown-room' : 'unknown-client' };
}

/** [TW8] Where joins are made elsewhere, a client's first message may come before its register. */
function slotOfPoster(draft: Draft, { clientId, message }: PostCommand): Slot | null {
  const slot = slotOfClient(draft.room, clientId);
  if (slot !== null || draft.policy.admission !== 'elsewhere' || isBye(message)) return slot;
  return seatPoster(draft, clientId);
}

/** [SD4] What a member says reaches the other member, in order, or waits where the other will find it. */
function say(draft: Draft, slot: Slot, message: string): 'accepted' | 'forward' {
  const seat = draft.seat(slot);
  // [HB1] Relayed, an ESP32's heartbeat would end a call on phones.
  if (seat === null || isHeartbeat(message)) return 'accepted';
  const isForwarded = draft.policy.relay === 'forward' && draft.seat(otherSlot(slot)) !== null;
  if (!isLoopbackSeat(seat) && isBye(message)) sayBye(draft, slot, message);
  // [ST17] Until it has read the bye, what it says is meant for the peer that is gone.
  else if (!isForwarded && !seat.hasUnreadBye) pass(draft, otherSlot(slot), message);
  return isForwarded ? 'forward' : 'accepted';
}

function pass(draft: Draft, receiver: Slot, message: string): void {
  const seat = draft.seat(receiver);
  if (seat?.session != null) {
    // [V23] One that has not registered is a session's peer from its first word on.
    if (seat.session.epoch === 0) meetSession(draft, otherSlot(receiver));
    sayToSession(draft, receiver, message);
    return;
  }
  const presence = seat?.presence;
  if (presence?.kind === 'connected') draft.deliver(presence.connection, message);
  else draft.append(receiver, message);
}

/** [ST4] A holder's bye frees its seat and is relayed; it is never stored for a newcomer. */
function sayBye(draft: Draft, slot: Slot, message: string): void {
  freeSeat(draft, slot, 'bye');
  sendBye(draft, otherSlot(slot), message);
}
