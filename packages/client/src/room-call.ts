import { type JoinedSeat, parseInnerMessage, unknownClientFrame } from '@apprtc/protocol';
import type {
  Call,
  CallEvents,
  CallState,
  MediaPath,
  RelayProblem,
  SignalingState,
} from './api.ts';
import { parseCallParameters } from './call-parameters.ts';
import { type CallEvent, type CallModel, initialCall, reduceCall } from './call-state.ts';
import { ConnectionShape } from './connection-shape.ts';
import { within } from './deadline.ts';
import { Emitter } from './emitter.ts';
import type { Role } from './fixed-roles-negotiator.ts';
import type { SendTracks, TrackKind } from './negotiator.ts';
import { PeerSession, type SessionListeners } from './peer-session.ts';
import type { Platform } from './platform.ts';
import type { RoomClient } from './room-client.ts';
import { SeatIce } from './seat-ice.ts';
import { SeatLink } from './seat-link.ts';
import { seekSeat } from './seek-seat.ts';

export interface RoomCallOptions {
  readonly platform: Platform;
  readonly client: RoomClient;
  readonly room: string;
  readonly query: URLSearchParams;
  readonly media: MediaStream | null;
  readonly seat: JoinedSeat;
}

/** How often a call without media takes a new seat before it is over. */
const maxRejoins = 3;
/** A seat that was held for so long grants the new seats anew. */
const lastingSeatMs = 60_000;
/** Hanging up waits no longer for a seat that was asked for and has to be given back. */
const giveBackWithinMs = 12_000;

/** A call from its first seat to its end. It wires the parts together; what it is in, `reduceCall` decides. */
export class RoomCall implements Call {
  readonly room: string;
  readonly #options: RoomCallOptions;
  readonly #events = new Emitter<CallEvents>();
  readonly #localStream: MediaStream;
  readonly #forgetPageHide: () => void;
  #model: CallModel = initialCall;
  #tracks: SendTracks;
  #seat: JoinedSeat;
  #link: SeatLink;
  #ice: SeatIce;
  #session: PeerSession | null = null;
  #remoteStream: MediaStream | null = null;
  #path: MediaPath | null = null;
  #relayProblem: RelayProblem | null = null;
  #rejoins = 0;
  #seatedAtMs = 0;
  /** The server knows nothing of the seat any more, and a new one may be asked for. */
  #isForgotten = false;
  #farewell: Promise<void> | null = null;
  /** The call is over, and the server is being told. */
  #isLeaving = false;
  /** The search for a new seat, or the last one. */
  #search: Promise<void> = Promise.resolve();

