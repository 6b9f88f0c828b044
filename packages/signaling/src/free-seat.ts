import type { PeerWhy } from '@apprtc/protocol';
import { isLoopbackClientId } from '@apprtc/protocol';
import type { Draft } from './draft.ts';
import { isLoopbackSeat, isVacant, otherSlot, type Seat, type Slot } from './room.ts';
import { endPairing, tellPeer } from './session/pairing.ts';
import { dropOffer } from './session/take-seat.ts';

/**
 * How a seat comes free:
 * - `left`: `/leave` or `/bye`; its socket may still say `bye`
 * - `bye`: its holder said so; the caller relays it
 * - `deleted`: `DELETE`; its socket is closed
 * - `evicted`: a newcomer takes the place of a closed socket
 * - `lapsed`: its time ran out; what waits for it waits on
 */
export type Departure = 'left' | 'bye' | 'deleted' | 'evicted' | 'lapsed';

/** [ST1] Frees the seat at `slot`: the one place where a seat ends. */
export function freeSeat(draft: Draft, slot: Slot, departure: Departure): void {
  const seat = draft.seat(slot);
  if (seat === null) return;
  const other = draft.seat(otherSlot(slot));
  draft.setSeat(slot, null);
  if (draft.room.offer?.slot === slot) dropOffer(draft);
  if (isVacant(draft.room)) draft.change({ reservation: null });
  endSocket(draft, seat, departure);
  dropOutgoing(draft, otherSlot(slot), departure);
  keepOrDropIncoming(draft, slot, seat, departure);
  if (other === null) return;
  if (isLoopbackSeat(other)) {
    endLoopbackSeat(draft, otherSlot(slot), other);
    return;
  }
  // [LV2] The one who stays becomes initiator. It is owed a bye; where one was said it comes at once.
  const missesByeFrom = draft.policy.relay === 'here' ? seat.clientId : null;
  draft.changeSeat(otherSlot(slot), { isInitiator: true, missesByeFrom });
  tellOfDeparture(draft, otherSlot(slot), seat, departure);
}

/** [V24] [V36] A session learns at once that its peer is gone. Only one that was lost may come back into the pairing. */
function tellOfDeparture(draft: Draft, slot: Slot, gone: Seat, departure: Departure): void {
  if ((draft.seat(slot)?.session?.epoch ?? 0) === 0) return;
  if (departure !== 'lapsed') endPairing(draft, slot);
  tellPeer(draft, slot, reasonOf(gone, departure));
}

function reasonOf(gone: Seat, departure: Departure): PeerWhy {
  if (departure === 'bye') return gone.session === null ? 'bye' : 'left';
  const isLost = departure === 'lapsed' || departure === 'evicted';
  return isLost && gone.session?.isLeaving !== true ? 'lost' : 'left';
}

function endSocket(draft: Draft, seat: Seat, departure: Departure): void {
  if (seat.presence.kind !== 'connected') return;
  const { connection } = seat.presence;
  if (seat.session !== null) draft.end(connection, 'left');
  else if (departure === 'deleted') draft.close(connection, 'left');
  else draft.addLeaver(seat.clientId, connection);
}

/** [ST16] What waits for a newcomer goes with its sender; what waits for a member stays. */
function dropOutgoing(draft: Draft, receiverSlot: Slot, departure: Departure): void {
  if (draft.seat(receiverSlot) !== null) return;
  if (draft.room.lapsed[receiverSlot] === null) {
    draft.forgetMail(receiverSlot);
  } else {
    // [ST18] A bye ends what waited for an expired seat, but who comes back to it is still owed that bye.
    draft.mail(departure === 'bye' ? 'clear' : 'cut', receiverSlot);
  }
}

/** [ST18] An expired seat's mail waits on for the same id; any other departure ends it. */
function keepOrDropIncoming(draft: Draft, slot: Slot, seat: Seat, departure: Departure): void {
  const peer = draft.seat(otherSlot(slot))?.clientId ?? seat.missesByeFrom;
  // Nobody opposite and no bye that waits: whatever waits here was meant for a pairing that is over.
  const isAlone = (peer === null && !seat.hasUnreadBye) || isLoopbackClientId(peer ?? '');
  if (departure !== 'lapsed' || isAlone) {
    draft.forgetMail(slot);
    return;
  }
  draft.mail('mark', slot);
  const untilMs = draft.nowMs + draft.policy.lapsedMailMs;
  draft.setLapsed(slot, { clientId: seat.clientId, peer, session: seat.session, untilMs });
}

/** [LB7] The loopback seat goes with its owner. */
function endLoopbackSeat(draft: Draft, slot: Slot, seat: Seat): void {
  draft.setSeat(slot, null);
  draft.forgetMail(slot);
  if (seat.presence.kind === 'connected') draft.close(seat.presence.connection, 'loopbackEnded');
}
