import type { RoomId } from '@apprtc/protocol';
import type { MailOp } from './decision.ts';
import type { Room } from './room.ts';

/** A value now or later: the memory store answers at once. */
export type MaybePromise<Value> = Value | Promise<Value>;

export interface LoadedRoom {
  readonly room: Room;
  /** Names this value of the room; a commit holds only if it is still the newest. */
  readonly version: number;
}

/** What a decision's `peek` found, with the number of the first. */
export interface Peeked {
  readonly first: number;
  readonly messages: readonly string[];
}

export type Committed =
  | {
      readonly kind: 'committed';
      /** What the decision's `drain` took out, oldest first. */
      readonly drained: readonly string[];
      /** Whether an `append` found its mailbox full [LM3] [LM4] and was dropped. */
      readonly hasOverflowed: boolean;
      /** Absent where the decision has no `peek`. */
      readonly peeked?: Peeked;
    }
  /** Another commit came first: load, decide and commit again. */
  | { readonly kind: 'conflict' }
  /** The store holds all the rooms or bytes that it may [LM7] [LM9]; nothing was changed. */
  | { readonly kind: 'store-full' };

/**
 * Where rooms are kept, each with a mailbox beside each seat. A store decides no rule: it loads, compares,
 * commits. All stores pass one contract suite.
 */
export interface RoomStore {
  /** The room's newest value; the empty room where there is none. */
  load(roomId: RoomId): MaybePromise<LoadedRoom>;
  /** Sets the room and changes its mailboxes, all or nothing, if `version` is still the newest. */
  commit(
    roomId: RoomId,
    version: number,
    room: Room,
    mail: readonly MailOp[],
  ): MaybePromise<Committed>;
}
