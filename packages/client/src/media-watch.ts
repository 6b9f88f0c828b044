import type { Platform } from './platform.ts';

export interface MediaWatchListeners {
  readonly onConnected: () => void;
  readonly onLost: () => void;
  /** Time to try a new path. */
  readonly onRestart: () => void;
  /** Media did not come, or did not come back. */
  readonly onGivenUp: () => void;
}

const giveUpAfterMs = 30_000;
const restartEveryMs = 9_000;
const maxRestarts = 3;

/**
 * Watches over media: from the moment that it may be expected it has 30 s to come, and as long to come back.
 * Meanwhile, once the connection has failed, a few ICE restarts are asked for.
 */
export class MediaWatch {
  readonly #timers: Pick<Platform, 'setTimeout' | 'clearTimeout'>;
  readonly #listeners: MediaWatchListeners;
  #deadline: unknown = null;
  #restartTimer: unknown = null;
  #restarts = 0;
  #flowing = false;
  #stopped = false;

  constructor(
    timers: Pick<Platform, 'setTimeout' | 'clearTimeout'>,
    listeners: MediaWatchListeners,
  ) {
    this.#timers = timers;
    this.#listeners = listeners;
  }

  /** The other one's description is here. */
  expect(): void {
    if (this.#flowing || this.#stopped) return;
    this.#deadline ??= this.#timers.setTimeout(() => {
      this.stop();
      this.#listeners.onGivenUp();
    }, giveUpAfterMs);
  }

  observe(state: RTCPeerConnectionState): void {
    if (this.#stopped) return;
    if (state === 'connected') {
      this.#clearTimers();
      this.#restarts = 0;
      this.#flowing = true;
      this.#listeners.onConnected();
    } else if (state === 'disconnected' || state === 'failed') {
      this.#flowing = false;
      this.#listeners.onLost();
      this.expect();
      if (state === 'failed' && this.#restartTimer === null) this.#restart();
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#clearTimers();
  }

  #restart(): void {
    this.#restartTimer = null;
    if (this.#restarts >= maxRestarts) return;
    this.#restarts += 1;
    this.#restartTimer = this.#timers.setTimeout(() => this.#restart(), restartEveryMs);
    this.#listeners.onRestart();
  }

  #clearTimers(): void {
    this.#timers.clearTimeout(this.#deadline);
    this.#timers.clearTimeout(this.#restartTimer);
    this.#deadline = null;
    this.#restartTimer = null;
  }
}
