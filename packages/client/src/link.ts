import type { PeerWhy } from '@apprtc/protocol';
import type { Attempt, SignalingState, Simulation } from './api.ts';

/** Two instances that are to have a call. */
export interface Pairing {
  readonly isInitiator: boolean;
  /** What the other one speaks: 1 is a legacy client. */
  readonly protocol: 1 | 2;
}

export interface LinkListeners {
  readonly onMessage: (message: string) => void;
  readonly onSignaling: (state: SignalingState) => void;
  /** With what the server said. */
  readonly onRefused: (why: string) => void;
  readonly onWarning: (text: string) => void;
}

/** What only a server that speaks sessions tells. */
export interface SessionListeners {
  /** `isNew`: with another instance than before; a peer connection for the former one is of no use. */
  readonly onPaired: (pairing: Pairing, isNew: boolean) => void;
  /** Null: the server knows of nobody, which says nothing about a peer connection that works. */
  readonly onAlone: (why: PeerWhy | null) => void;
  readonly onAttempt: (attempt: Attempt | null) => void;
  /** Whether the other one's media arrives at this moment. */
  readonly isReceiving: () => boolean;
}

/** One won seat: every way in and out of the room that belongs to its client id. */
export interface Link {
  /** Whether the server says who is there, and when all begins anew. */
  readonly speaksSessions: boolean;
  /** With whom, as far as the server has said. */
  readonly pairing: Pairing | null;
  /** Whether what is said now is heard at once. */
  readonly canReachPeer: boolean;
  open(): void;
  send(message: string, isCandidate?: boolean): void;
  /** Forgets what was meant for a peer that is gone. */
  discardUnsent(): void;
  /** Begins a new pairing with the same peer. */
  renew(): void;
  simulate(what: Simulation): void;
  /** Gives the seat back; for the peer this is the end. */
  leave(): Promise<void>;
  /** Leaves from a page that is going away: nothing is waited for. */
  abandon(): void;
  /** Stops trying, without telling anybody. */
  drop(): void;
}
