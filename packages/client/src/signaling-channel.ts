import {
  encodeClientFrame,
  limits,
  parseServerFrame,
  roomFullFrame,
  unknownClientFrame,
} from '@apprtc/protocol';
import type { SignalingState } from './api.ts';
import { within } from './deadline.ts';
import type { Platform, PlatformSocket } from './platform.ts';
import { reconnectDelayMs } from './reconnect-policy.ts';

export interface ChannelOptions {
  readonly platform: Platform;
  /** The Collider's WebSocket address. */
  readonly url: string;
  readonly roomId: string;
  readonly clientId: string;
  /** A message of the other client. */
  readonly onMessage: (message: string) => void;
  readonly onState: (state: SignalingState) => void;
  /** The seat is no longer ours; the channel is closed and won't come back. */
  readonly onRefused: (why: string) => void;
}

const connectDeadlineMs = 10_000;
const closeDeadlineMs = 2_000;
/** A socket that was registered for so long counts as good, and the quick attempts are granted anew. */
const stableAfterMs = 5_000;

/** The error frames after which the same id has no seat here any more. */
const refusals: readonly string[] = [roomFullFrame, unknownClientFrame];

/**
 * The WebSocket to the Collider, which outlives its sockets: a lost one is replaced and registered with the same
 * client id, whose seat the server keeps meanwhile. A register has no reply, so a socket counts as open once its
 * register is written.
 */
export class SignalingChannel {
  readonly #options: ChannelOptions;
  #socket: PlatformSocket | null = null;
  #state: SignalingState = 'connecting';
  #queue: string[] = [];
  #queuedLength = 0;
  #attempt = 0;
  #downSinceMs: number;
  #openSinceMs: number | null = null;
  #timer: unknown = null;
  #lastError = '';

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#downSinceMs = options.platform.nowMs();
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  open(): void {
    if (this.#state === 'closed' || this.#socket !== null) return;
    const { platform, url } = this.#options;
    let socket: PlatformSocket;
    try {
      socket = new platform.WebSocket(url);
    } catch {
      // A malformed or forbidden address; retried slowly, for what it costs.
      this.#retry();
      return;
    }
    this.#socket = socket;
    this.#lastError = '';
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => this.#received(socket, event.data);
    socket.onclose = (event) => this.#lost(socket, event.code);
    this.#timer = platform.setTimeout(() => {
      socket.close();
      this.#lost(socket, 1006);
    }, connectDeadlineMs);
  }

  /** Sends to the other client, or keeps it until the socket is back. A full queue drops the newest. */
  send(message: string): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'open') {
      this.#socket?.send(encodeClientFrame({ cmd: 'send', message }));
      return;
    }
    const length = this.#queuedLength + message.length;
    if (this.#queue.length >= limits.maxQueuedMessages || length > limits.maxQueuedBytes) return;
    this.#queue.push(message);
    this.#queuedLength = length;
  }

  /** Forgets what still waits: it was meant for someone who is gone. */
  discardQueued(): void {
    this.#queue = [];
    this.#queuedLength = 0;
  }

  /** Closes for good. Resolves when the socket is closed, in at most two seconds. */
  async close(): Promise<void> {
    const socket = this.#socket;
    this.#finish();
    if (socket === null) return;
    const closed = new Promise<void>((resolve) => {
      socket.onclose = () => resolve();
    });
    socket.close(1000);
    await within(this.#options.platform, closeDeadlineMs, closed, undefined);
  }

  #opened(socket: PlatformSocket): void {
    if (socket !== this.#socket) return;
    const { platform, roomId, clientId } = this.#options;
    platform.clearTimeout(this.#timer);
    socket.send(encodeClientFrame({ cmd: 'register', roomId, clientId }));
    this.#openSinceMs = platform.nowMs();
    const queued = this.#queue;
    this.discardQueued();
    for (const message of queued) socket.send(encodeClientFrame({ cmd: 'send', message }));
    this.#become('open');
  }

  #received(socket: PlatformSocket, data: unknown): void {
    if (socket !== this.#socket || typeof data !== 'string') return;
    const frame = parseServerFrame(data);
    if (!frame.ok) return;
    if (frame.value.kind === 'message') {
      this.#options.onMessage(frame.value.message);
      return;
    }
    this.#lastError = frame.value.error;
    if (refusals.includes(this.#lastError)) this.#refuse(socket, this.#lastError);
  }

  #lost(socket: PlatformSocket, code: number): void {
    if (socket !== this.#socket) return;
    const { platform } = this.#options;
    platform.clearTimeout(this.#timer);
    // 1000 without a complaint: another socket has taken the seat, or it was given up. Coming back would only
    // fight with that one. With an error frame before it, it is how a Collider refuses; that is tried again.
    if (code === 1000 && this.#openSinceMs !== null && this.#lastError === '') {
      this.#refuse(socket, 'closed by the server');
      return;
    }
    this.#socket = null;
    if (this.#openSinceMs !== null) {
      const now = platform.nowMs();
      if (now - this.#openSinceMs >= stableAfterMs) {
        this.#attempt = 0;
        this.#downSinceMs = now;
      }
      this.#openSinceMs = null;
      this.#become('reconnecting');
    }
    if (this.#state !== 'closed') this.#retry();
  }

  #retry(): void {
    const { platform } = this.#options;
    const delayMs = reconnectDelayMs({
      attempt: this.#attempt,
      downForMs: platform.nowMs() - this.#downSinceMs,
      random: platform.random(),
    });
    this.#attempt += 1;
    this.#timer = platform.setTimeout(() => this.open(), delayMs);
  }

  #refuse(socket: PlatformSocket, why: string): void {
    this.#finish();
    socket.close();
    this.#options.onRefused(why);
  }

  #finish(): void {
    this.#options.platform.clearTimeout(this.#timer);
    this.discardQueued();
    this.#socket = null;
    this.#become('closed');
  }

  #become(state: SignalingState): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    this.#options.onState(state);
  }
}
