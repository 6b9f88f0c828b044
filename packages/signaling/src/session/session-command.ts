import type { ClientId, InstanceId, JoinAnswer, PublishedOffer } from '@apprtc/protocol';
import type { ConnectionId } from '../connection-id.ts';
import type { SeatProof } from './seat-proof.ts';

/** [V10] Takes a seat. The client id is fresh, made by the caller. */
export interface SessionJoinCommand {
  readonly type: 'sessionJoin';
  readonly connection: ConnectionId;
  readonly clientId: ClientId;
  readonly instance: InstanceId;
  readonly answer: JoinAnswer | null;
}

/** [V34] Comes back to a seat. `proof` is what a credential of this room says; null: it isn't ours. */
export interface SessionResumeCommand {
  readonly type: 'sessionResume';
  readonly connection: ConnectionId;
  readonly instance: InstanceId;
  readonly proof: SeatProof | null;
}

/** [V23] Takes up a seat that was won over `POST /join`. */
export interface SessionRegisterCommand {
  readonly type: 'sessionRegister';
  readonly connection: ConnectionId;
  readonly clientId: ClientId;
  readonly instance: InstanceId;
  /** Whether the id bears our signature for this room. */
  readonly issued: boolean;
}

/** [V12] [V16] A numbered message for the peer. */
export interface SessionSendCommand {
  readonly type: 'sessionSend';
  readonly connection: ConnectionId;
  readonly epoch: number;
  readonly n: number;
  readonly message: string;
}

/** [V13] All up to `n` have arrived. */
export interface SessionAckCommand {
  readonly type: 'sessionAck';
  readonly connection: ConnectionId;
  readonly epoch: number;
  readonly n: number;
}

/** [V26] Whether the peer's media still arrives. */
export interface SessionMediaCommand {
  readonly type: 'sessionMedia';
  readonly connection: ConnectionId;
  readonly isReceiving: boolean;
}

/** [V37] The page is going; it may come back. [V22] It hung up. */
export interface SessionLeaveCommand {
  readonly type: 'sessionLeaving' | 'sessionLeave';
  readonly connection: ConnectionId;
}

/** [V41] Wants to be told who is there, or no longer. */
export interface WatchCommand {
  readonly type: 'watch' | 'unwatch';
  readonly connection: ConnectionId;
}

/** [V28] The offer has passed `isPublishable`. */
export interface PublishCommand {
  readonly type: 'publish';
  readonly connection: ConnectionId;
  readonly offer: PublishedOffer;
}

export interface UnpublishCommand {
  readonly type: 'unpublish';
  readonly connection: ConnectionId;
}

export type SessionCommand =
  | SessionJoinCommand
  | SessionResumeCommand
  | SessionRegisterCommand
  | SessionSendCommand
  | SessionAckCommand
  | SessionMediaCommand
  | SessionLeaveCommand
  | WatchCommand
  | PublishCommand
  | UnpublishCommand;