  constructor(options: RoomCallOptions) {
    const { platform, media, room, seat } = options;
    this.room = room;
    this.#options = options;
    this.#localStream = media ?? new platform.MediaStream();
    this.#tracks = {
      audio: media?.getAudioTracks()[0] ?? null,
      video: media?.getVideoTracks()[0] ?? null,
    };
    this.#forgetPageHide = platform.onPageHide?.(() => this.#leavePage()) ?? (() => {});
    this.#seat = seat;
    this.#ice = this.#iceFor(seat);
    this.#link = this.#linkFor(seat);
    this.#enter();
  }

  get roomLink(): string {
    return this.#seat.roomLink;
  }

  get loopbackUrl(): string | null {
    return this.#seat.isLoopback ? this.#seat.wssUrl : null;
  }

  get state(): CallState {
    return this.#model.call;
  }

  get signaling(): SignalingState {
    return this.#model.signaling;
  }

  get remoteStream(): MediaStream | null {
    return this.#remoteStream;
  }

  get path(): MediaPath | null {
    return this.#path;
  }

  get relayProblem(): RelayProblem | null {
    return this.#relayProblem;
  }

  get peerConnection(): RTCPeerConnection | null {
    return this.#session?.peerConnection ?? null;
  }

  on<Name extends keyof CallEvents>(
    event: Name,
    listener: (value: CallEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener);
  }

  async replaceTrack(kind: TrackKind, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks = { ...this.#tracks, [kind]: track };
    await this.#session?.replaceTrack(kind, track);
  }

  sendCustomized(data: string): void {
    if (this.#isOver()) return;
    this.#link.send(JSON.stringify({ type: 'customized', data }));
  }

  hangUp(): Promise<void> {
    this.#farewell ??= this.#leaveFor('hung-up');
    return this.#farewell;
  }

  /** Takes up the seat in `#seat`: signaling, then a session, then what was said before we came. */
  #enter(): void {
    const { isInitiator, messages, warnings, errors } = this.#seat;
    this.#seatedAtMs = this.#options.platform.nowMs();
    this.#isForgotten = false;
    this.#dispatch({ kind: 'seated', isInitiator });
    this.#link.open();
    this.#startSession(isInitiator ? 'offerer' : 'answerer');
    for (const message of messages) this.#receive(message);
    const notices = [...errors, ...warnings];
    if (notices.length === 0) return;
    // Whoever awaits the join has had no time to listen yet.
    this.#options.platform.setTimeout(() => {
      for (const text of notices) this.#warn(text);
    }, 0);
  }

  #linkFor(seat: JoinedSeat): SeatLink {
    const { platform, client } = this.#options;
    const unlessLeft = (action: () => void): void => {
      if (this.#link === link) action();
    };
    const link = new SeatLink(platform, client, seat, {
      onMessage: (message) => unlessLeft(() => this.#receive(message)),
      onSignaling: (state) => unlessLeft(() => this.#dispatch({ kind: 'signaling', state })),
      onRefused: (why) => unlessLeft(() => this.#seatRefused(why)),
      onWarning: (text) => unlessLeft(() => this.#warn(text)),
    });
    return link;
  }

  #iceFor(seat: JoinedSeat): SeatIce {
    return new SeatIce(seat, this.#options, {
      onServers: (servers) => this.#session?.useServers(servers),
      onNone: () => this.#warn('No ICE servers could be had'),
    });
  }

  #receive(text: string): void {
    // While a new seat is sought, the old one may still hear; that no longer concerns us.
    if (this.#isOver() || this.state.name === 'joining') return;
    const parsed = parseInnerMessage(text);
    // Not ours to understand: a newer client's message, or noise.
    if (!parsed.ok) return;
    const message = parsed.value;
    switch (message.type) {
      case 'bye':
        this.#peerGone();
        return;
      case 'customized':
        this.#events.emit('customized', message.data);
        return;
      case 'remove-candidates':
        // Browsers offer no way to take a candidate back; a path that is gone fails by itself.
        return;
      case 'offer':
        if (this.#admitsOffer(message.sdp)) this.#session?.receive(message);
        return;
      default:
        this.#session?.receive(message);
    }
  }

  #admitsOffer(sdp: string): boolean {
    const verdict = this.#session?.judgeOffer(sdp) ?? 'ignore';
    if (verdict !== 'replace') return verdict === 'take';
    this.#dispatch({ kind: 'peer-gone' });
    if (this.#isOver()) return false;
    this.#startSession('answerer');
    return this.#session?.judgeOffer(sdp) === 'take';
  }

  /** Whoever stays waits for the next one as initiator, with a peer connection that nobody has used. */
  #peerGone(): void {
    this.#dispatch({ kind: 'peer-gone' });
    if (!this.#isOver()) this.#startSession('offerer');
  }

  #startSession(role: Role): void {
    this.#endSession();
    this.#showRelayProblem(null);
    const { platform, query } = this.#options;
    this.#link.isInitiator = role === 'offerer';
    this.#session = new PeerSession({
      role,
      platform,
      tracks: this.#tracks,
      localStream: this.#localStream,
      ice: this.#ice,
      canSignal: () => this.signaling === 'open',
      shape: new ConnectionShape(parseCallParameters(query), platform.receiveCodecs),
      listeners: this.#sessionListeners(role),
    });
    this.#session.start();
  }

  #sessionListeners(role: Role): SessionListeners {
    const { nowMs } = this.#options.platform;
    return {
      send: (message) => this.#link.send(JSON.stringify(message), message.type === 'candidate'),
      onPeerHere: () => this.#dispatch({ kind: 'peer-here' }),
      onRemoteStream: (stream) => this.#showRemote(stream),
      onMediaConnected: () => {
        this.#rejoins = 0;
        this.#dispatch({ kind: 'media-connected', atMs: nowMs() });
      },
      onMediaLost: () => {
        const seeker = role === 'offerer' ? 'us' : 'them';
        this.#dispatch({ kind: 'media-lost', atMs: nowMs(), seeker });
      },
      onGivenUp: () => {
        if (this.state.name === 'reconnecting') this.#warn(this.#whyGivenUp());
        const canOffer = role === 'offerer' || this.signaling === 'closed';
        if (canOffer && !this.#isForgotten) this.#peerGone();
        else this.#search = this.#rejoin();
      },
      onSilence: () => this.#dispatch({ kind: 'peer-silent' }),
      onPath: (path) => this.#showPath(path),
      onRelayProblem: (problem) => this.#showRelayProblem(problem),
      onWarning: (text) => this.#warn(text),
    };
  }

  /** The path is the last one that there was; a relay that is away matters only to one through a relay. */
  #whyGivenUp(): string {
    const [path, problem] = [this.#path, this.#relayProblem];
    const isRelayed = path?.kind === 'relay' && path.side === 'ours';
    const isRelayAway = problem !== null && (problem.isRelayOnly || isRelayed);
    return `Media was lost and did not come back${isRelayAway ? ` (relay: ${problem.code})` : ''}`;
  }

  #endSession(): void {
    this.#session?.close();
    this.#session = null;
    this.#link.discardUnsent();
    this.#showRemote(null);
    this.#showPath(null);
  }

  /**
   * A server that was started anew knows nobody. Whoever waits for the other one has to come in again, or would not
   * be found; a call that has media goes on without, and comes in again when it has lost that too.
   */
  #seatRefused(why: string): void {
    const { name } = this.state;
    this.#isForgotten = why === unknownClientFrame;
    if (!this.#isForgotten || (name !== 'waiting' && name !== 'connecting')) {
      this.#dispatch({ kind: 'seat-refused' });
      return;
    }
    if (this.#options.platform.nowMs() - this.#seatedAtMs >= lastingSeatMs) this.#rejoins = 0;
    this.#search = this.#rejoin();
  }

  /**
   * The answerer's last resort: only the initiator may offer, and it is perhaps gone. A new seat makes the server
   * say who is there.
   */
  async #rejoin(): Promise<void> {
    this.#rejoins += 1;
    if (this.#rejoins > maxRejoins) {
      this.#farewell ??= this.#leaveFor('failed');
      return;
    }
    this.#endSession();
    this.#ice.close();
    this.#dispatch({ kind: 'rejoining' });
    await this.#link.leave();
    const { platform, client, room, query } = this.#options;
    const isGivenUp = (): boolean => this.#isOver();
    const found = await seekSeat({ platform, client, room, query: query.toString(), isGivenUp });
    if (found.seat === null) {
      this.#dispatch({ kind: 'ended', reason: found.endReason });
      return;
    }
    const { seat } = found;
    const link = this.#linkFor(seat);
    if (this.#isOver()) {
      await link.leave();
      return;
    }
    this.#seat = seat;
    this.#ice = this.#iceFor(seat);
    this.#link = link;
    this.#enter();
  }

  async #leaveFor(reason: 'hung-up' | 'failed'): Promise<void> {
    if (this.#isOver()) return;
    const holdsSeat = this.state.name !== 'joining';
    this.#isLeaving = holdsSeat;
    this.#dispatch({ kind: 'ended', reason });
    if (holdsSeat) await this.#link.leave();
    else await within(this.#options.platform, giveBackWithinMs, this.#search, undefined);
    this.#isLeaving = false;
    this.#forgetPageHide();
  }

  #leavePage(): void {
    // Also in the middle of a farewell, whose bye would otherwise be lost with the page; saying it twice is harmless.
    if (this.#isOver() && !this.#isLeaving) return;
    this.#link.abandon();
    this.#dispatch({ kind: 'ended', reason: 'page-left' });
  }

  #dispatch(event: CallEvent): void {
    const before = this.#model;
    const model = reduceCall(before, event);
    this.#model = model;
    if (model.call.name === 'ended' && before.call.name !== 'ended') this.#tearDown();
    if (model.signaling !== before.signaling) {
      if (model.signaling === 'open') this.#session?.signalingIsOpen();
      this.#events.emit('signaling', model.signaling);
    }
    if (model.call !== before.call) this.#events.emit('state', model.call);
  }

  #tearDown(): void {
    this.#endSession();
    this.#ice.close();
    // Who leaves needs the socket for the bye; the leaving closes it.
    if (this.#isLeaving) return;
    this.#forgetPageHide();
    this.#link.drop();
  }

  #showRemote(stream: MediaStream | null): void {
    if (stream === this.#remoteStream) return;
    this.#remoteStream = stream;
    this.#events.emit('remoteStream', stream);
  }

  #showPath(path: MediaPath | null): void {
    if (path === this.#path) return;
    this.#path = path;
    this.#events.emit('path', path);
  }

  #showRelayProblem(problem: RelayProblem | null): void {
    if (problem === this.#relayProblem) return;
    this.#relayProblem = problem;
    this.#events.emit('relayProblem', problem);
  }

  #warn(text: string): void {
    if (!this.#isOver()) this.#events.emit('warning', text);
  }

  #isOver(): boolean {
    return this.#model.call.name === 'ended';
  }
}
