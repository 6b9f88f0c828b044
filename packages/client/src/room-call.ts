import {
  type Credential,
  type JoinedSeat,
  type PeerWhy,
  parseInnerMessage,
  unknownClientFrame,
} from '@apprtc/protocol';
import type { Call, CallState, SignalingState, Simulation } from './api.ts';
import { CallFace } from './call-face.ts';
import { parseCallParameters } from './call-parameters.ts';
import { type CallEvent, type CallModel, initialCall, reduceCall } from './call-state.ts';
import { ConnectionShape } from './connection-shape.ts';
import { within } from './deadline.ts';
import type { Role } from './fixed-roles-negotiator.ts';
import { type HeldSeat, holdSeat, type SeatListeners, type SeatOptions } from './held-seat.ts';
import type { Pairing } from './link.ts';
import type { SendTracks, TrackKind } from './negotiator.ts';
import { PeerSession, type SessionListeners } from './peer-session.ts';
import { SeatLink } from './seat-link.ts';
import { seekSeat } from './seek-seat.ts';

export interface RoomCallOptions extends SeatOptions {
  readonly room: string;
  readonly media: MediaStream | null;
  readonly seat: JoinedSeat;
  /** Of a seat that is come back to; null of one that was just won. */
  readonly credential: Credential | null;
}

/** How often a call without media takes a new seat before it is over. */
const maxRejoins = 3;
/** A seat that was held for so long grants the new seats anew. */
const lastingSeatMs = 60_000;
/** Hanging up waits no longer for a seat that was asked for and has to be given back. */
const giveBackWithinMs = 12_000;

