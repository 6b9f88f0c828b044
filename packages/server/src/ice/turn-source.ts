import { createHmac } from 'node:crypto';
import { parseIceUrl } from './ice-server-list.ts';
import type { IceSource } from './ice-source.ts';

/** TURN servers that share a secret with this server, wherever they run. */
export interface TurnService {
  /** Such as `turn:turn.example.org:3478?transport=udp` (RFC 7065). */
  readonly urls: readonly string[];
  /** coturn's `static-auth-secret`. */
  readonly secret: string;
}

/** A user and its password for a TURN server. */
export interface TurnCredential {
  readonly username: string;
  readonly credential: string;
}

/**
 * [IC12] A credential that a TURN server verifies without having heard of it (draft-uberti-behave-turn-rest-00 section
 * 2.2): the expiry and whose it is, and base64(HMAC-SHA1(secret, username)).
 */
export function turnCredential(
  secret: string,
  owner: string,
  expiresAtSeconds: number,
): TurnCredential {
  const username = `${expiresAtSeconds}:${owner}`;
  const credential = createHmac('sha1', secret).update(username).digest('base64');
  return { username, credential };
}

export function turnSource({ urls, secret }: TurnService): IceSource {
  const stunUrls = stunUrlsBeside(urls);
  const stun = stunUrls.length === 0 ? [] : [{ urls: stunUrls }];
  return {
    grant({ owner, lifeSeconds, nowSeconds }) {
      const expiresAtSeconds = nowSeconds + lifeSeconds;
      const turn = { urls, ...turnCredential(secret, owner, expiresAtSeconds) };
      return { servers: [turn, ...stun], expiresAtSeconds };
    },
    stunUrls: () => stunUrls,
    close() {},
  };
}

/** A TURN server over UDP answers Binding requests of anyone at the same port (RFC 8656 section 3). */
function stunUrlsBeside(urls: readonly string[]): readonly string[] {
  const beside = urls.flatMap((text) => {
    const url = parseIceUrl(text);
    if (url?.scheme !== 'turn' || url.transport === 'tcp') return [];
    return [`stun:${url.host}:${url.port ?? 3478}`];
  });
  return [...new Set(beside)];
}
