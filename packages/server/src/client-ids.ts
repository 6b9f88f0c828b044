import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ClientId, parseClientId, type RoomId } from '@apprtc/protocol';

const nonceBytes = 8;
const signatureBytes = 8;

/**
 * [ID5] Makes and verifies client ids: 22 base64url characters, 8 random bytes and the first 8 of their
 * HMAC-SHA-256 with the room's name (RFC 2104). An id is bound to its room and verifiable by anyone who has
 * the secret, without having been remembered.
 */
export class ClientIds {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  issue(roomId: RoomId): ClientId {
    return this.ofNonce(roomId, randomBytes(nonceBytes));
  }

  /** The id that bears these random bytes: who has only them can't make it. */
  ofNonce(roomId: RoomId, nonce: Buffer): ClientId {
    const text = Buffer.concat([nonce, this.#sign(roomId, nonce)]).toString('base64url');
    const clientId = parseClientId(text);
    if (!clientId.ok) throw new Error('An issued id is malformed');
    return clientId.value;
  }

  /** The random bytes of an issued id, which name it without giving its seat away. */
  nonceOf(clientId: ClientId): Buffer {
    return Buffer.from(clientId, 'base64url').subarray(0, nonceBytes);
  }

  isIssued(roomId: RoomId, clientId: ClientId): boolean {
    const bytes = Buffer.from(clientId, 'base64url');
    // Decoding is lenient: only the one spelling that we write is ours.
    if (bytes.length !== nonceBytes + signatureBytes || bytes.toString('base64url') !== clientId) {
      return false;
    }
    const nonce = bytes.subarray(0, nonceBytes);
    return timingSafeEqual(bytes.subarray(nonceBytes), this.#sign(roomId, nonce));
  }

  #sign(roomId: RoomId, nonce: Buffer): Buffer {
    const mac = createHmac('sha256', this.#secret).update(roomId).update('\0').update(nonce);
    return mac.digest().subarray(0, signatureBytes);
  }
}

/** What logs and metrics may say of a client id, which is a bearer secret. */
export function clientDigest(clientId: string): string {
  return createHash('sha256').update(clientId).digest('base64url').slice(0, 10);
}
