import type { PeerView, PeerWhy, SpentOffer } from '@apprtc/protocol';
import type { Draft } from '../draft.ts';
import { otherSlot, type Seat, type SessionSeat, type Slot, slots } from '../room.ts';
import { proofOf } from './seat-proof.ts';

/** [V8] Larger than every pairing before, across restarts too: Unix milliseconds, or one more than the last. */
function nextEpoch(draft: Draft): number {
  const unixMs = Math.floor(draft.nowMs + draft.policy.unixOffsetMs);
  const epoch = Math.max(draft.room.epoch + 1, unixMs);
  draft.change({ epoch });
  return epoch;
}

/** [V15] Makes the two members a new pairing: its numbers start at 1, and nothing of an earlier one is left. */
export function pair(draft: Draft): void {
  const epoch = nextEpoch(draft);
  const anew = { epoch, rank: epoch, relayedTo: 0, isAnswerTaken: null, spentOffer: null };
  for (const slot of slots) {
    draft.changeSession(slot, anew);
    // What a legacy member said to the empty seat is for the one who took it [V21]; nothing else waits for a session.
    if (isSession(draft, slot)) {
      draft.mail(isSession(draft, otherSlot(slot)) ? 'clear' : 'renumber', slot);
    }
    draft.changeSeat(slot, { missesByeFrom: null });
  }
  draft.change({ reservation: null });
}

export function isSession(draft: Draft, slot: Slot): boolean {
  return draft.seat(slot)?.session != null;
}

/** [V15] The pairing is over for the session at `slot`: nothing more is said in it. */
export function endPairing(draft: Draft, slot: Slot): void {
  const session = draft.seat(slot)?.session;
  if (session == null || session.epoch === 0) return;
  draft.changeSession(slot, unpaired);
  draft.mail('clear', slot);
}

export const unpaired = {
  epoch: 0,
  relayedTo: 0,
  isAnswerTaken: null,
  spentOffer: null,
} as const satisfies Partial<SessionSeat>;

/** [V24] The member opposite `slot`, as the session at `slot` is told of it; null: there is none that is paired with it. */
export function peerView(draft: Draft, slot: Slot): PeerView | null {
  const peer = draft.seat(otherSlot(slot));
  const epoch = draft.seat(slot)?.session?.epoch ?? 0;
  if (peer === null || epoch === 0) return null;
  return { protocol: peer.session === null ? 1 : 2, state: presenceOf(peer) };
}

export function presenceOf(seat: Seat): 'here' | 'away' {
  return seat.presence.kind === 'connected' || seat.presence.kind === 'loopback' ? 'here' : 'away';
}

/** [V24] Tells the session at `slot`, if it is one and connected, what became of the other seat. */
export function tellPeer(
  draft: Draft,
  slot: Slot,
  why: PeerWhy,
  spentOffer: SpentOffer | null = null,
): void {
  const proof = proofOf(draft, slot);
  const presence = draft.seat(slot)?.presence;
  if (proof === null || presence?.kind !== 'connected') return;
  const peer = peerView(draft, slot);
  draft.tell(presence.connection, { kind: 'peer', seat: proof, peer, why, spentOffer });
}

/** [V10] Tells the session at `slot` what it has, and then what waits for it. */
export function welcome(draft: Draft, slot: Slot): void {
  const proof = proofOf(draft, slot);
  const seat = draft.seat(slot);
  if (proof === null || seat?.session == null || seat.presence.kind !== 'connected') return;
  const { connection } = seat.presence;
  const { isAnswerTaken, spentOffer, epoch } = seat.session;
  const peer = peerView(draft, slot);
  draft.tell(connection, { kind: 'welcome', seat: proof, peer, isAnswerTaken, spentOffer });
  if (peer?.protocol !== 1) return;
  draft.mail('peek', slot);
  draft.tell(connection, { kind: 'peeked', epoch });
}

/** [V23] [V24] A legacy member at `slot` is there, or says its first word: a session opposite is told. */
export function meetSession(draft: Draft, slot: Slot): void {
  const opposite = otherSlot(slot);
  const session = draft.seat(opposite)?.session;
  if (session == null) return;
  if (session.epoch > 0) {
    tellPeer(draft, opposite, 'back');
    return;
  }
  pair(draft);
  tellPeer(draft, opposite, 'joined');
}
