import type { Platform } from './platform.ts';

export interface MediaWatchListeners {
  readonly onConnected: () => void;
  readonly onLost: () => void;
  /** Time to try a new path. */
  readonly onRestart: () => void;
  /** Media did not come, or did not come back. */
  readonly onGivenUp: () => void;
}

/** Without a word of the other one it is given up after so long. */
const silentForMs = 30_000;
/** While the other one speaks, media that was lost is sought for so long: a relay may be starting again. */
const seekForMs = 120_000;
/** Most interruptions end by themselves, and sooner than a restart would end them. */
const restartAfterDisconnectedMs = 5_000;
/** Without a single path to try, a connection never fails: it stays new. */
const restartWhileNewAfterMs = 10_000;
const restartDelaysMs = [6_000, 9_000, 12_000] as const;
const steadyRestartDelayMs = 15_000;
const jitter = 0.2;

type Environment = Pick<Platform, 'setTimeout' | 'clearTimeout' | 'nowMs' | 'random'>;

/** How long to wait after an ICE restart before the next: long enough for the one to work. Pure. */
export function restartDelayMs(restarts: number, random: number): number {
  const base = restartDelaysMs[restarts - 1] ?? steadyRestartDelayMs;
  return Math.round(base * (1 - jitter / 2 + jitter * random));
}

/**
 * Watches over media: from the moment that it may be expected it has 30 s to come. When it is lost, it has 30 s to come
 * back, and up to two minutes as long as the other one is heard of. Meanwhile ICE restarts are asked for, ever slower.
 */
export class MediaWatch {
  readonly #environment: Environment;
  readonly #listeners: MediaWatchListeners;
  #deadline: unknown = null;
  #restartTimer: unknown = null;
  #restarts = 0;
  #state: RTCPeerConnectionState = 'new';
  /** Null while media flows, and before it ever has. */
  #lostAtMs: number | null = null;
  #hadMedia = false;
  #stopped = false;

  constructor(environment: Environment, listeners: MediaWatchListeners) {
    this.#environment = environment;
    this.#listeners = listeners;
  }

  /** The other one's description is here. */
  expect(): void {
    if (this.#state === 'connected' || this.#stopped || this.#deadline !== null) return;
    this.#setDeadline(silentForMs);
    if (this.#state === 'new') this.#restartIn(restartWhileNewAfterMs);
  }

  /** The other one said something: it is still there. */
  heard(): void {
    if (this.#lostAtMs === null || this.#stopped) return;
    const leftMs = this.#lostAtMs + seekForMs - this.#environment.nowMs();
    this.#setDeadline(Math.min(silentForMs, leftMs));
  }

  /** There is a way to the other one again, by which a restart may be agreed upon. */
  nudge(): void {
    if (this.#state === 'failed' && !this.#stopped) this.#restart();
  }

  observe(state: RTCPeerConnectionState): void {
    if (this.#stopped || state === this.#state) return;
    this.#state = state;
    if (state === 'connected') {
      this.#clearTimers();
      this.#restarts = 0;
      this.#lostAtMs = null;
      this.#hadMedia = true;
      this.#listeners.onConnected();
    } else if (state === 'disconnected' || state === 'failed') {
      this.#lost(state);
    } else if (state === 'connecting' && this.#restarts === 0 && !this.#hadMedia) {
      // No longer without a path to try.
      this.#environment.clearTimeout(this.#restartTimer);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#clearTimers();
  }

  #lost(state: 'disconnected' | 'failed'): void {
    if (this.#hadMedia) this.#lostAtMs ??= this.#environment.nowMs();
    this.#listeners.onLost();
    this.expect();
    if (this.#restarts > 0) return;
    if (state === 'failed') this.#restart();
    else this.#restartIn(restartAfterDisconnectedMs);
  }

  #setDeadline(ms: number): void {
    const { clearTimeout, setTimeout } = this.#environment;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.stop();
      this.#listeners.onGivenUp();
    }, ms);
  }

  #restartIn(ms: number): void {
    const { clearTimeout, setTimeout } = this.#environment;
    clearTimeout(this.#restartTimer);
    this.#restartTimer = setTimeout(() => this.#restart(), ms);
  }

  #restart(): void {
    this.#restarts += 1;
    this.#restartIn(restartDelayMs(this.#restarts, this.#environment.random()));
    // While paths are being tried, a restart would only begin that anew.
    if (this.#state !== 'connecting') this.#listeners.onRestart();
  }

  #clearTimers(): void {
    const { clearTimeout } = this.#environment;
    clearTimeout(this.#deadline);
    clearTimeout(this.#restartTimer);
    this.#deadline = null;
    this.#restartTimer = null;
  }
}
