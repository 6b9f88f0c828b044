import {
  encodeSessionFrame,
  type OpeningFrame,
  parseSessionEvent,
  type SessionEvent,
  type SessionFrame,
  sessionCodes,
  sessionLimits,
} from '@apprtc/protocol';
import type { Attempt, SignalingState } from './api.ts';
import { within } from './deadline.ts';
import type { Platform, PlatformSocket } from './platform.ts';
import { reconnectDelayMs } from './reconnect-policy.ts';

export interface SessionSocketOptions {
  readonly platform: Platform;
  readonly url: string;
  /** How a connection of now begins. Undefined: not at all. */
  readonly opening: () => OpeningFrame | undefined;
  /** Whether a peer connection depends on us. */
  readonly isInCall: () => boolean;
  readonly onEvent: (event: SessionEvent) => void;
  readonly onState: (state: SignalingState) => void;
  readonly onAttempt: (attempt: Attempt | null) => void;
  /** The server has nothing for us here any more; the socket is closed and won't come back. */
  readonly onRefused: (why: 'taken-over' | 'gone') => void;
}

const closeDeadlineMs = 2_000;
/** A way that was lost is found sooner by a new connection than by the one that began before it was back. */
const welcomeDeadlineMs = 5_000;
/** What was sent on a connection that was given up arrives within this, or not at all. */
const strayWithinMs = 15_000;
/** A connection that was good for so long grants the quick attempts anew. */
const stableAfterMs = 5_000;

/**
 * [V2] [V6] [V7] The socket of a session, which outlives its connections: one that is lost, or has gone silent, is replaced.
 * It is open from the server's welcome on.
 */
export class SessionSocket {
  readonly #options: SessionSocketOptions;
  #socket: PlatformSocket | null = null;
  #isClosed = false;
  #openSinceMs: number | null = null;
  #downSinceMs: number;
  #heardAtMs = 0;
  #attempt = 0;
  #retryTimer: unknown = null;
  #silenceTimer: unknown = null;
  /** The server has named a time to come back; until then nothing is tried. */
  #isMoving = false;
  /** When a connection was given up whose opening may still reach the server. */
  #strayedAtMs = -Infinity;
  #hasOpened = false;
  /** Rehearses a server that says nothing more. */
  #isDeaf = false;

  constructor(options: SessionSocketOptions) {
    this.#options = options;
    this.#downSinceMs = options.platform.nowMs();
  }

  get isOpen(): boolean {
    return this.#openSinceMs !== null;
  }

  /** Connects now, in place of any connection that there is. */
  connect(): void {
    if (this.#isClosed) return;
    this.#abandon();
    const { platform, url, opening, onRefused } = this.#options;
    const frame = opening();
    if (frame === undefined) {
      this.drop();
      onRefused('gone');
      return;
    }
    let socket: PlatformSocket;
    try {
      socket = new platform.WebSocket(url);
    } catch {
      // A malformed or forbidden address; retried slowly, for what it costs.
      this.#retry();
      return;
    }
    this.#socket = socket;
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      this.#hasOpened = true;
      socket.send(encodeSessionFrame(frame));
    };
    socket.onmessage = ({ data }) => this.#received(socket, data);
    socket.onclose = ({ code }) => this.#lost(socket, code);
    this.#hear(socket);
  }

