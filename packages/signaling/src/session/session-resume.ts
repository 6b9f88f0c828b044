import type { Done } from '../decision.ts';
import type { Draft } from '../draft.ts';
import {
  isVacant,
  otherSlot,
  type Slot,
  slotOfClient,
  slotOfConnection,
  slots,
  soleSlot,
} from '../room.ts';
import { tellPeer, welcome } from './pairing.ts';
import type { SeatProof } from './seat-proof.ts';
import type { SessionResumeCommand } from './session-command.ts';
import { seatNewcomer } from './session-join.ts';
import { dropOffer, type Newcomer, takeEmptyRoom, takeSeat, takeUp } from './take-seat.ts';
import { tellFull } from './watch.ts';

const done: Done = { kind: 'done' };

/** [V34]-[V39] A credential's holder comes back: to its seat, or to a free one that becomes what the credential says. */
export function sessionResume(draft: Draft, command: SessionResumeCommand): Done {
  const { connection, instance, proof } = command;
  const held = slotOfConnection(draft.room, connection);
  if (proof === null) {
    draft.tell(connection, { kind: 'gone', why: 'credential' });
    draft.end(connection, 'gone');
    return done;
  }
  const slot = slotOfClient(draft.room, proof.clientId);
  if (held !== null && held !== slot) {
    draft.tell(connection, { kind: 'refused', code: 'alreadySeated' });
  } else if (slot !== null && draft.seat(slot)?.session != null) {
    takeUp(draft, slot, connection, instance);
  } else if (slot !== null) {
    // Its id was registered by a legacy client since: whoever knows it holds the seat.
    tellFull(draft, connection);
  } else {
    restore(draft, { clientId: proof.clientId, connection, instance }, proof);
  }
  return done;
}

/** [V36] [V38] Its seat is not there any more. */
function restore(draft: Draft, newcomer: Newcomer, proof: SeatProof): void {
  const sole = soleSlot(draft.room);
  if (sole !== null && mayDisplace(draft, sole, proof)) displace(draft, sole);
  const occupied = soleSlot(draft.room);
  if (isVacant(draft.room)) restoreAlone(draft, newcomer, proof);
  else if (occupied === null || isReservedForOthers(draft, proof)) {
    tellFull(draft, newcomer.connection);
  } else if (isSamePairing(draft, occupied, newcomer, proof)) {
    restoreBeside(draft, occupied, newcomer, proof);
  } else {
    draft.change({ reservation: null });
    seatNewcomer(draft, newcomer, null);
  }
}

function isReservedForOthers(draft: Draft, { epoch }: SeatProof): boolean {
  return draft.room.reservation !== null && draft.room.reservation.epoch !== epoch;
}

/** [V38] Soon after a start: a session that is alone, and that proved no pairing as new as this one. */
function mayDisplace(draft: Draft, slot: Slot, { epoch }: SeatProof): boolean {
  const session = draft.seat(slot)?.session;
  if (session == null || draft.nowMs >= draft.policy.restoresUntilMs) return false;
  return epoch > session.rank;
}

/** [V38] The one who is displaced watches from now on. */
function displace(draft: Draft, slot: Slot): void {
  const presence = draft.seat(slot)?.presence;
  dropOffer(draft);
  draft.setSeat(slot, null);
  draft.change({ reservation: null });
  for (const each of slots) draft.forgetMail(each);
  if (presence?.kind === 'connected') tellFull(draft, presence.connection);
}

/** [V36] The first to come back: of its peer nothing is known yet. */
function restoreAlone(draft: Draft, newcomer: Newcomer, proof: SeatProof): void {
  const isSameInstance = proof.instance === newcomer.instance;
  const epoch = isSameInstance ? proof.epoch : 0;
  draft.change({ epoch: Math.max(draft.room.epoch, proof.epoch) });
  takeEmptyRoom(draft, proof.slot, newcomer, { epoch, rank: proof.epoch });
  const untilMs = draft.policy.restoresUntilMs;
  if (proof.epoch > 0 && draft.nowMs < untilMs) {
    draft.change({ reservation: { epoch: proof.epoch, untilMs } });
  }
  welcome(draft, proof.slot);
}

/** [V36] Whether the member at `occupied` and this instance are the two of the pairing that the credential names. */
function isSamePairing(
  draft: Draft,
  occupied: Slot,
  { instance }: Newcomer,
  proof: SeatProof,
): boolean {
  const member = draft.seat(occupied);
  if (member === null || proof.epoch === 0 || proof.instance !== instance) return false;
  if (member.session !== null) return member.session.epoch === proof.epoch;
  // A legacy member can't prove it, but this room remembers both.
  const lapsed = draft.room.lapsed[otherSlot(occupied)];
  return (
    member.missesByeFrom === proof.clientId &&
    lapsed?.clientId === proof.clientId &&
    lapsed.session?.epoch === proof.epoch
  );
}

function restoreBeside(draft: Draft, occupied: Slot, newcomer: Newcomer, proof: SeatProof): void {
  const slot = otherSlot(occupied);
  const relayedTo = draft.room.lapsed[slot]?.session?.relayedTo ?? 0;
  const { epoch, isInitiator } = proof;
  takeSeat(draft, slot, newcomer, { isInitiator, epoch, rank: epoch, relayedTo });
  // The roles of a pairing stay what they were.
  draft.changeSeat(occupied, { isInitiator: !isInitiator, missesByeFrom: null });
  draft.change({ reservation: null });
  dropOffer(draft);
  welcome(draft, slot);
  tellPeer(draft, occupied, 'back');
}
