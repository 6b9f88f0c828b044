import type { Platform } from './platform.ts';

/** Where and with what to open a room. */
export interface OpenOptions {
  /** The server's origin, as in `https://calls.example`. Default: the page's own origin. */
  readonly server?: string | URL;
  /** The room's name. */
  readonly room: string;
  /** Query parameters for the join, as in the page's own address (`?it=relay`). */
  readonly query?: string | URLSearchParams;
  /** Replaces parts of the environment: for Node, and for tests. */
  readonly platform?: Partial<Platform>;
}

export interface JoinOptions {
  /** What to send. Null or absent: receive only; tracks may be added later. The caller keeps owning the tracks. */
  readonly media?: MediaStream | null;
  /** Gives up the join. */
  readonly signal?: AbortSignal;
}

/** A room that one has not entered yet. */
export interface Lobby {
  readonly room: string;
  /**
   * Takes a seat and starts signaling. Resolves once the seat is won (state `waiting` or `connecting`).
   * @throws CallError with reason `room-full`, `server-unreachable`, `bad-reply` or `aborted`. (`open` itself throws
   * `bad-room` and `unsupported`.)
   */
  join(options?: JoinOptions): Promise<Call>;
}

/** Why a call is over, or could not begin. */
export type EndReason = 'hung-up' | 'seat-lost' | 'server-unreachable' | 'page-left' | 'failed';

/**
 * - `joining`: asking for a new seat, because media was lost and did not come back, or because a restarted server has
 *   forgotten the one who waits; the first seat is `join`'s
 * - `waiting`: alone in the room, or with somebody who has said nothing for 10 s
 * - `connecting`: the other one is here, media is not yet
 * - `connected`: media flows
 * - `reconnecting`: media was lost, and is being sought
 * - `ended`: nothing more will happen
 */
export type CallState =
  | { readonly name: 'joining' }
  | { readonly name: 'waiting' }
  | { readonly name: 'connecting' }
  | { readonly name: 'connected'; readonly sinceMs: number }
  | { readonly name: 'reconnecting'; readonly sinceMs: number }
  | { readonly name: 'ended'; readonly reason: EndReason };

/** The life of the signaling socket, apart from media: a call goes on without it. */
export type SignalingState = 'connecting' | 'open' | 'reconnecting' | 'closed';

export interface CallEvents {
  /** The call's state changed. */
  readonly state: CallState;
  readonly signaling: SignalingState;
  /** The other one's stream: a new one for each new peer, null when the peer is gone. */
  readonly remoteStream: MediaStream | null;
  /** The other one sent `{"type":"customized","data":…}`. */
  readonly customized: string;
  /** Something the server wants the person to know. */
  readonly warning: string;
}

export interface Call {
  readonly room: string;
  /** The address to give to the other one. */
  readonly roomLink: string;
  /** In a room with oneself (`?debug=loopback`) where a LoopbackPeer gets in; null in a room for two. */
  readonly loopbackUrl: string | null;
  readonly state: CallState;
  readonly signaling: SignalingState;
  readonly remoteStream: MediaStream | null;
  /** The peer connection of the moment, for statistics; null while there is none. */
  readonly peerConnection: RTCPeerConnection | null;
  /** Subscribes; the returned function undoes it. A listener that throws cannot break the call. */
  on<Name extends keyof CallEvents>(
    event: Name,
    listener: (value: CallEvents[Name]) => void,
  ): () => void;
  /** Changes what is sent, without renegotiation where possible. Null: nothing of that kind. */
  replaceTrack(kind: 'audio' | 'video', track: MediaStreamTrack | null): Promise<void>;
  /** Sends `{"type":"customized","data":…}`; devices ring with it. */
  sendCustomized(data: string): void;
  /** Leaves the room: `/leave`, then `bye`, then the socket closes. Idempotent; resolves when the seat is free. */
  hangUp(): Promise<void>;
}
