import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The request header that carries a seal: `TIME.REQUEST_ID.MAC`. */
export const sealHeader = 'apprtc-seal';
/** Clocks of two machines may differ by this. */
export const toleranceMs = 60_000;
const sealPattern = /^(\d{1,16})\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})$/;

export interface Sealed {
  readonly method: string;
  /** Path and query, as they stand in the request line. */
  readonly path: string;
  readonly body: Uint8Array | string;
}

export type Verdict =
  | { readonly kind: 'genuine'; readonly requestId: string }
  | { readonly kind: 'forged' }
  /** Its time is too far from ours: an old request played again, or a wrong clock. */
  | { readonly kind: 'stale' };

/**
 * [TW1] Shows one half that a request comes from the other: HMAC-SHA-256 (RFC 2104) over all that it says, its time and
 * a name of its own, under a key that follows from the shared secret.
 */
export class CommandSeal {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = createHmac('sha256', secret).update('apprtc: commands between the halves').digest();
  }

  /** The header's value. `nowMs` is Unix time. */
  seal(request: Sealed, requestId: string, nowMs: number): string {
    const mac = this.#sign(request, String(nowMs), requestId);
    return `${nowMs}.${requestId}.${mac.toString('base64url')}`;
  }

  verify(request: Sealed, seal: string, nowMs: number): Verdict {
    const [, time, requestId, mac] = sealPattern.exec(seal) ?? [];
    if (time === undefined || requestId === undefined || mac === undefined) {
      return { kind: 'forged' };
    }
    const given = Buffer.from(mac, 'base64url');
    if (!timingSafeEqual(given, this.#sign(request, time, requestId))) return { kind: 'forged' };
    if (Math.abs(nowMs - Number(time)) > toleranceMs) return { kind: 'stale' };
    return { kind: 'genuine', requestId };
  }

  #sign({ method, path, body }: Sealed, time: string, requestId: string): Buffer {
    const digest = createHash('sha256').update(body).digest('hex');
    const text = [method, path, time, requestId, digest].join('\n');
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
