import type { Call, CallState, EndReason, RelayProblem, SignalingState } from '@apprtc/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import { reduceScreen, type ScreenEvent } from '../model/reduce-screen.ts';
import type { Screen, Unsupported } from '../model/screen.ts';
import { browserStore } from './browser-store.ts';
import { changedTracks, follow, joinRoom } from './call-session.ts';
import { LocalMedia } from './local-media.ts';
import { pageAddress } from './page-address.ts';
import { rejoinMemory } from './rejoin-memory.ts';
import { RetryClock } from './retry-clock.ts';
import type { JoinProblem, Sdk } from './sdk.ts';

/** A seat of our own may take this long to be freed after a reload. */
const rejoinPatienceMs = 3_000;
/** Reaching the server takes less, or something is in the way. */
const serverLateAfterMs = 3_000;

/** What the page knew when it was loaded. */
export interface Arrival {
  readonly unsupported: Unsupported | null;
  /** The server says that the room is full: then there's no point in asking for the camera. */
  readonly isFull: boolean;
  /** `PerformanceNavigationTiming.type`. */
  readonly navigationType: string;
}

/** What the person is doing with the page: turns wishes into calls to the SDK, and their fate into screens. */
export class AppController {
  readonly #sdk: Sdk;
  readonly #screen = signal<Screen>({ name: 'home' });
  readonly #remoteStream = signal<MediaStream | null>(null);
  readonly #retry = new RetryClock();
  readonly local: LocalMedia;
  #call: Call | null = null;
  #unfollow: () => void = () => {};
  #serverLateTimer: ReturnType<typeof setTimeout> | undefined;
  /** What the person had switched on when the last call ended. */
  #leftWith: LocalMedia['wanted'] = { audio: true, video: true };
  /** Ends whatever was begun for the screen before. */
  #attempt = new AbortController();

  constructor(sdk: Sdk) {
    this.#sdk = sdk;
    this.local = new LocalMedia(sdk);
    this.local.onTrack = (kind, track) => {
      this.#saveMark();
      this.#call
        ?.replaceTrack(kind, track)
        .catch(() => this.#warn('That change did not reach them.'));
    };
  }

  get screen(): ReadonlySignal<Screen> {
    return this.#screen;
  }

  get remoteStream(): ReadonlySignal<MediaStream | null> {
    return this.#remoteStream;
  }

  get peerConnection(): RTCPeerConnection | null {
    return this.#call?.peerConnection ?? null;
  }

  #dispatch(event: ScreenEvent): void {
    this.#screen.value = reduceScreen(this.#screen.value, event);
  }

