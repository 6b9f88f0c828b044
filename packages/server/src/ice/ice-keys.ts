import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { type ClientId, parseRoomId, type RoomId } from '@apprtc/protocol';
import { type ClientIds, clientDigest } from '../client-ids.ts';
import { subscriberOf } from '../ip-address.ts';

const nonceBytes = 8;
const macBytes = 16;
/** How long a key of `/params` is good: iOS uses it at once. */
const addressKeySeconds = 300;
const seatKey = /^s\.([\w-]{32})\.([\w-]{1,128})$/;
const addressKey = /^a\.([\w-]{27})$/;

/** Whom a good key names. */
export type KeyHolder =
  | { readonly kind: 'seat'; readonly roomId: RoomId; readonly clientId: ClientId }
  | { readonly kind: 'address'; readonly address: string };

/**
 * [IC8] Signs and reads the keys in `ice_server_url`. The signing key is derived from the server's secret (RFC 5869) for
 * this use alone, and each kind of key signs a text of its own (HMAC-SHA-256, RFC 2104, the first 16 bytes).
 */
export class IceKeys {
  readonly #key: Buffer;
  readonly #clientIds: ClientIds;

  constructor(secret: string, clientIds: ClientIds) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'apprtc ice keys 1', 32));
    this.#clientIds = clientIds;
  }

  /** [IC9] Names a client by the random half of its id, so that who finds a key in a log can't take its seat. */
  forSeat(roomId: RoomId, clientId: ClientId): string {
    const nonce = this.#clientIds.nonceOf(clientId);
    const text = Buffer.concat([nonce, this.#seal('seat', roomId, nonce)]).toString('base64url');
    return `s.${text}.${roomId}`;
  }

  /** [IC10] Good for the address that asked, for five minutes. */
  forAddress(address: string, nowSeconds: number): string {
    const expiry = Buffer.alloc(4);
    expiry.writeUInt32BE(nowSeconds + addressKeySeconds);
    const mac = this.#seal('address', subscriberOf(address), expiry);
    return `a.${Buffer.concat([expiry, mac]).toString('base64url')}`;
  }

  /** Whom a key names; null for one that is forged, late, or used from another address. */
  read(key: string, address: string, nowSeconds: number): KeyHolder | null {
    const [, seat, room] = seatKey.exec(key) ?? [];
    if (seat !== undefined) return this.#readSeat(seat, room);
    const [, text] = addressKey.exec(key) ?? [];
    return text === undefined ? null : this.#readAddress(text, address, nowSeconds);
  }

  /** The name under which a holder's credentials are made: tells it from others, and gives nothing away. */
  ownerOf(holder: KeyHolder): string {
    if (holder.kind === 'seat') return clientDigest(holder.clientId);
    const subscriber = subscriberOf(holder.address);
    return `ip-${this.#seal('owner', subscriber, noBytes).toString('base64url').slice(0, 10)}`;
  }

  #readSeat(text: string, room: string | undefined): KeyHolder | null {
    const roomId = parseRoomId(room);
    if (!roomId.ok) return null;
    const bytes = Buffer.from(text, 'base64url');
    const nonce = bytes.subarray(0, nonceBytes);
    const mac = this.#seal('seat', roomId.value, nonce);
    if (!timingSafeEqual(bytes.subarray(nonceBytes), mac)) return null;
    const clientId = this.#clientIds.ofNonce(roomId.value, nonce);
    return { kind: 'seat', roomId: roomId.value, clientId };
  }

  #readAddress(text: string, address: string, nowSeconds: number): KeyHolder | null {
    const bytes = Buffer.from(text, 'base64url');
    const expiry = bytes.subarray(0, 4);
    const mac = this.#seal('address', subscriberOf(address), expiry);
    if (!timingSafeEqual(bytes.subarray(4), mac)) return null;
    return expiry.readUInt32BE() > nowSeconds ? { kind: 'address', address } : null;
  }

  #seal(use: 'seat' | 'address' | 'owner', name: string, bytes: Buffer): Buffer {
    const mac = createHmac('sha256', this.#key).update(`${use}\0${name}\0`).update(bytes);
    return mac.digest().subarray(0, macBytes);
  }
}

const noBytes = Buffer.alloc(0);
