import type { Platform } from './platform.ts';

/** Where and with what to open a room. */
export interface OpenOptions {
  /** The server's origin, as in `https://calls.example`. Default: the page's own origin. */
  readonly server?: string | URL;
  /** The room's name. */
  readonly room: string;
  /** Query parameters for the join, as in the page's own address (`?it=relay`). */
  readonly query?: string | URLSearchParams;
  /** `relay`: media takes no other way than through TURN. The same as `it=` in the query, and goes before it. */
  readonly iceTransportPolicy?: 'all' | 'relay';
  /** Over what TURN servers may be reached; default: all. The same as `tt=` in the query, and goes before it. */
  readonly turnTransports?: readonly TurnTransport[];
  /** Replaces parts of the environment: for Node, and for tests. */
  readonly platform?: Partial<Platform>;
}

/** How one's own side reaches its TURN server. */
export type TurnTransport = 'udp' | 'tcp' | 'tls';

/** The way that media takes. A relay (TURN) of the other side only is `theirs`; its transport is not known here. */
export type MediaPath =
  | { readonly kind: 'direct' }
  | {
      readonly kind: 'relay';
      readonly side: 'ours' | 'theirs';
      readonly transport: TurnTransport | null;
    };

/**
 * Why there is no relay (TURN):
 *
 * - `not-told`: the server did not say which ICE servers to use; it is asked again
 * - `not-configured`: it names none, or none of the transport that was asked for
 * - `refused`: each refused the credential (401, 403 and the like, RFC 8656 section 19)
 * - `busy`: it has no room left, for us or for anybody (486, 508)
 * - `unreachable`: none answered
 */
export type RelayProblemCode = 'not-told' | 'not-configured' | 'refused' | 'busy' | 'unreachable';

export interface RelayProblem {
  readonly code: RelayProblemCode;
  /** Whether a relay is the only way that this call may take: then nothing will come before it is mended. */
  readonly isRelayOnly: boolean;
}

export interface JoinOptions {
  /** What to send. Null or absent: receive only; tracks may be added later. The caller keeps owning the tracks. */
  readonly media?: MediaStream | null;
  /** Gives up the join. */
  readonly signal?: AbortSignal;
  /** Takes one's own seat from the tab that has it ("use it here", after `taken-over`). */
  readonly takeOver?: boolean;
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
export type EndReason =
  | 'hung-up'
  | 'seat-lost'
  | 'server-unreachable'
  | 'page-left'
  | 'failed'
  | 'taken-over';

/** An effort to get something back that was lost. */
export interface Attempt {
  /** Of `performance.now()`: since when it is gone. */
  readonly sinceMs: number;
  /** How often it has been tried so far. */
  readonly attempt: number;
}

/** What is being sought, each by itself; null: nothing is lost. */
export interface Recovery {
  /** Reconnecting to the server; only with a server that speaks sessions. */
  readonly signaling: Attempt | null;
  /** Recovering the path of media; an attempt is an ICE restart. */
  readonly media: Attempt | null;
}

/** A trouble that can be rehearsed. */
export type Simulation = 'socket-loss' | 'server-silence' | 'network-change' | 'ice-failure';

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
  | {
      readonly name: 'reconnecting';
      readonly sinceMs: number;
      /** Who may seek a new path: only the one who made the offer can, the other side waits for it. */
      readonly seeker: 'us' | 'them';
    }
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
  /** Media took a way, or another one; null when there is no connection any more. */
  readonly path: MediaPath | null;
  /** An effort to get media or signaling back began, goes on, or has ended. */
  readonly recovery: Recovery;
  /** There is no relay, and why; null once there is. Without `isRelayOnly`, of interest only when media does not come. */
  readonly relayProblem: RelayProblem | null;
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
  readonly path: MediaPath | null;
  readonly recovery: Recovery;
  /** Kept when the call is over: it may be the reason. */
  readonly relayProblem: RelayProblem | null;
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
  /** Rehearses a trouble. Those of the socket do nothing with a server that doesn't speak sessions. */
  simulate(what: Simulation): void;
  /** Leaves the room: `/leave`, then `bye`, then the socket closes. Idempotent; resolves when the seat is free. */
  hangUp(): Promise<void>;
}