  #warn(text: string): void {
    this.#dispatch({ type: 'noticed', notice: { kind: 'warning', text } });
  }

  /** Shows what the address asks for. */
  start(arrival: Arrival): void {
    browserStore.loadRecentRooms();
    if (arrival.unsupported !== null) {
      this.#dispatch({ type: 'browser-refused', reason: arrival.unsupported });
      return;
    }
    pageAddress.onBack(() => this.#followAddress());
    window.addEventListener('pagehide', () => this.#pageLeft());
    window.addEventListener('pageshow', (event) => {
      if (!event.persisted || this.#pageCameBack('back_forward')) return;
      // Nothing tells that it was in a call, or it was on its way into one: the camera is off, so it has to ask.
      const { name } = this.#screen.value;
      if (name === 'confirm' || name === 'joining') this.#followAddress();
    });
    this.#retry.listen();
    if (this.#pageCameBack(arrival.navigationType)) return;
    const route = pageAddress.route();
    if (arrival.isFull && route.name === 'room' && !pageAddress.isSelfTest()) {
      this.#dispatch({ type: 'room-was-full', room: route.room });
    } else {
      this.#followAddress();
    }
  }

  /** The page is back after a reload, or from the browser's cache, and was in a call. */
  #pageCameBack(navigationType: string): boolean {
    const mark = rejoinMemory.wayBack(navigationType);
    if (mark === null) return false;
    const wanted = { audio: mark.isMicOn, video: mark.isCameraOn };
    void this.#join(mark.room, { wanted, patienceMs: rejoinPatienceMs });
    return true;
  }

  #pageLeft(): void {
    if (this.#call !== null) rejoinMemory.pageLeft();
    // The seat is freed by the SDK. A page that stays in the browser's cache must not keep the camera.
    this.#retry.stop();
    this.local.stop();
  }

  #followAddress(): void {
    const route = pageAddress.route();
    const screen = this.#screen.value;
    if (screen.name === 'call' && route.name === 'room' && route.room === screen.room) return;
    void this.#leaveQuietly();
    switch (route.name) {
      case 'home':
        pageAddress.showHome();
        this.#dispatch({ type: 'home-opened' });
        this.local.stop();
        return;
      case 'bad-room':
        this.local.stop();
        this.#dispatch({ type: 'room-name-refused', text: route.text });
        return;
      case 'room':
        this.openRoom(route.room);
        return;
    }
  }

  /** Shows the own picture, and asks before entering. */
  openRoom(room: string): void {
    pageAddress.showRoom(room);
    if (pageAddress.isSelfTest()) {
      this.#dispatch({ type: 'self-test-opened', room });
      return;
    }
    this.#dispatch({ type: 'room-opened', room });
    void this.local.start(pageAddress.wantedMedia());
  }

  /** Enters a room that was chosen by name. */
  chooseRoom(room: string): void {
    if (pageAddress.isSelfTest()) this.openRoom(room);
    else void this.#join(room, { wanted: pageAddress.wantedMedia(), patienceMs: 0 });
  }

  /** Enters with what the person has switched on. */
  confirmJoin(room: string): void {
    void this.#join(room, { wanted: { audio: false, video: false }, patienceMs: 0 });
  }

  /** Tries a full room again: the camera goes on only once there is a seat. */
  async tryFullRoom(room: string): Promise<void> {
    await this.#join(room, { wanted: { audio: false, video: false }, patienceMs: 0 });
    if (this.#call?.room === room) await this.local.start(pageAddress.wantedMedia());
  }

  /**
   * Tries again after a hang-up. What the person had switched off stays off. `takeOver`: where another tab has the
   * call, it is to be here.
   */
  joinAgain(room: string, takeOver = false): void {
    void this.#join(room, { wanted: this.#leftWith, patienceMs: 0, takeOver });
  }

  /** Tries again after the server was lost. What the person switched off stays off. */
  retryServer(room: string): void {
    const wanted = { audio: false, video: false };
    void this.#join(room, { wanted, patienceMs: rejoinPatienceMs });
  }

  /** Enters without what the browser was asked for and has not given yet. */
  skipDevices(): void {
    this.local.giveUpStarting();
    this.#stopWaiting?.();
  }

  #stopWaiting: (() => void) | null = null;

  async #join(
    room: string,
    how: {
      readonly wanted: { audio: boolean; video: boolean };
      readonly patienceMs: number;
      readonly takeOver?: boolean;
    },
  ): Promise<void> {
    this.#attempt.abort();
    this.#retry.stop();
    this.#attempt = new AbortController();
    const { signal: aborted } = this.#attempt;
    this.#dispatch({ type: 'devices-asked', room });
    const skipped = new Promise<void>((resolve) => {
      this.#stopWaiting = resolve;
    });
    await Promise.race([this.local.start(how.wanted), skipped]);
    if (aborted.aborted) return;
    this.#dispatch({ type: 'seat-asked', room });
    const media = this.local.outgoing();
    const outcome = await joinRoom(this.#sdk, {
      room,
      query: pageAddress.query(),
      media,
      signal: aborted,
      patienceMs: how.patienceMs,
      takeOver: how.takeOver === true,
    });
    if (outcome.ok) this.#enter(outcome.call, media);
    else this.#couldNotJoin(room, outcome.problem);
  }

  #enter(call: Call, joinedWith: MediaStream): void {
    this.#call = call;
    for (const { kind, track } of changedTracks(joinedWith, this.local.outgoing())) {
      this.local.onTrack(kind, track);
    }
    this.#retry.reset();
    const { room, roomLink } = call;
    pageAddress.showLink(room, roomLink);
    browserStore.addRecentRoom(room);
    this.#dispatch({ type: 'joined', room, link: roomLink });
    this.#saveMark();
    this.#unfollow = follow(call, {
      state: (state) => this.#callChanged(call, state),
      signaling: (signaling) => this.#signalingChanged(signaling),
      remoteStream: (stream) => {
        this.#remoteStream.value = stream;
      },
      path: (path) => this.#dispatch({ type: 'path-changed', path }),
      relayProblem: (problem) => this.#dispatch({ type: 'relay-problem', problem }),
      warning: (text) => this.#warn(text),
    });
  }

  #signalingChanged(signaling: SignalingState): void {
    this.#dispatch({ type: 'signaling-changed', signaling });
    clearTimeout(this.#serverLateTimer);
    this.#serverLateTimer = setTimeout(
      () => this.#dispatch({ type: 'server-late' }),
      serverLateAfterMs,
    );
  }

  #couldNotJoin(room: string, problem: JoinProblem): void {
    switch (problem) {
      case 'aborted':
        return;
      case 'room-full':
        rejoinMemory.forget();
        this.local.stop();
        this.#dispatch({ type: 'room-was-full', room });
        return;
      case 'server-unreachable':
        this.#waitForServer(room);
        return;
      case 'bad-room':
        this.local.stop();
        this.#dispatch({ type: 'room-name-refused', text: room });
        return;
      case 'unsupported':
        this.#dispatch({ type: 'browser-refused', reason: 'old-browser' });
        return;
      case 'bad-reply':
      case 'unknown':
        this.#ended(room, 'failed');
        return;
    }
  }

  #waitForServer(room: string): void {
    const retryInS = this.#retry.start(
      () => this.#dispatch({ type: 'second-passed' }),
      () => this.retryServer(room),
    );
    this.#dispatch({ type: 'server-lost', room, retryInS });
  }

  #callChanged(call: Call, state: CallState): void {
    if (call !== this.#call) return;
    if (state.name !== 'ended') {
      this.#dispatch({ type: 'call-changed', state });
      return;
    }
    const { relayProblem } = call;
    this.#forgetCall();
    if (state.reason === 'server-unreachable') this.#waitForServer(call.room);
    else if (state.reason === 'page-left') this.#dispatch({ type: 'seat-asked', room: call.room });
    else this.#ended(call.room, state.reason, relayProblem);
  }

  #ended(room: string, reason: EndReason, relayProblem: RelayProblem | null = null): void {
    rejoinMemory.forget();
    this.#leftWith = this.local.wanted;
    this.local.stop();
    this.#dispatch({ type: 'left', room, reason, relayProblem });
  }

  #forgetCall(): void {
    this.#unfollow();
    this.#unfollow = () => {};
    clearTimeout(this.#serverLateTimer);
    this.#call = null;
    this.#remoteStream.value = null;
  }

  /** Leaves whatever is going on, without a screen of its own. */
  async #leaveQuietly(): Promise<void> {
    this.#attempt.abort();
    this.#retry.stop();
    rejoinMemory.forget();
    const call = this.#call;
    this.#forgetCall();
    await call?.hangUp().catch(() => {});
  }

  hangUp(): void {
    const room = this.#call?.room;
    if (room === undefined) return;
    void this.#leaveQuietly();
    this.#ended(room, 'hung-up');
  }

  goHome(): void {
    void this.#leaveQuietly();
    this.local.stop();
    pageAddress.showHome();
    this.#dispatch({ type: 'home-opened' });
  }

  dismissNotice(): void {
    this.#dispatch({ type: 'notice-read' });
  }

  toggleMic(): void {
    void this.local.toggleMic().then(() => this.#saveMark());
  }

  toggleCamera(): void {
    void this.local.toggleCamera().then(() => this.#saveMark());
  }

  #saveMark(): void {
    if (this.#call !== null) rejoinMemory.keep(this.#call.room, this.local);
  }
}
