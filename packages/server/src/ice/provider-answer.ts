import { type IceServer, isJsonObject } from '@apprtc/protocol';
import { readIceServers } from './ice-server-list.ts';

/** What a provider said. */
export interface ProviderAnswer {
  readonly servers: readonly IceServer[];
  /** How long they are good; null where the answer does not say. */
  readonly lifeSeconds: number | null;
}

/**
 * [IC15] Reads the shapes that providers answer in: a list, one server, or either of them under `iceServers`,
 * `ice_servers` or `v`. Null: there is no usable server in it.
 */
export function readProviderAnswer(json: unknown, nowSeconds: number): ProviderAnswer | null {
  const servers = readIceServers(listIn(json));
  if (servers.length === 0) return null;
  const lives = [
    statedLife(json),
    ...servers.map(({ username }) => (username === undefined ? null : left(username, nowSeconds))),
  ].filter((life) => life !== null);
  return { servers, lifeSeconds: lives.length === 0 ? null : Math.min(...lives) };
}

function listIn(json: unknown): unknown {
  if (!isJsonObject(json)) return json;
  const { iceServers, ice_servers: snakeCase, v: wrapped } = json;
  if (iceServers !== undefined) return iceServers;
  if (snakeCase !== undefined) return snakeCase;
  return isJsonObject(wrapped) ? listIn({ ...wrapped, v: undefined }) : json;
}

/** `"lifetimeDuration":"86400s"` or `"ttl":"86400"`. */
function statedLife(json: unknown): number | null {
  if (!isJsonObject(json)) return null;
  const { lifetimeDuration, ttl } = json;
  const text = String(lifetimeDuration ?? ttl ?? '');
  return /^\d{1,9}(?:\.\d+)?s?$/.test(text) ? Number.parseInt(text, 10) : null;
}

/** Seconds to the expiry that a username starts with; null where it starts with none. */
function left(username: string, nowSeconds: number): number | null {
  const expiry = expiryIn(username);
  return expiry === null ? null : Math.max(0, expiry - nowSeconds);
}

/** The Unix time in seconds that a username starts with (draft-uberti-behave-turn-rest-00 section 2.2). */
export function expiryIn(username: string): number | null {
  const [, digits] = /^(\d{10})(?!\d)/.exec(username) ?? [];
  return digits === undefined ? null : Number(digits);
}
