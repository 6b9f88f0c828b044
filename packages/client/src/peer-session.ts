import { type IceServers, limits } from '@apprtc/protocol';
import type { Attempt, MediaPath, RelayProblem } from './api.ts';
import type { ConnectionShape } from './connection-shape.ts';
import type { NegotiatorOptions, Role } from './fixed-roles-negotiator.ts';
import { MediaWatch, sessionPace } from './media-watch.ts';
import type {
  NegotiationMessage,
  NegotiatorListeners,
  SendTracks,
  TrackKind,
} from './negotiator.ts';
import { PathWatch } from './path-watch.ts';
import { peerIdentity } from './peer-identity.ts';
import { PerfectNegotiator } from './perfect-negotiator.ts';
import type { Platform } from './platform.ts';
import { RelayWatch } from './relay-watch.ts';
import type { SessionIce } from './seat-ice.ts';

export interface SessionListeners
  extends Pick<NegotiatorListeners, 'send' | 'onPeerHere' | 'onRemoteStream'> {
  readonly onMediaConnected: () => void;
  readonly onMediaLost: () => void;
  readonly onAttempt?: (attempt: Attempt | null) => void;
  readonly onGivenUp: () => void;
  /** We are to answer, and no offer has come for a while. It may still. */
  readonly onSilence: () => void;
  readonly onPath: (path: MediaPath | null) => void;
  readonly onRelayProblem: (problem: RelayProblem | null) => void;
  readonly onWarning: (text: string) => void;
}

export interface SessionOptions {
  readonly role: Role;
  /** Nobody is there yet: what there is to say waits for `meet`. */
  readonly isAwaiting?: boolean;
  readonly platform: Platform;
  readonly tracks: SendTracks;
  readonly localStream: MediaStream;
  readonly ice: SessionIce;
  /** Whether the other one's answer to an offer of now could reach us. */
  readonly canSignal: () => boolean;
  /** Whether signaling is away and will come back: until then there is nobody to begin anew with. */
  readonly isSignalingSought?: () => boolean;
  readonly shape: ConnectionShape;
  readonly listeners: SessionListeners;
}

/** An offer waits no longer than this for ICE servers; late ones serve the next gathering. */
const iceWaitMs = 1_500;
/** Where only relays are allowed there is nothing to offer without them. */
const relayWaitMs = 10_000;
/** An ICE restart waits no longer than this for newer ones. */
const renewWaitMs = 3_000;

/** So long an offerer may take for its offer; a slow one has waited for ICE servers, or for its camera. */
const silentAfterMs = 10_000;

/** Paths that were found longer ago may be gone. */
const preparedForMs = 300_000;

/** What to do with an offer: take it here, start a new session for it, or nothing. */
export type OfferVerdict = 'take' | 'replace' | 'ignore';

