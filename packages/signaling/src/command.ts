import type { ClientId } from '@apprtc/protocol';
import type { ConnectionId } from './connection-id.ts';
import type { SessionCommand } from './session/session-command.ts';

/** [JN1] `POST /join`. The id is fresh, made by the caller. */
export interface JoinCommand {
  readonly type: 'join';
  readonly clientId: ClientId;
  /** [LB1] The client asked for a call with itself. */
  readonly loopback: boolean;
}

/** `register` on a socket that has not registered yet. */
export interface RegisterCommand {
  readonly type: 'register';
  readonly clientId: ClientId;
  readonly connection: ConnectionId;
  /** Whether the id bears our signature for this room. */
  readonly issued: boolean;
}

/** `send` on a registered socket. */
export interface SendCommand {
  readonly type: 'send';
  readonly connection: ConnectionId;
  readonly message: string;
}

/** A message over HTTP: `POST /message/:room/:client` or the Collider's `POST /:room/:client`. */
export interface PostCommand {
  readonly type: 'post';
  readonly clientId: ClientId;
  readonly message: string;
}

/** `POST /leave` or `POST /bye`. */
export interface LeaveCommand {
  readonly type: 'leave';
  readonly clientId: ClientId;
}

/** `DELETE /:room/:client`. */
export interface DeleteCommand {
  readonly type: 'delete';
  readonly clientId: ClientId;
}

/** A socket closed. */
export interface DropCommand {
  readonly type: 'drop';
  readonly connection: ConnectionId;
  /** [V25] When a session was last heard on it, by the caller's clock; absent: now. */
  readonly heardMs?: number;
}

/** A deadline of the room has come. */
export interface ExpireCommand {
  readonly type: 'expire';
}

export type Command =
  | JoinCommand
  | RegisterCommand
  | SendCommand
  | PostCommand
  | LeaveCommand
  | DeleteCommand
  | DropCommand
  | ExpireCommand
  | SessionCommand;