/** A call from its first seat to its end. It wires the parts together; what it is in, `reduceCall` decides. */
export class RoomCall extends CallFace implements Call {
  readonly room: string;
  readonly #options: RoomCallOptions;
  readonly #localStream: MediaStream;
  readonly #forgetPage: () => void;
  #model: CallModel = initialCall;
  #tracks: SendTracks;
  #held: HeldSeat;
  /** What the other one had said before we came. */
  #early: readonly string[] = [];
  #session: PeerSession | null = null;
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
    super();
    const { platform, media, room, seat } = options;
    this.room = room;
    this.#options = options;
    this.#localStream = media ?? new platform.MediaStream();
    this.#tracks = {
      audio: media?.getAudioTracks()[0] ?? null,
      video: media?.getVideoTracks()[0] ?? null,
    };
    const undo = [
      platform.onPageHide?.(() => this.#leavePage()),
      platform.onWake?.((isOther) => isOther && this.#session?.networkChanged()),
    ];
    this.#forgetPage = () => {
      for (const forget of undo) forget?.();
    };
    this.#held = this.#hold(seat, options.credential);
    this.#enter();
  }

  get roomLink(): string {
    return this.#held.seat.roomLink;
  }

  get loopbackUrl(): string | null {
    return this.#held.seat.isLoopback ? this.#held.seat.wssUrl : null;
  }

  get state(): CallState {
    return this.#model.call;
  }

  get signaling(): SignalingState {
    return this.#model.signaling;
  }

  get peerConnection(): RTCPeerConnection | null {
    return this.#session?.peerConnection ?? null;
  }

  async replaceTrack(kind: TrackKind, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks = { ...this.#tracks, [kind]: track };
    await this.#session?.replaceTrack(kind, track);
  }

  sendCustomized(data: string): void {
    if (this.#isOver()) return;
    this.#held.link.send(JSON.stringify({ type: 'customized', data }));
  }

  simulate(what: Simulation): void {
    if (this.#isOver()) return;
    this.#held.link.simulate(what);
    if (what === 'network-change') this.#session?.networkChanged();
    else if (what === 'ice-failure') this.#session?.simulateIceFailure();
  }

  hangUp(): Promise<void> {
    this.#farewell ??= this.#leaveFor('hung-up');
    return this.#farewell;
  }

  /**
   * Takes up the seat in `#seat`: signaling, then a session, then what was said before we came. Where the server speaks
   * sessions, it says when there is somebody to begin one with.
   */
  #enter(): void {
    const { isInitiator, messages, warnings, errors } = this.#held.seat;
    this.#early = messages;
    this.#seatedAtMs = this.#options.platform.nowMs();
    this.#isForgotten = false;
    this.#dispatch({ kind: 'seated', isInitiator });
    this.#held.link.open();
    if (!this.#held.link.speaksSessions) this.#begin(isInitiator);
    const notices = [...errors, ...warnings];
    if (notices.length === 0) return;
    // Whoever awaits the join has had no time to listen yet.
    this.#options.platform.setTimeout(() => {
      for (const text of notices) this.#warn(text);
    }, 0);
  }

  #begin(isInitiator: boolean): void {
    this.#startSession(isInitiator ? 'offerer' : 'answerer');
    const early = this.#early;
    this.#early = [];
    for (const message of early) this.#receive(message);
  }

  #hold(seat: JoinedSeat, credential: Credential | null = null): HeldSeat {
    const listeners: SeatListeners = {
      onMessage: (message) => this.#receive(message),
      onSignaling: (state) => this.#dispatch({ kind: 'signaling', state }),
      onRefused: (why) => this.#seatRefused(why),
      onWarning: (text) => this.#warn(text),
      onPaired: (pairing, isNew) => this.#paired(pairing, isNew),
      onAlone: (why) => this.#alone(why),
      onAttempt: (attempt) => this.showRecovery('signaling', attempt),
      isReceiving: () => this.#session?.isConnected === true,
      onServers: (servers) => this.#session?.useServers(servers),
      onNone: () => this.#warn('No ICE servers could be had'),
    };
    const won = { seat, credential };
    return holdSeat(this.#options, won, listeners, (held) => held === this.#held.seat);
  }

  #paired({ isInitiator, protocol }: Pairing, isNew: boolean): void {
    if (!isNew && this.#session !== null) {
      this.#session.signalingIsOpen();
    } else if (!isNew && protocol === 2) {
      // We have given up the one with whom the other side goes on.
      this.#held.link.renew();
    } else {
      this.#dispatch({ kind: 'paired' });
      if (isInitiator && this.#session?.isPrepared === true) this.#session.meet(protocol);
      else this.#begin(isInitiator);
    }
  }

  /** Media that flows is not ended by what the server doesn't know, or has lost sight of. */
  #alone(why: PeerWhy | null): void {
    const isKept = why === null || (why === 'lost' && this.#session?.isConnected === true);
    if (!isKept || this.#session === null) this.#peerGone();
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
        this.events.emit('customized', message.data);
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
    if (this.#isOver()) return;
    this.#startSession('offerer');
  }

  #startSession(role: Role): void {
    this.#endSession();
    this.show('relayProblem', null);
    const { platform, query } = this.#options;
    const { link, ice } = this.#held;
    if (link instanceof SeatLink) link.isInitiator = role === 'offerer';
    this.#session = new PeerSession({
      role,
      isAwaiting: link.speaksSessions && link.pairing === null,
      platform,
      tracks: this.#tracks,
      localStream: this.#localStream,
      ice,
      canSignal: () => link.canReachPeer,
      isSignalingSought: () => ['connecting', 'reconnecting'].includes(this.signaling),
      shape: new ConnectionShape(parseCallParameters(query), platform.receiveCodecs),
      listeners: this.#sessionListeners(role),
    });
    if (link.pairing?.protocol === 2) this.#session.meet(2);
    this.#session.start();
  }

  #sessionListeners(role: Role): SessionListeners {
    const { nowMs } = this.#options.platform;
    const isPerfect = (): boolean => this.#session?.isPerfect === true;
    return {
      send: (message) =>
        this.#held.link.send(JSON.stringify(message), message.type === 'candidate'),
      onPeerHere: () => this.#dispatch({ kind: 'peer-here' }),
      onRemoteStream: (stream) => this.show('remoteStream', stream),
      onMediaConnected: () => {
        this.#rejoins = 0;
        this.#dispatch({ kind: 'media-connected', atMs: nowMs() });
      },
      onMediaLost: () => {
        const seeker = isPerfect() || role === 'offerer' ? 'us' : 'them';
        this.#dispatch({ kind: 'media-lost', atMs: nowMs(), seeker });
      },
      onGivenUp: () => {
        if (this.state.name === 'reconnecting') this.#warn(this.whyGivenUp());
        const canOffer = role === 'offerer' || this.signaling === 'closed';
        if (isPerfect()) this.#beginAnew();
        else if (canOffer && !this.#isForgotten) this.#peerGone();
        else this.#search = this.#rejoin();
      },
      onSilence: () => this.#dispatch({ kind: 'peer-silent' }),
      onAttempt: (attempt) => this.showRecovery('media', attempt),
      onPath: (path) => this.show('path', path),
      onRelayProblem: (problem) => this.show('relayProblem', problem),
      onWarning: (text) => this.#warn(text),
    };
  }

  #endSession(): void {
    this.#session?.close();
    this.#session = null;
    this.#held.link.discardUnsent();
    this.show('remoteStream', null);
    this.show('path', null);
    this.showRecovery('media', null);
  }

  /** Both speak sessions and have lost each other: a new pairing, and with it new peer connections, on both sides. */
  #beginAnew(): void {
    this.#rejoins += 1;
    if (this.#held.link.pairing === null) this.#peerGone();
    else if (this.#rejoins > maxRejoins) this.#farewell ??= this.#leaveFor('failed');
    else this.#held.link.renew();
  }

  /**
   * A server that was started anew knows nobody. Whoever waits for the other one has to come in again, or would not
   * be found; a call that has media goes on without, and comes in again when it has lost that too.
   */
  #seatRefused(why: string): void {
    const { name } = this.state;
    if (this.#held.link.speaksSessions) {
      if (why === 'taken-over') this.#dispatch({ kind: 'ended', reason: 'taken-over' });
      else this.#search = this.#rejoin(this.#session?.isConnected === true);
      return;
    }
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
  async #rejoin(keepsMedia = false): Promise<void> {
    this.#rejoins += 1;
    if (this.#rejoins > maxRejoins) {
      this.#farewell ??= this.#leaveFor('failed');
      return;
    }
    if (keepsMedia) this.#dispatch({ kind: 'signaling', state: 'reconnecting' });
    else {
      this.#endSession();
      this.#dispatch({ kind: 'rejoining' });
    }
    this.#held.ice.close();
    await this.#held.link.leave();
    const { platform, client, room, query } = this.#options;
    const isGivenUp = (): boolean => this.#isOver();
    const found = await seekSeat({ platform, client, room, query: query.toString(), isGivenUp });
    if (found.seat === null) {
      this.#dispatch(
        keepsMedia ? { kind: 'seat-refused' } : { kind: 'ended', reason: found.endReason },
      );
      return;
    }
    const { seat } = found;
    const held = this.#hold(seat);
    if (this.#isOver()) {
      await held.link.leave();
      return;
    }
    this.#held = held;
    this.#enter();
  }

  async #leaveFor(reason: 'hung-up' | 'failed'): Promise<void> {
    if (this.#isOver()) return;
    const holdsSeat = this.state.name !== 'joining';
    this.#isLeaving = holdsSeat;
    this.#dispatch({ kind: 'ended', reason });
    if (holdsSeat) await this.#held.link.leave();
    else await within(this.#options.platform, giveBackWithinMs, this.#search, undefined);
    this.#isLeaving = false;
    this.#forgetPage();
  }

  #leavePage(): void {
    // Also in the middle of a farewell, whose bye would otherwise be lost with the page; saying it twice is harmless.
    if (this.#isOver() && !this.#isLeaving) return;
    this.#held.link.abandon();
    this.#dispatch({ kind: 'ended', reason: 'page-left' });
  }

  #dispatch(event: CallEvent): void {
    const before = this.#model;
    const model = reduceCall(before, event);
    this.#model = model;
    if (model.call.name === 'ended' && before.call.name !== 'ended') this.#tearDown();
    if (model.signaling !== before.signaling) {
      if (model.signaling === 'open') this.#session?.signalingIsOpen();
      this.events.emit('signaling', model.signaling);
    }
    if (model.call !== before.call) this.events.emit('state', model.call);
  }

  #tearDown(): void {
    this.#endSession();
    this.#held.ice.close();
    // Who leaves needs the socket for the bye; the leaving closes it.
    if (this.#isLeaving) return;
    this.#forgetPage();
    this.#held.link.drop();
  }

  #warn(text: string): void {
    if (!this.#isOver()) this.events.emit('warning', text);
  }

  #isOver(): boolean {
    return this.#model.call.name === 'ended';
  }
}
