import type { Attempt } from './api.ts';
import type { Platform } from './platform.ts';

export interface MediaWatchListeners {
  readonly onConnected: () => void;
  readonly onLost: () => void;
  /** Media is being sought, so far in vain; null: no longer. */
  readonly onAttempt?: (attempt: Attempt | null) => void;
  /** Whether giving up would be of use: not while nothing new could be agreed upon. Default: yes. */
  readonly mayGiveUp?: () => boolean;
  /** Time to try a new path. */
  readonly onRestart: () => void;
  /** Media did not come, or did not come back. */
  readonly onGivenUp: () => void;
}

/** Without a word of the other one it is given up after so long. */
const silentForMs = 30_000;
/** While the other one speaks, media that was lost is sought for so long: a relay may be starting again. */
const seekForMs = 120_000;
/** How soon a new path is tried for one that is disconnected, and for one that has failed. */
export interface RestartPace {
  readonly afterDisconnectedMs: number;
  readonly afterFailedMs: number;
}

/** Most interruptions end by themselves, and sooner than a restart would end them. */
export const fixedRolesPace: RestartPace = { afterDisconnectedMs: 5_000, afterFailedMs: 0 };

/** Either side restarts, the polite one a little later: most often it need not any more. */
export function sessionPace(isPolite: boolean): RestartPace {
  const waitMs = isPolite ? 1_000 : 0;
  return { afterDisconnectedMs: 2_000 + waitMs, afterFailedMs: waitMs };
}

/** Once the other one can be reached again, the old path may come back by itself first. */
const oldPathFirstMs = 1_000;
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
  pace: RestartPace;
  #deadline: unknown = null;
  #restartTimer: unknown = null;
  #restarts = 0;
  #state: RTCPeerConnectionState = 'new';
  /** Null while media flows, and before it ever has. */
  #lostAtMs: number | null = null;
  #hadMedia = false;
  #stopped = false;

  constructor(
    environment: Environment,
    listeners: MediaWatchListeners,
    pace: RestartPace = fixedRolesPace,
  ) {
    this.#environment = environment;
    this.#listeners = listeners;
    this.pace = pace;
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
    if (this.#stopped) return;
    if (this.#state === 'failed') this.#restart();
    else if (this.#state === 'disconnected') this.#restartIn(oldPathFirstMs);
  }

  observe(state: RTCPeerConnectionState): void {
    if (this.#stopped || state === this.#state) return;
    this.#state = state;
    if (state === 'connected') {
      this.#clearTimers();
      this.#restarts = 0;
      this.#lostAtMs = null;
      this.#hadMedia = true;
      this.#listeners.onAttempt?.(null);
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
    const { afterDisconnectedMs, afterFailedMs } = this.pace;
    this.#announce();
    if (state === 'disconnected') this.#restartIn(afterDisconnectedMs);
    else if (afterFailedMs === 0) this.#restart();
    else this.#restartIn(afterFailedMs);
  }

  #setDeadline(ms: number): void {
    const { clearTimeout, setTimeout } = this.#environment;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      if (this.#listeners.mayGiveUp?.() === false) {
        this.#setDeadline(ms);
        return;
      }
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
    this.#announce();
    // While paths are being tried, a restart would only begin that anew.
    if (this.#state !== 'connecting') this.#listeners.onRestart();
  }

  #announce(): void {
    if (this.#lostAtMs === null) return;
    this.#listeners.onAttempt?.({ sinceMs: this.#lostAtMs, attempt: this.#restarts });
  }

  #clearTimers(): void {
    const { clearTimeout } = this.#environment;
    clearTimeout(this.#deadline);
    clearTimeout(this.#restartTimer);
    this.#deadline = null;
    this.#restartTimer = null;
  }
}
