import type { IceServers } from '@apprtc/protocol';
import { within } from './deadline.ts';
import { offersRelay } from './ice-configuration.ts';
import { iceLifeMs, iceRefreshDelayMs } from './ice-life.ts';
import type { Platform } from './platform.ts';

export interface IceSourceListeners {
  /** There are newer servers. */
  readonly onServers: (servers: IceServers) => void;
  /** There are none to be had so far. Said once. */
  readonly onNone: () => void;
}

type Environment = Pick<Platform, 'setTimeout' | 'clearTimeout' | 'nowMs' | 'wallMs' | 'random'>;

/** Younger than this, servers are used again for the next peer connection. */
const freshForMs = 300_000;
/** Younger than this, they are used again for the next ICE restart. */
const newForMs = 5_000;

/** ICE servers for one seat: fetched when first wanted, again before they expire, when old, and before an ICE restart. */
export class IceSource {
  readonly #environment: Environment;
  readonly #fetch: () => Promise<IceServers | null>;
  readonly #listeners: IceSourceListeners;
  #current: IceServers | null = null;
  #loading: Promise<boolean> | null = null;
  #loadedAtMs = -Infinity;
  #staleAtMs = -Infinity;
  #expiresAtMs = Infinity;
  #failures = 0;
  #timer: unknown = null;
  #isClosed = false;

  constructor(
    environment: Environment,
    fetch: () => Promise<IceServers | null>,
    listeners: IceSourceListeners,
  ) {
    this.#environment = environment;
    this.#fetch = fetch;
    this.#listeners = listeners;
  }

  /** For a new peer connection. Null: there are none to be had; undefined: not in time. Never rejects. */
  async servers(waitMs: number): Promise<IceServers | null | undefined> {
    if (this.#environment.nowMs() < this.#staleAtMs) return this.#current;
    const isLoaded = await within(this.#environment, waitMs, this.#load(), undefined);
    return isLoaded === undefined ? (this.#current ?? undefined) : this.#current;
  }

  /** Asks for newer ones; resolves when they are there, or the time is up. What there is stays good. */
  async renew(waitMs: number): Promise<void> {
    if (this.#isClosed || this.#environment.nowMs() - this.#loadedAtMs < newForMs) return;
    await within(this.#environment, waitMs, this.#load(), false);
  }

  /** Asks no more. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#environment.clearTimeout(this.#timer);
  }

  #load(): Promise<boolean> {
    this.#loading ??= this.#ask().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #ask(): Promise<boolean> {
    this.#environment.clearTimeout(this.#timer);
    const askedAtMs = this.#environment.nowMs();
    const loaded = await this.#fetch();
    if (this.#isClosed) return false;
    const lifeMs = loaded === null ? null : iceLifeMs(loaded, this.#environment.wallMs());
    const isGood = loaded !== null && !this.#isWorse(loaded);
    this.#schedule(isGood, lifeMs);
    if (isGood) {
      this.#current = loaded;
      this.#loadedAtMs = askedAtMs;
      this.#expiresAtMs = askedAtMs + (lifeMs ?? Infinity);
      this.#staleAtMs = askedAtMs + Math.min(freshForMs, (lifeMs ?? Infinity) / 2);
      this.#listeners.onServers(loaded);
    } else if (this.#current === null && this.#failures === 1) this.#listeners.onNone();
    return isGood;
  }

  /** A server that no longer knows our key answers without relays: those that we have are still good. */
  #isWorse({ servers }: IceServers): boolean {
    if (this.#current === null || this.#environment.nowMs() >= this.#expiresAtMs) return false;
    return offersRelay(this.#current.servers) && !offersRelay(servers);
  }

  #schedule(isGood: boolean, lifeMs: number | null): void {
    this.#failures = isGood ? 0 : this.#failures + 1;
    const { random, setTimeout } = this.#environment;
    const delayMs = iceRefreshDelayMs({ lifeMs, failures: this.#failures, random: random() });
    if (delayMs !== null) this.#timer = setTimeout(() => void this.#load(), delayMs);
  }
}
