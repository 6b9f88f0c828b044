import type { ClientId, RoomId } from '@apprtc/protocol';
import type {
  JoinCommand,
  JoinOutcome,
  MaybePromise,
  PostCommand,
  PostOutcome,
} from '@apprtc/signaling';
import type { Ran } from './room-service.ts';

/** [TW11] The rooms are kept elsewhere and can't be reached. */
export interface OutOfReach {
  readonly kind: 'out-of-reach';
  readonly retryAfterMs: number;
}

/** Who says that a client is gone: the client itself, a Collider, or one that shares our rooms and so knows it first. */
export type Messenger = 'client' | 'collider' | 'our-collider';

/** The rooms, as the room server needs them, wherever they are kept. */
export interface RoomsPort {
  run(roomId: RoomId, command: JoinCommand): MaybePromise<Ran<JoinOutcome> | OutOfReach>;
  run(roomId: RoomId, command: PostCommand): MaybePromise<Ran<PostOutcome> | OutOfReach>;
  /** Frees a seat; where the rooms are out of reach, as soon as they can be reached. */
  leave(roomId: RoomId, clientId: ClientId, saidBy: Messenger): MaybePromise<void>;
  /** [HM3] Whether a join at this time would be told FULL, as far as is known. Changes nothing. */
  isFull(roomId: RoomId): MaybePromise<boolean>;
  /** [IC9] Whether a client holds a seat at this time; false where that can't be known. Changes nothing. */
  isSeated(roomId: RoomId, clientId: ClientId): MaybePromise<boolean>;
  /** [V1] Whether whoever keeps the rooms takes sessions; false where that can't be known. */
  takesSessions(): MaybePromise<boolean>;
}
