import {
  type Credential,
  type MemberView,
  type SessionEvent,
  sessionCodes,
  sessionLimits,
  unreachable,
} from '@apprtc/protocol';
import type { ConnectionId } from '../connection-id.ts';
import type { Peeked } from '../store.ts';
import type { SeatProof } from './seat-proof.ts';
import type { MemberSight, OfferSight, Telling } from './telling.ts';

/** What a commit gave back. */
export interface Mail {
  readonly drained: readonly string[];
  readonly peeked?: Peeked;
}

/** What a room's caller knows and a room does not. */
export interface EventContext {
  /** Signs a proof for this room. */
  readonly credentialOf: (proof: SeatProof) => Credential;
  /** Milliseconds since something was heard on a connection; 0 where it is on another node. */
  readonly heardAgoMs: (connection: ConnectionId) => number;
  readonly nowMs: number;
}

/** The events that a `tell` effect stands for, in order. Pure, as far as its context is. */
export function eventsOf(
  telling: Telling,
  mail: Mail,
  context: EventContext,
): readonly SessionEvent[] {
  switch (telling.kind) {
    case 'welcome':
    case 'peer':
      return [seatEvent(telling, context)];
    case 'message':
      return [{ event: 'message', epoch: telling.epoch, n: telling.n, msg: telling.message }];
    case 'peeked':
      return numbered(telling.epoch, mail.peeked?.first ?? 1, mail.peeked?.messages ?? []);
    case 'drained-offer':
      return numbered(telling.epoch, 1, mail.drained.slice(telling.isAnswered ? 1 : 0));
    case 'ack':
      return [{ event: 'ack', epoch: telling.epoch, n: telling.n }];
    case 'room':
      return [roomEvent(telling, mail, context)];
    case 'full':
      return [{ event: 'full', members: membersOf(telling.members, context) }];
    case 'gone':
      return [{ event: 'gone', why: telling.why }];
    case 'refused':
      return [{ event: 'error', error: sessionCodes[telling.code].frame ?? telling.code }];
    default:
      return unreachable(telling);
  }
}

function numbered(epoch: number, first: number, messages: readonly string[]): SessionEvent[] {
  return messages.map((msg, index) => ({ event: 'message', epoch, n: first + index, msg }));
}

function seatEvent(
  telling: Extract<Telling, { readonly kind: 'welcome' | 'peer' }>,
  { credentialOf }: EventContext,
): SessionEvent {
  const { seat, peer, spentOffer } = telling;
  const offer = spentOffer === null ? {} : { offer: spentOffer };
  const { epoch, isInitiator: initiator } = seat;
  const credential = credentialOf(seat);
  if (telling.kind === 'peer') {
    return { event: 'peer', peer, epoch, initiator, credential, why: telling.why, ...offer };
  }
  const answered = telling.isAnswerTaken === null ? {} : { answered: telling.isAnswerTaken };
  return {
    event: 'welcome',
    clientid: seat.clientId,
    credential,
    slot: seat.slot,
    initiator,
    epoch,
    peer,
    tick: sessionLimits.tickMs,
    ...answered,
    ...offer,
  };
}

function roomEvent(
  { members, isFree, offer }: Extract<Telling, { readonly kind: 'room' }>,
  mail: Mail,
  context: EventContext,
): SessionEvent {
  const shown = offerOf(offer, mail);
  return {
    event: 'room',
    members: membersOf(members, context),
    free: isFree,
    ...(shown === undefined ? {} : { offer: shown }),
  };
}

function offerOf(offer: OfferSight, mail: Mail) {
  switch (offer.kind) {
    case 'same':
      return undefined;
    case 'none':
      return null;
    case 'new':
      return { id: offer.id, msg: offer.message };
    case 'peeked': {
      const msg = mail.peeked?.messages[0];
      return msg === undefined ? null : { id: offer.id, msg };
    }
    default:
      return unreachable(offer);
  }
}

function membersOf(members: readonly MemberSight[], context: EventContext): MemberView[] {
  return members.map(({ state, connection, heardMs }) => {
    const agoMs =
      connection !== null
        ? context.heardAgoMs(connection)
        : context.nowMs - (heardMs ?? context.nowMs);
    return { state, heard: Math.max(0, Math.round(agoMs)) };
  });
}
