import { sendBye } from '../bye.ts';
import type { Done } from '../decision.ts';
import type { Draft } from '../draft.ts';
import { freeSeat } from '../free-seat.ts';
import { otherSlot, type Slot, slotOfConnection } from '../room.ts';
import { tellPeer } from './pairing.ts';
import type { SessionLeaveCommand, SessionMediaCommand } from './session-command.ts';
import { dropOffer } from './take-seat.ts';

const done: Done = { kind: 'done' };

/** [V22] Hung up: for the peer this is the end. */
export function sessionLeave(draft: Draft, command: SessionLeaveCommand): Done {
  const slot = seatOf(draft, command);
  if (slot !== null) endSeat(draft, slot);
  return done;
}

/** [V22] The seat is free, and a legacy peer hears a bye. */
export function endSeat(draft: Draft, slot: Slot): void {
  freeSeat(draft, slot, 'bye');
  sendBye(draft, otherSlot(slot));
}

/** [V37] The page is going, maybe only to be loaded again. */
export function sessionLeaving(draft: Draft, command: SessionLeaveCommand): Done {
  const slot = seatOf(draft, command);
  if (slot === null) return done;
  if (draft.room.offer?.slot === slot) dropOffer(draft);
  const untilMs = draft.nowMs + draft.policy.leavingMs;
  draft.changeSeat(slot, { presence: { kind: 'dropped', untilMs } });
  draft.changeSession(slot, { isLeaving: true, heardMs: draft.nowMs });
  draft.end(command.connection, 'left');
  tellPeer(draft, otherSlot(slot), 'away');
  return done;
}

/** [V26] The peer's media arrives: it is alive, whatever became of its connection. */
export function sessionMedia(draft: Draft, command: SessionMediaCommand): Done {
  const slot = seatOf(draft, command);
  if (slot === null || !command.isReceiving) return done;
  const peer = draft.seat(otherSlot(slot));
  const isPaired = (draft.seat(slot)?.session?.epoch ?? 0) > 0;
  if (!isPaired || peer?.presence.kind !== 'dropped' || peer.session?.isLeaving === true) {
    return done;
  }
  const { seatGraceMs, graceMs } = draft.policy;
  const keptMs = draft.nowMs + (peer.session === null ? graceMs : seatGraceMs);
  const untilMs = Math.max(peer.presence.untilMs, keptMs);
  draft.changeSeat(otherSlot(slot), { presence: { kind: 'dropped', untilMs } });
  return done;
}

function seatOf(
  draft: Draft,
  { connection }: { readonly connection: SessionLeaveCommand['connection'] },
): Slot | null {
  const slot = slotOfConnection(draft.room, connection);
  if (slot === null || draft.seat(slot)?.session == null) {
    draft.tell(connection, { kind: 'refused', code: 'notSeated' });
    return null;
  }
  return slot;
}

/** [V25] The connection of the session at `slot` is gone: its seat is kept for a while after its last sign of life. */
export function sessionDropped(draft: Draft, slot: Slot, heardMs: number): void {
  const untilMs = heardMs + draft.policy.seatGraceMs;
  draft.changeSeat(slot, { presence: { kind: 'dropped', untilMs } });
  draft.changeSession(slot, { heardMs });
  if (untilMs <= draft.nowMs) freeSeat(draft, slot, 'lapsed');
  else tellPeer(draft, otherSlot(slot), 'away');
}
