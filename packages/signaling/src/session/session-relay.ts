import { isBye, isHeartbeat } from '@apprtc/protocol';
import type { Done } from '../decision.ts';
import type { Draft } from '../draft.ts';
import { otherSlot, type Slot, slotOfConnection } from '../room.ts';
import type { SessionAckCommand, SessionSendCommand } from './session-command.ts';

const done: Done = { kind: 'done' };

/** [V16] [V19] A numbered message. Of another epoch, or with nobody there to hear it, it is dropped: its sender keeps it. */
export function sessionSend(draft: Draft, command: SessionSendCommand): Done {
  const { epoch, n, message } = command;
  const slot = pairedSlot(draft, command);
  if (slot === null) return notPaired(draft, command);
  const peer = draft.seat(otherSlot(slot));
  if (peer === null) return done;
  if (peer.session === null) sendToLegacy(draft, slot, command);
  else if (peer.session.epoch === epoch && peer.presence.kind === 'connected') {
    draft.tell(peer.presence.connection, { kind: 'message', epoch, n, message });
  }
  return done;
}

/** [V13] [V20] An acknowledgement: for the peer, or for the server, which keeps what a legacy peer said. */
export function sessionAck(draft: Draft, command: SessionAckCommand): Done {
  const { epoch, n } = command;
  const slot = pairedSlot(draft, command);
  if (slot === null) return notPaired(draft, command);
  const peer = draft.seat(otherSlot(slot));
  // What a legacy peer said before it went waits on for the session.
  if (peer === null || peer.session === null) draft.trim(slot, n);
  else if (peer.session.epoch === epoch && peer.presence.kind === 'connected') {
    draft.tell(peer.presence.connection, { kind: 'ack', epoch, n });
  }
  return done;
}

/** The seat on whose connection this was said, if in its pairing. */
function pairedSlot(
  draft: Draft,
  { connection, epoch }: SessionSendCommand | SessionAckCommand,
): Slot | null {
  const slot = slotOfConnection(draft.room, connection);
  const session = slot === null ? null : draft.seat(slot)?.session;
  return session != null && session.epoch === epoch ? slot : null;
}

function notPaired(draft: Draft, { connection }: SessionSendCommand | SessionAckCommand): Done {
  if (slotOfConnection(draft.room, connection) === null) {
    draft.tell(connection, { kind: 'refused', code: 'notSeated' });
  }
  return done;
}

/** [V19] Once, in order, as a legacy member would have said it; the server acknowledges on its behalf. */
function sendToLegacy(draft: Draft, slot: Slot, command: SessionSendCommand): void {
  const { connection, epoch, n, message } = command;
  let relayedTo = draft.seat(slot)?.session?.relayedTo ?? 0;
  if (n === relayedTo + 1) {
    relayedTo = n;
    draft.changeSession(slot, { relayedTo });
    relay(draft, otherSlot(slot), message);
  }
  draft.tell(connection, { kind: 'ack', epoch, n: relayedTo });
}

/** A session ends with `leave`: a bye in a message would end the call on one side only. */
function relay(draft: Draft, receiver: Slot, message: string): void {
  const seat = draft.seat(receiver);
  if (seat === null || isBye(message) || isHeartbeat(message)) return;
  if (seat.presence.kind === 'connected') draft.deliver(seat.presence.connection, message);
  else draft.append(receiver, message);
}

/** [V20] What a legacy member says to a session waits under a number until it is acknowledged. */
export function sayToSession(draft: Draft, receiver: Slot, message: string): void {
  const seat = draft.seat(receiver);
  if (seat?.session == null) return;
  draft.append(receiver, message);
  if (seat.presence.kind !== 'connected') return;
  draft.mail('peek-last', receiver);
  const { epoch } = seat.session;
  draft.tell(seat.presence.connection, { kind: 'peeked', epoch });
}
