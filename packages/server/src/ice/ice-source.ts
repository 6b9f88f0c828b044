import type { IceServer } from '@apprtc/protocol';
import type { MaybePromise } from '@apprtc/signaling';

/** For whom servers are asked, and for how long. */
export interface IceRequest {
  /** A digest: whose credentials these are. */
  readonly owner: string;
  readonly lifeSeconds: number;
  readonly nowSeconds: number;
}

/** ICE servers, with what they need to be used. */
export interface IceGrant {
  readonly servers: readonly IceServer[];
  /** Unix time in seconds. */
  readonly expiresAtSeconds: number;
}

/** Where ICE servers come from. */
export interface IceSource {
  /** Null: there are none to be had just now. Never rejects. */
  grant(request: IceRequest): MaybePromise<IceGrant | null>;
  /** What may be told to anyone: `stun:` URLs, perhaps none. */
  stunUrls(): readonly string[];
  /** Idempotent. */
  close(): void;
}
