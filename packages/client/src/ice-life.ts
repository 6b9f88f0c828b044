import type { IceServers } from '@apprtc/protocol';

/** A longer life is asked about daily all the same. */
const longestLifeMs = 86_400_000;
/** Servers whose life is shorter than this would have us ask without end. */
const shortestDelayMs = 10_000;
const longestLeadMs = 120_000;
const firstRetryMs = 5_000;
const slowestRetryMs = 60_000;

/**
 * For how long ICE servers are good, or null where nobody says: what the reply says of itself, else the soonest expiry
 * in a username of `<unix expiry>:…` (draft-uberti-behave-turn-rest-00, section 2.2). Pure.
 *
 * @param wallMs Milliseconds since 1970. A clock that makes all of them look expired is wrong, and nothing is known.
 */
export function iceLifeMs({ servers, lifetimeSeconds }: IceServers, wallMs: number): number | null {
  if (lifetimeSeconds !== null) return Math.min(lifetimeSeconds * 1_000, longestLifeMs);
  const expiries = servers.flatMap(({ username = '' }) => /^\d{9,11}(?=:|$)/.exec(username) ?? []);
  const leftMs = Math.min(...expiries.map((seconds) => Number(seconds) * 1_000 - wallMs));
  return leftMs > 0 && leftMs < Infinity ? Math.min(leftMs, longestLifeMs) : null;
}

export interface RefreshMoment {
  /** Of the servers that were just had. */
  readonly lifeMs: number | null;
  /** How often asking has failed since. */
  readonly failures: number;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * When to ask for ICE servers again: a quarter of their life before they expire, two minutes at most, and up to half of
 * that sooner, so that many calls don't ask at once; after a failure ever slower. Null: not before they are needed. Pure.
 */
export function iceRefreshDelayMs({ lifeMs, failures, random }: RefreshMoment): number | null {
  if (failures > 0) {
    const base = Math.min(slowestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10));
    return Math.round(base * (0.75 + random / 2));
  }
  if (lifeMs === null) return null;
  const leadMs = Math.min(longestLeadMs, lifeMs / 4);
  return Math.max(shortestDelayMs, Math.round(lifeMs - leadMs * (1 + random / 2)));
}