  /** The server's welcome is here, and what it says has been taken in. */
  welcomed(): void {
    this.#openSinceMs = this.#options.platform.nowMs();
    if (this.#socket !== null) this.#hear(this.#socket);
    this.#options.onAttempt(null);
    this.#options.onState('open');
  }

  /** False: there is no connection. */
  send(frame: SessionFrame): boolean {
    if (this.isOpen) this.#socket?.send(encodeSessionFrame(frame));
    return this.isOpen;
  }

  /** The page or its network is back. A connection of another network is dead, whatever it seems. */
  wake(isOtherNetwork: boolean): void {
    const quietMs = this.#options.platform.nowMs() - this.#heardAtMs;
    const isDoubtful = this.#socket === null || quietMs > sessionLimits.tickMs * 1.5;
    if ((isOtherNetwork || isDoubtful) && !this.#isMoving) this.connect();
  }

  simulate(what: 'socket-loss' | 'server-silence'): void {
    this.#isDeaf = true;
    const socket = this.#socket;
    if (what === 'server-silence' || socket === null) return;
    socket.close();
    this.#lost(socket, 1006);
  }

  /** Closes for good, without waiting. */
  drop(): PlatformSocket | null {
    const socket = this.#socket;
    this.#isClosed = true;
    this.#abandon();
    this.#options.onState('closed');
    return socket;
  }

  /** Closes for good. Resolves when the socket is closed, in at most two seconds. */
  async close(): Promise<void> {
    const socket = this.drop();
    if (socket === null) return;
    const closed = new Promise<void>((resolve) => {
      socket.onclose = () => resolve();
    });
    await within(this.#options.platform, closeDeadlineMs, closed, undefined);
  }

  #received(socket: PlatformSocket, data: unknown): void {
    if (socket !== this.#socket || typeof data !== 'string' || this.#isDeaf) return;
    this.#hear(socket);
    const event = parseSessionEvent(data);
    // Of a newer server; not ours to understand.
    if (!event.ok) return;
    if (event.value.event === 'moving') this.#moveWithin(event.value.within);
    else this.#options.onEvent(event.value);
  }

  /** A sign of life; without the next one in time the server counts as dead, also before its welcome. */
  #hear(socket: PlatformSocket): void {
    const { platform } = this.#options;
    this.#heardAtMs = platform.nowMs();
    platform.clearTimeout(this.#silenceTimer);
    this.#silenceTimer = platform.setTimeout(
      () => {
        socket.close();
        this.#lost(socket, 1006);
      },
      this.isOpen ? sessionLimits.silenceMs : welcomeDeadlineMs,
    );
  }

  /** Not all at once: the others come back too. */
  #moveWithin(ms: number): void {
    const { platform } = this.#options;
    platform.clearTimeout(this.#retryTimer);
    this.#isMoving = true;
    this.#retryTimer = platform.setTimeout(() => this.connect(), platform.random() * ms);
  }

  #lost(socket: PlatformSocket, code: number): void {
    if (socket !== this.#socket) return;
    const { takenOver, gone } = sessionCodes;
    if ((code === takenOver.close && !this.#wasOurselves()) || code === gone.close) {
      this.drop();
      this.#options.onRefused(code === gone.close ? 'gone' : 'taken-over');
      return;
    }
    const isMoving = this.#isMoving;
    this.#down();
    if (!isMoving) this.#retry();
  }

  /** Our own earlier connection, whose opening came late, has taken over: it is dead, and that is nobody else. */
  #wasOurselves(): boolean {
    const agoMs = this.#options.platform.nowMs() - this.#strayedAtMs;
    this.#strayedAtMs = -Infinity;
    return agoMs < strayWithinMs;
  }

  #retry(): void {
    const { platform, isInCall, onAttempt } = this.#options;
    const delayMs = reconnectDelayMs({
      attempt: this.#attempt,
      downForMs: platform.nowMs() - this.#downSinceMs,
      random: platform.random(),
      isInCall: isInCall(),
    });
    this.#attempt += 1;
    onAttempt({ sinceMs: this.#downSinceMs, attempt: this.#attempt });
    this.#retryTimer = platform.setTimeout(() => this.connect(), delayMs);
  }

  /** Ends the connection, or the wait for one. What its socket still has to say concerns nobody. */
  #abandon(): void {
    const socket = this.#socket;
    this.#down();
    this.#options.platform.clearTimeout(this.#retryTimer);
    this.#isMoving = false;
    this.#isDeaf = false;
    socket?.close(1000);
  }

  #down(): void {
    const { platform, onState, onAttempt } = this.#options;
    const now = platform.nowMs();
    if (this.#hasOpened && this.#openSinceMs === null) this.#strayedAtMs = now;
    this.#hasOpened = false;
    this.#socket = null;
    platform.clearTimeout(this.#silenceTimer);
    if (this.#openSinceMs === null) return;
    if (now - this.#openSinceMs >= stableAfterMs) {
      this.#attempt = 0;
      this.#downSinceMs = now;
    }
    this.#openSinceMs = null;
    if (this.#isClosed) return;
    onAttempt({ sinceMs: this.#downSinceMs, attempt: this.#attempt });
    onState('reconnecting');
  }
}
