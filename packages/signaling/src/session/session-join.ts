import { isLoopbackClientId, type JoinAnswer } from '@apprtc/protocol';
import type { Done } from '../decision.ts';
import type { Draft } from '../draft.ts';
import { evictDropped } from '../join.ts';
import {
  isVacant,
  offerBox,
  otherSlot,
  type Slot,
  slotOfClient,
  slotOfConnection,
  slots,
  soleSlot,
} from '../room.ts';
import { pair, tellPeer, unpaired, welcome } from './pairing.ts';
import type { SessionJoinCommand, SessionRegisterCommand } from './session-command.ts';
import { dropOffer, type Newcomer, takeEmptyRoom, takeSeatBeside, takeUp } from './take-seat.ts';
import { isWatcher, tellFull } from './watch.ts';

const done: Done = { kind: 'done' };

/** [V10] A newcomer takes a seat, maybe with the answer to a published offer; where there is none, it watches. */
export function sessionJoin(draft: Draft, command: SessionJoinCommand): Done {
  const { connection, instance, answer } = command;
  // [V40] Its welcome was lost: nobody else knows the name of this instance.
  const own = slots.find((slot) => draft.seat(slot)?.session?.instance === instance);
  if (own !== undefined && isFreeFor(draft, own, command)) {
    takeUp(draft, own, connection, instance);
    return done;
  }
  if (isSeated(draft, command)) return done;
  evictDropped(draft, !isWatcher(draft.room, connection));
  seatNewcomer(draft, command, answer);
  return done;
}

/** Seats a newcomer where a seat is free, and tells all whom it concerns. */
export function seatNewcomer(draft: Draft, newcomer: Newcomer, answer: JoinAnswer | null): void {
  const occupied = soleSlot(draft.room);
  if (isVacant(draft.room)) {
    const isAnswerTaken = answer === null ? null : false;
    takeEmptyRoom(draft, 0, newcomer, { isAnswerTaken });
    welcome(draft, 0);
  } else if (occupied === null || draft.room.reservation !== null) {
    tellFull(draft, newcomer.connection);
  } else {
    joinMember(draft, occupied, newcomer, answer);
  }
}

function joinMember(
  draft: Draft,
  occupied: Slot,
  newcomer: Newcomer,
  answer: JoinAnswer | null,
): void {
  const { offer } = draft.room;
  const free = takeSeatBeside(draft, occupied, newcomer);
  const isAnswered = offer !== null && answer?.offer === offer.id;
  if (answer !== null) draft.changeSession(free, { isAnswerTaken: isAnswered });
  if (offer === null) {
    welcome(draft, free);
    tellPeer(draft, occupied, 'joined');
    return;
  }
  consumeOffer(draft, occupied, isAnswered ? answer : null);
}

/** [V30] [V31] [V33] The newcomer gets what it lacks of the offer, its publisher the answer: both as first messages. */
function consumeOffer(draft: Draft, publisher: Slot, answer: JoinAnswer | null): void {
  const { offer } = draft.room;
  if (offer === null) return;
  const joiner = otherSlot(publisher);
  const { epoch } = draft.room;
  const isAnswered = answer !== null;
  const given = isAnswered ? offer.candidates : offer.candidates + 1;
  const spentOffer = { id: offer.id, answered: isAnswered, given };
  draft.change({ offer: null });
  draft.mail('drain', offerBox);
  draft.changeSession(publisher, { spentOffer });
  welcome(draft, joiner);
  tellPeer(draft, publisher, 'joined', spentOffer);
  const newcomer = draft.seat(joiner)?.presence;
  if (newcomer?.kind === 'connected') {
    draft.tell(newcomer.connection, { kind: 'drained-offer', epoch, isAnswered });
  }
  const presence = draft.seat(publisher)?.presence;
  if (presence?.kind !== 'connected') return;
  for (const [index, message] of (answer?.messages ?? []).entries()) {
    draft.tell(presence.connection, { kind: 'message', epoch, n: index + 1, message });
  }
}

/** [V23] Takes up a seat that was won over HTTP, or a free one with an id of ours [ST28]. */
export function sessionRegister(draft: Draft, command: SessionRegisterCommand): Done {
  const { clientId, connection, instance } = command;
  const slot = isLoopbackClientId(clientId) ? null : slotOfClient(draft.room, clientId);
  const isKnown = command.issued || draft.policy.admission !== 'issued' || slot !== null;
  if (isLoopbackClientId(clientId) || !isKnown) {
    draft.tell(connection, { kind: 'gone', why: 'unknown-client' });
    draft.end(connection, 'gone');
  } else if (slot === null) {
    if (!isSeated(draft, command)) seatNewcomer(draft, command, null);
  } else if (isFreeFor(draft, slot, command)) {
    if (draft.seat(slot)?.session === null) upgrade(draft, slot, command);
    else takeUp(draft, slot, connection, instance);
  }
  return done;
}

/** A legacy seat becomes a session's: for the member opposite, another peer. */
function upgrade(draft: Draft, slot: Slot, { connection, instance }: Newcomer): void {
  const seat = draft.seat(slot);
  if (seat === null) return;
  if (seat.presence.kind === 'connected') draft.close(seat.presence.connection, 'takenOver');
  if (seat.hasUnreadBye) draft.mail('clear', slot);
  draft.setSeat(slot, {
    ...seat,
    presence: { kind: 'connected', connection },
    hasUnreadBye: false,
    session: {
      protocol: 2,
      instance,
      rank: 0,
      isLeaving: false,
      heardMs: null,
      ...unpaired,
    },
  });
  if (draft.seat(otherSlot(slot)) !== null) {
    dropOffer(draft);
    pair(draft);
  }
  welcome(draft, slot);
  tellPeer(draft, otherSlot(slot), 'joined');
}

/** A connection holds one seat. */
function isSeated(draft: Draft, { connection }: Newcomer): boolean {
  const seated = slotOfConnection(draft.room, connection) !== null;
  if (seated) draft.tell(connection, { kind: 'refused', code: 'alreadySeated' });
  return seated;
}

/** Whether the connection holds no other seat than this. */
function isFreeFor(draft: Draft, slot: Slot, newcomer: Newcomer): boolean {
  const held = slotOfConnection(draft.room, newcomer.connection);
  return held === null || held === slot || !isSeated(draft, newcomer);
}