/** The time with one peer: one peer connection, from before its first message until it is gone. */
export class PeerSession {
  readonly role: Role;
  readonly #options: SessionOptions;
  readonly #watch: MediaWatch;
  readonly #relay: RelayWatch;
  readonly #path: PathWatch;
  readonly #tracks: Record<TrackKind, MediaStreamTrack | null>;
  #negotiator: PerfectNegotiator | null = null;
  /** Both speak sessions: either may offer, `role` says only who does so first. */
  #isPerfect = false;
  /** What there is to say while nobody is there to hear it; null from then on. */
  #unsaid: NegotiationMessage[] | null;
  readonly #preparedUntilMs: number;
  #closed = false;
  /** A restart is due though the path may seem well. */
  #isMoved = false;
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
    this.#relay = new RelayWatch(platform, listeners.onRelayProblem);
    this.#path = new PathWatch(platform, (path) => {
      if (path?.kind === 'relay' && path.side === 'ours') this.#relay.found();
      listeners.onPath(path);
    });
    this.#unsaid = options.isAwaiting === true ? [] : null;
    this.#preparedUntilMs = options.platform.nowMs() + preparedForMs;
    this.#watch = this.#newWatch();
  }

  #newWatch(): MediaWatch {
    const { platform, listeners } = this.#options;
    return new MediaWatch(platform, {
      onConnected: () => {
        const pc = this.peerConnection;
        if (pc !== null) this.#path.connected(pc);
        listeners.onMediaConnected();
      },
      onLost: listeners.onMediaLost,
      onAttempt: (attempt) => listeners.onAttempt?.(attempt),
      onRestart: () => void this.#restart(),
      mayGiveUp: () => !this.#isPerfect || this.#options.isSignalingSought?.() !== true,
      onGivenUp: listeners.onGivenUp,
    });
  }

  get peerConnection(): RTCPeerConnection | null {
    return this.#negotiator?.peerConnection ?? null;
  }

  /** Whether all is ready for somebody who is to answer, and the paths that were found are likely still good. */
  get isPrepared(): boolean {
    return this.#unsaid !== null && this.#options.platform.nowMs() < this.#preparedUntilMs;
  }

  /** Somebody is there, who speaks sessions too (2) or not. Before the start, or after. */
  meet(protocol: 1 | 2): void {
    if (protocol === 2) {
      this.#isPerfect = true;
      this.#watch.pace = sessionPace(this.role === 'answerer');
      this.#watch.expect();
    }
    if (this.#negotiator === null) {
      this.#unsaid = null;
      return;
    }
    this.#enqueue(async (negotiator) => {
      if (protocol === 2) await negotiator.becomePerfect();
      this.#sayAll();
    });
  }

  /** Of two offers only the second one is meant. */
  #sayAll(): void {
    const unsaid = this.#unsaid ?? [];
    this.#unsaid = null;
    const offer = unsaid.filter(({ type }) => type === 'offer').at(-1);
    for (const message of unsaid) {
      if (message.type !== 'offer' || message === offer) this.#options.listeners.send(message);
    }
  }

  #say(message: NegotiationMessage): void {
    if (this.#unsaid === null) this.#options.listeners.send(message);
    else if (this.#unsaid.length < limits.maxQueuedMessages) this.#unsaid.push(message);
  }

  start(): void {
    const { platform, listeners } = this.#options;
    if (!this.#isPerfect && this.role === 'answerer') {
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
    if (this.#isPerfect) return 'take';
    const identity = peerIdentity(sdp);
    if (this.role === 'offerer') return this.#isAnswered() ? 'ignore' : 'replace';
    if (this.#offerOf !== null && this.#offerOf !== identity) return 'replace';
    this.#offerOf = identity;
    this.#options.platform.clearTimeout(this.#silenceTimer);
    return 'take';
  }

  receive(message: NegotiationMessage): void {
    this.#watch.heard();
    this.#enqueue(async (negotiator) => {
      await negotiator.receive(message);
      // Ends a failure that was only rehearsed.
      if (!this.#closed) this.#watch.observe(negotiator.peerConnection.connectionState);
    });
  }

  get isPerfect(): boolean {
    return this.#isPerfect;
  }

  /** Whether media arrives, as far as ICE's checks know (RFC 7675). */
  get isConnected(): boolean {
    return this.peerConnection?.connectionState === 'connected';
  }

  /** Our network is another one: the old path leads nowhere. */
  networkChanged(): void {
    // A legacy peer may hang up on an offer that it need not have got.
    if (!this.#isPerfect) return;
    this.#isMoved = true;
    void this.#restart();
  }

  simulateIceFailure(): void {
    this.#isMoved = true;
    this.#watch.observe('failed');
  }

  /** Rejects when the track can't be used, for example one of the wrong kind. */
  async replaceTrack(kind: TrackKind, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks[kind] = track;
    await this.#negotiator?.replaceTrack(kind, track);
  }

  /** For the next time that paths are gathered. */
  useServers(servers: IceServers): void {
    const pc = this.peerConnection;
    if (pc === null) return;
    const configuration = this.#options.ice.configuration(servers);
    try {
      pc.setConfiguration(configuration);
      this.#relay.use(configuration, true);
    } catch {
      // Then this connection goes on with those that it has.
    }
  }

  /** Our signaling is back. */
  signalingIsOpen(): void {
    if (this.#isMoved) void this.#restart();
    this.#watch.nudge();
  }

  close(): void {
    this.#closed = true;
    this.#watch.stop();
    this.#relay.stop();
    this.#path.stop();
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
    const { ice } = this.#options;
    const isRelayOnly = ice.configuration(null).iceTransportPolicy === 'relay';
    const servers = await ice.servers(isRelayOnly ? relayWaitMs : iceWaitMs);
    if (this.#closed) return;
    const configuration = ice.configuration(servers ?? null);
    const pc = this.#newPeerConnection(configuration);
    this.#relay.attach(pc);
    this.#relay.use(configuration, servers !== null && servers !== undefined);
    this.#negotiator = this.#negotiatorFor(pc);
    await this.#negotiator.start();
  }

  #newPeerConnection(configuration: RTCConfiguration): RTCPeerConnection {
    const { platform, listeners } = this.#options;
    try {
      return new platform.RTCPeerConnection(configuration);
    } catch {
      // One bad URL among the ICE servers is enough to be refused; a direct path may still be found.
      listeners.onWarning('The ICE servers could not be used');
      return new platform.RTCPeerConnection({ ...configuration, iceServers: [] });
    }
  }

  /**
   * Offers a new path, with ICE servers of now. Only the offerer can, and the answerer gets ready for it: a message by
   * which it could ask for an offer is unknown to other clients, and Android's hang up on one.
   */
  async #restart(): Promise<void> {
    const { ice, canSignal } = this.#options;
    if (!canSignal()) return;
    await ice.renew(renewWaitMs);
    if (this.role === 'answerer' && !this.#isPerfect) return;
    this.#enqueue(async (negotiator) => {
      const { connectionState, localDescription } = negotiator.peerConnection;
      // It may have found a path by itself meanwhile.
      if (connectionState === 'connected' && !this.#isMoved) return;
      this.#isMoved = false;
      // With addresses of ours there are none of the other one yet: it may be slow, and a second offer would not help.
      const hasOwn = /^a=candidate:/m.test(localDescription?.sdp ?? '');
      if (connectionState === 'new' && hasOwn) return;
      this.#relay.restart();
      await negotiator.restartIce();
    });
  }

  #negotiatorFor(peerConnection: RTCPeerConnection): PerfectNegotiator {
    const { platform, role, localStream, shape, listeners } = this.#options;
    const unlessClosed = (action: () => void): void => {
      if (!this.#closed) action();
    };
    const options: NegotiatorOptions = {
      role,
      peerConnection,
      tracks: this.#tracks,
      localStream,
      remoteStream: new platform.MediaStream(),
      shape,
      listeners: {
        send: (message) =>
          unlessClosed(() => {
            if (message.type === 'candidate' && / typ relay/.test(message.candidate)) {
              this.#relay.found();
            }
            this.#say(message);
          }),
        onPeerHere: () =>
          unlessClosed(() => {
            // Counted from here, so that a description that can't be used is not waited on for ever.
            this.#watch.expect();
            listeners.onPeerHere();
          }),
        onConnectionState: (state) => unlessClosed(() => this.#watch.observe(state)),
        onRemoteStream: (stream) => unlessClosed(() => listeners.onRemoteStream(stream)),
      },
    };
    return new PerfectNegotiator(options, this.#isPerfect);
  }

  #enqueue(task: (negotiator: PerfectNegotiator) => Promise<unknown>): void {
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
