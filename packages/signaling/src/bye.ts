import { byeMessage, type ClientId } from '@apprtc/protocol';
import type { Draft } from './draft.ts';
import { otherSlot, type Slot, slots } from './room.ts';
import { endPairing, tellPeer } from './session/pairing.ts';

/** A longer `bye` is queued as the plain one, so that the room kept for it in a full mailbox is small. */
const maxQueuedByeLength = 1024;

/**
 * [ST19] [ST20] Tells the member at `slot` that its peer is gone: over its socket, or at its register.
 * What it said to an empty seat was meant for that peer and is dropped.
 */
export function sendBye(draft: Draft, slot: Slot, message: string = byeMessage): void {
  const seat = draft.seat(slot);
  if (seat === null || draft.policy.relay === 'forward') return;
  draft.forgetMail(otherSlot(slot));
  if (seat.session !== null) {
    // [V24] A session is told of its peer, not sent messages that nobody said.
    endPairing(draft, slot);
    draft.changeSeat(slot, { missesByeFrom: null });
    return;
  }
  if (seat.presence.kind === 'connected') {
    draft.deliver(seat.presence.connection, message);
    draft.changeSeat(slot, { missesByeFrom: null });
    return;
  }
  draft.append(slot, message.length > maxQueuedByeLength ? byeMessage : message, true);
  draft.changeSeat(slot, { missesByeFrom: null, hasUnreadBye: true });
}

/**
 * [ST24] A `bye` of someone who has no seat any more: relayed if the other has had none and nobody has
 * taken the seat, which `missesByeFrom` says. What waited for the other's expired seat ends with it [ST18].
 */
export function relayLateBye(draft: Draft, from: ClientId, message: string): void {
  for (const slot of slots) {
    if (draft.seat(slot)?.missesByeFrom === from) {
      const isNews = (draft.seat(slot)?.session?.epoch ?? 0) > 0;
      sendBye(draft, slot, message);
      if (isNews) tellPeer(draft, slot, 'bye');
    }
    if (draft.room.lapsed[slot]?.peer === from) draft.mail('clear', slot);
  }
}
