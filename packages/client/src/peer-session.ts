import type { IceServers } from '@apprtc/protocol';
import type { ConnectionShape } from './connection-shape.ts';
import { within } from './deadline.ts';
import { FixedRolesNegotiator, type Role } from './fixed-roles-negotiator.ts';
import { MediaWatch } from './media-watch.ts';
import type {
  NegotiationMessage,
  Negotiator,
  NegotiatorListeners,
  SendTracks,
  TrackKind,
} from './negotiator.ts';
import { peerIdentity } from './peer-identity.ts';
import type { Platform } from './platform.ts';

export interface SessionListeners
  extends Pick<NegotiatorListeners, 'send' | 'onPeerHere' | 'onRemoteStream'> {
  readonly onMediaConnected: () => void;
  readonly onMediaLost: () => void;
  readonly onGivenUp: () => void;
  /** We are to answer, and no offer has come for a while. It may still. */
  readonly onSilence: () => void;
  readonly onWarning: (text: string) => void;
}

export interface SessionOptions {
  readonly role: Role;
  readonly platform: Platform;
  readonly tracks: SendTracks;
  readonly localStream: MediaStream;
  /** Null servers: none could be had. */
  readonly iceServers: () => Promise<IceServers | null>;
  readonly configuration: (servers: IceServers | null) => RTCConfiguration;
  readonly shape: ConnectionShape;
  readonly listeners: SessionListeners;
}

/** An offer waits no longer than this for ICE servers; late ones serve the next gathering. */
const iceWaitMs = 1_500;

/** So long an offerer may take for its offer; a slow one has waited for ICE servers, or for its camera. */
const silentAfterMs = 10_000;

/** What to do with an offer: take it here, start a new session for it, or nothing. */
export type OfferVerdict = 'take' | 'replace' | 'ignore';

/** The time with one peer: one peer connection, from before its first message until it is gone. */
export class PeerSession {
  readonly role: Role;
  readonly #options: SessionOptions;
  readonly #watch: MediaWatch;
  readonly #tracks: Record<TrackKind, MediaStreamTrack | null>;
  #negotiator: Negotiator | null = null;
  #closed = false;
  #silenceTimer: unknown = null;
  /** Whose offer we answer, see peerIdentity. */
  #offerOf: string | null = null;
  /** Everything that touches the peer connection happens one after the other, in the order it came. */
  #tail: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.role = options.role;
    this.#options = options;
    this.#tracks = { ...options.tracks };
    const { platform, listeners } = options;
    this.#watch = new MediaWatch(platform, {
      onConnected: listeners.onMediaConnected,
      onLost: listeners.onMediaLost,
      onRestart: () => this.#enqueue((negotiator) => negotiator.restartIce()),
      onGivenUp: listeners.onGivenUp,
    });
  }

  get peerConnection(): RTCPeerConnection | null {
    return this.#negotiator?.peerConnection ?? null;
  }

  start(): void {
    const { platform, listeners } = this.#options;
    if (this.role === 'answerer') {
      this.#silenceTimer = platform.setTimeout(listeners.onSilence, silentAfterMs);
    }
    this.#tail = this.#prepare().catch(() => {
      listeners.onWarning('The call could not be prepared');
    });
  }

  /**
   * Decides about an offer when it arrives. The answerer takes it; when it comes from another peer connection than
   * the last, the other side has started afresh, and so must we. The offerer expects none. It gives way, though,
   * while nobody has answered or media is gone: then the other one is not the one that we made our offer to (our
   * seat ran out unnoticed, say, and a newcomer sat down as initiator), our offer reached nobody, and to insist
   * would leave both waiting for an answer.
   */
  judgeOffer(sdp: string): OfferVerdict {
    const identity = peerIdentity(sdp);
    if (this.role === 'offerer') return this.#isAnswered() ? 'ignore' : 'replace';
    if (this.#offerOf !== null && this.#offerOf !== identity) return 'replace';
    this.#offerOf = identity;
    this.#options.platform.clearTimeout(this.#silenceTimer);
    return 'take';
  }

  receive(message: NegotiationMessage): void {
    this.#enqueue((negotiator) => negotiator.receive(message));
  }

  /** Rejects when the track can't be used, for example one of the wrong kind. */
  async replaceTrack(kind: TrackKind, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks[kind] = track;
    await this.#negotiator?.replaceTrack(kind, track);
  }

  close(): void {
    this.#closed = true;
    this.#watch.stop();
    this.#options.platform.clearTimeout(this.#silenceTimer);
    this.#negotiator?.close();
    this.#negotiator = null;
  }

  #isAnswered(): boolean {
    const pc = this.peerConnection;
    if (pc === null || pc.remoteDescription === null) return false;
    return pc.connectionState !== 'disconnected' && pc.connectionState !== 'failed';
  }

  async #prepare(): Promise<void> {
    const { platform, iceServers, listeners } = this.#options;
    const asked = iceServers();
    // Undefined is "not yet", null is "there are none".
    const early = await within(platform, iceWaitMs, asked, undefined);
    if (this.#closed) return;
    const servers = early ?? null;
    const pc = this.#newPeerConnection(servers);
    this.#negotiator = this.#negotiatorFor(pc);
    if (early === null) listeners.onWarning('No ICE servers could be had');
    if (early === undefined) void this.#useLateServers(pc, asked);
    await this.#negotiator.start();
  }

  #newPeerConnection(servers: IceServers | null): RTCPeerConnection {
    const { platform, configuration, listeners } = this.#options;
    try {
      return new platform.RTCPeerConnection(configuration(servers));
    } catch {
      // One bad URL among the ICE servers is enough to be refused; a direct path may still be found.
      listeners.onWarning('The ICE servers could not be used');
      return new platform.RTCPeerConnection({ ...configuration(null), iceServers: [] });
    }
  }

  #negotiatorFor(peerConnection: RTCPeerConnection): Negotiator {
    const { platform, role, localStream, shape, listeners } = this.#options;
    const unlessClosed = (action: () => void): void => {
      if (!this.#closed) action();
    };
    return new FixedRolesNegotiator({
      role,
      peerConnection,
      tracks: this.#tracks,
      localStream,
      remoteStream: new platform.MediaStream(),
      shape,
      listeners: {
        send: (message) => unlessClosed(() => listeners.send(message)),
        onPeerHere: () =>
          unlessClosed(() => {
            // Counted from here, so that a description that can't be used is not waited on for ever.
            this.#watch.expect();
            listeners.onPeerHere();
          }),
        onConnectionState: (state) => unlessClosed(() => this.#watch.observe(state)),
        onRemoteStream: (stream) => unlessClosed(() => listeners.onRemoteStream(stream)),
      },
    });
  }

  async #useLateServers(pc: RTCPeerConnection, asked: Promise<IceServers | null>): Promise<void> {
    const servers = await asked.catch(() => null);
    if (this.#closed) return;
    if (servers === null) {
      this.#options.listeners.onWarning('No ICE servers could be had');
      return;
    }
    try {
      pc.setConfiguration(this.#options.configuration(servers));
    } catch {
      // Then this connection does without.
    }
  }

  #enqueue(task: (negotiator: Negotiator) => Promise<unknown>): void {
    this.#tail = this.#tail.then(async () => {
      const negotiator = this.#negotiator;
      if (negotiator === null) return;
      try {
        await task(negotiator);
      } catch {
        if (!this.#closed) {
          this.#options.listeners.onWarning('A message of the other side could not be used');
        }
      }
    });
  }
}
