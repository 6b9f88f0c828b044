import type { ClientId, InstanceId } from '@apprtc/protocol';
import { sendBye } from '../bye.ts';
import type { ConnectionId } from '../connection-id.ts';
import type { Draft } from '../draft.ts';
import { otherSlot, type SessionSeat, type Slot, slots } from '../room.ts';
import { pair, tellPeer, unpaired, welcome } from './pairing.ts';
import { unwatch } from './watch.ts';

/** Who wants a seat, and on which connection. */
export interface Newcomer {
  readonly clientId: ClientId;
  readonly connection: ConnectionId;
  readonly instance: InstanceId;
}

/** Seats a newcomer; whom it is paired with is not decided here. */
export function takeSeat(
  draft: Draft,
  slot: Slot,
  { clientId, connection, instance }: Newcomer,
  { isInitiator, ...known }: { readonly isInitiator: boolean } & Partial<SessionSeat>,
): void {
  unwatch(draft, connection);
  draft.setLapsed(slot, null);
  draft.setSeat(slot, {
    clientId,
    isInitiator,
    presence: { kind: 'connected', connection },
    missesByeFrom: null,
    hasUnreadBye: false,
    session: {
      protocol: 2,
      instance,
      rank: 0,
      isLeaving: false,
      heardMs: null,
      ...unpaired,
      ...known,
    },
  });
}

/** [V10] Takes a seat of an empty room; what waited there for somebody ends. */
export function takeEmptyRoom(
  draft: Draft,
  slot: Slot,
  newcomer: Newcomer,
  known: Partial<SessionSeat> = {},
): void {
  for (const each of slots) draft.forgetMail(each);
  const waiter = draft.room.loopbackWaiter;
  draft.setLoopbackWaiter(null);
  if (waiter !== null) draft.close(waiter.connection, 'loopbackEnded');
  takeSeat(draft, slot, newcomer, { ...known, isInitiator: true });
}

/** [V10] [ST19] Takes the seat beside a member, which starts afresh where its earlier peer went without a bye. */
export function takeSeatBeside(draft: Draft, occupied: Slot, newcomer: Newcomer): Slot {
  const free = otherSlot(occupied);
  if (draft.seat(occupied)?.missesByeFrom != null) sendBye(draft, occupied);
  takeSeat(draft, free, newcomer, { isInitiator: false });
  pair(draft);
  return free;
}

/** [V34] [V35] A connection takes up the seat at `slot`: of the instance that held it, or of the next one. */
export function takeUp(
  draft: Draft,
  slot: Slot,
  connection: ConnectionId,
  instance: InstanceId,
): void {
  const seat = draft.seat(slot);
  if (seat?.session == null) return;
  const { presence, session } = seat;
  if (presence.kind === 'connected' && presence.connection !== connection) {
    draft.end(presence.connection, 'takenOver');
  }
  unwatch(draft, connection);
  draft.changeSeat(slot, { presence: { kind: 'connected', connection } });
  draft.changeSession(slot, { instance, isLeaving: false, heardMs: null });
  if (session.instance === instance) {
    welcome(draft, slot);
    if (session.epoch > 0) tellPeer(draft, otherSlot(slot), 'back');
    return;
  }
  startAnew(draft, slot);
}

/** [V35] Another instance holds the seat at `slot`: what the earlier one was part of is over. */
function startAnew(draft: Draft, slot: Slot): void {
  const opposite = otherSlot(slot);
  const other = draft.seat(opposite);
  if (draft.room.offer?.slot === slot) dropOffer(draft);
  draft.changeSession(slot, unpaired);
  draft.changeSeat(slot, { missesByeFrom: null });
  if (other === null) {
    draft.forgetMail(opposite);
    draft.mail('clear', slot);
  } else {
    if (other.session === null) startLegacyAfresh(draft, opposite);
    pair(draft);
  }
  welcome(draft, slot);
  tellPeer(draft, opposite, 'replaced');
}

/** [V22] A legacy member can't follow a new instance in one call: it is sent a bye, and starts the next one itself. */
function startLegacyAfresh(draft: Draft, slot: Slot): void {
  sendBye(draft, slot);
  draft.changeSeat(slot, { isInitiator: true });
  draft.changeSeat(otherSlot(slot), { isInitiator: false });
}

/** [V33] The published offer is gone. */
export function dropOffer(draft: Draft): void {
  if (draft.room.offer === null) return;
  draft.change({ offer: null });
  draft.mail('clear', 2);
}
