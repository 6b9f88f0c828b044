import type { OfferId, PeerView, PeerWhy, SessionCodeName, SpentOffer } from '@apprtc/protocol';
import type { ConnectionId } from '../connection-id.ts';
import type { SeatProof } from './seat-proof.ts';

/** A member as the room knows it: where it is connected, or when it was last heard. Both null: not known. */
export interface MemberSight {
  readonly state: 'here' | 'away';
  readonly connection: ConnectionId | null;
  readonly heardMs: number | null;
}

/** What a connection is to be told, before the caller adds what a room does not hold: see `eventsOf`. */
export type Telling =
  | {
      readonly kind: 'welcome';
      readonly seat: SeatProof;
      readonly peer: PeerView | null;
      readonly isAnswerTaken: boolean | null;
      readonly spentOffer: SpentOffer | null;
    }
  | {
      readonly kind: 'peer';
      readonly seat: SeatProof;
      readonly peer: PeerView | null;
      readonly why: PeerWhy;
      readonly spentOffer: SpentOffer | null;
    }
  | {
      readonly kind: 'message';
      readonly epoch: number;
      readonly n: number;
      readonly message: string;
    }
  /** Messages that the commit's `peek` found. */
  | { readonly kind: 'peeked'; readonly epoch: number }
  /** [V30] [V31] Messages of an offer that the commit's `drain` took out: all of them, or its candidates. */
  | { readonly kind: 'drained-offer'; readonly epoch: number; readonly isAnswered: boolean }
  | { readonly kind: 'ack'; readonly epoch: number; readonly n: number }
  | {
      readonly kind: 'room';
      readonly members: readonly MemberSight[];
      /** Whether a join of a watcher would be seated. */
      readonly isFree: boolean;
      readonly offer: OfferSight;
    }
  | { readonly kind: 'full'; readonly members: readonly MemberSight[] }
  | { readonly kind: 'gone'; readonly why: 'credential' | 'unknown-client' }
  /** A row of `sessionCodes` that leaves the connection open. */
  | { readonly kind: 'refused'; readonly code: SessionCodeName };

export type OfferSight =
  /** As it was. */
  | { readonly kind: 'same' }
  | { readonly kind: 'none' }
  | { readonly kind: 'new'; readonly id: OfferId; readonly message: string }
  /** Its message is the first that the commit's `peek` found. */
  | { readonly kind: 'peeked'; readonly id: OfferId };
