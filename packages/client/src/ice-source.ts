import type { IceServers } from '@apprtc/protocol';
import type { Platform } from './platform.ts';

/** Younger than this, servers are used again for the next peer connection. */
const freshForMs = 300_000;

/** ICE servers for one seat: fetched when first wanted, again when old. */
export class IceSource {
  readonly #platform: Platform;
  readonly #fetch: () => Promise<IceServers | null>;
  #latest: Promise<IceServers | null> | null = null;
  #expiresAtMs = 0;

  constructor(platform: Platform, fetch: () => Promise<IceServers | null>) {
    this.#platform = platform;
    this.#fetch = fetch;
  }

  /** Null: there are none to be had. Never rejects; a failure is asked for again next time. */
  servers(): Promise<IceServers | null> {
    const now = this.#platform.nowMs();
    if (this.#latest !== null && now < this.#expiresAtMs) return this.#latest;
    this.#expiresAtMs = now + freshForMs;
    this.#latest = this.#load(now);
    return this.#latest;
  }

  async #load(startedMs: number): Promise<IceServers | null> {
    const loaded = await this.#fetch();
    if (loaded === null) this.#expiresAtMs = 0;
    else if (loaded.lifetimeSeconds !== null) {
      const halfLifeMs = loaded.lifetimeSeconds * 500;
      this.#expiresAtMs = Math.min(this.#expiresAtMs, startedMs + halfLifeMs);
    }
    return loaded;
  }
}
