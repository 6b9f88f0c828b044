import type { SessionCodeName, WireCodeName } from '@apprtc/protocol';
import type { ConnectionId } from './connection-id.ts';
import type { Box, Room } from './room.ts';
import type { Telling } from './session/telling.ts';

/** What a commit does to the mailboxes beside the room, in order, atomically with the room's new value. */
export type MailOp =
  /** Puts a message last. `isReserved`: a `bye`, for which room is kept in a full mailbox. */
  | {
      readonly op: 'append';
      readonly slot: Box;
      readonly message: string;
      readonly isReserved: boolean;
    }
  /** Takes everything out and gives it to the caller. At most once in a decision. */
  | { readonly op: 'drain'; readonly slot: Box }
  | { readonly op: 'clear'; readonly slot: Box }
  /** Remembers where the mailbox ends now. */
  | { readonly op: 'mark'; readonly slot: Box }
  /** Drops what came after the mark. */
  | { readonly op: 'cut'; readonly slot: Box }
  /** [V20] Drops the messages with numbers up to this. Numbers start at 1 in a mailbox that was drained or cleared. */
  | { readonly op: 'trim'; readonly slot: Box; readonly upTo: number }
  /** Numbers what waits from 1 again. */
  | { readonly op: 'renumber'; readonly slot: Box }
  /** Gives all that waits to the caller, or the last of it, and leaves it there. At most one of them in a decision. */
  | { readonly op: 'peek'; readonly slot: Box }
  | { readonly op: 'peek-last'; readonly slot: Box };

/** What to do once the room is committed, in this order. */
export type Effect =
  | { readonly kind: 'deliver'; readonly connection: ConnectionId; readonly message: string }
  /** Delivers what the decision's `drain` took out. */
  | { readonly kind: 'deliver-drained'; readonly connection: ConnectionId }
  /** [ST23] [ST26] Its client has left: nothing more is sent on it, not even an error. */
  | { readonly kind: 'silence'; readonly connection: ConnectionId }
  | { readonly kind: 'close'; readonly connection: ConnectionId; readonly code: WireCodeName }
  /** [V4] Says something to a connection that speaks the session protocol: see `eventsOf`. */
  | { readonly kind: 'tell'; readonly connection: ConnectionId; readonly telling: Telling }
  /** [V6] Ends such a connection. */
  | { readonly kind: 'end'; readonly connection: ConnectionId; readonly code: SessionCodeName };

export type JoinOutcome =
  /** The newcomer's `messages` are what the decision's `drain` took out. */
  | { readonly kind: 'joined'; readonly isInitiator: boolean; readonly isLoopback: boolean }
  | { readonly kind: 'full' };

export type RegisterOutcome =
  | { readonly kind: 'registered' }
  | { readonly kind: 'refused'; readonly code: 'unknownClient' | 'roomFull' };

export type PostOutcome =
  /** Relayed, queued, stored or swallowed. */
  | { readonly kind: 'accepted' }
  /** [TW2] For the other member, and where messages are forwarded: the caller does so. */
  | { readonly kind: 'forward' }
  /** Nobody is seated. */
  | { readonly kind: 'unknown-room' }
  | { readonly kind: 'unknown-client' };

export interface Done {
  readonly kind: 'done';
}

export type Outcome = JoinOutcome | RegisterOutcome | PostOutcome | Done;

/** All that follows from a command. `room` is the same reference where nothing changed. */
export interface Decision<OfOutcome extends Outcome = Outcome> {
  readonly room: Room;
  readonly mail: readonly MailOp[];
  readonly effects: readonly Effect[];
  readonly outcome: OfOutcome;
}
