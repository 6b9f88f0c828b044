import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { type Credential, parseJson, type RoomId, sessionFrames } from '@apprtc/protocol';
import type { SeatProof } from '@apprtc/signaling';

/**
 * [V9] Makes and reads the credentials of seats: what they prove, as JSON in base64url, a dot, and its HMAC-SHA-256
 * (RFC 2104) with the room's name under a key derived from the server's secret for this use alone (RFC 5869). Whoever has
 * the secret can read one without having been told of it, so a seat outlives the process that gave it.
 */
export class SessionCredentials {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'apprtc session credentials 1', 32));
  }

  make(roomId: RoomId, { clientId, slot, isInitiator, epoch, instance }: SeatProof): Credential {
    const json = JSON.stringify([clientId, slot, isInitiator ? 1 : 0, epoch, instance]);
    const text = Buffer.from(json).toString('base64url');
    // Made of base64url and a dot, it is what `Credential` promises.
    return `${text}.${this.#sign(roomId, text).toString('base64url')}` as Credential;
  }

  /** Null for one that we did not make, or made for another room. */
  read(roomId: RoomId, credential: Credential): SeatProof | null {
    const [text = '', mac = '', ...rest] = credential.split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = this.#sign(roomId, text);
    if (rest.length > 0 || given.length !== expected.length) return null;
    return timingSafeEqual(given, expected) ? proofIn(Buffer.from(text, 'base64url')) : null;
  }

  #sign(roomId: RoomId, text: string): Buffer {
    return createHmac('sha256', this.#key).update(`${roomId}\0${text}`).digest();
  }
}

/** Signed by us, so only another version of this server can have written what can't be read. */
function proofIn(bytes: Buffer): SeatProof | null {
  const json = parseJson(bytes.toString());
  if (!json.ok || !Array.isArray(json.value)) return null;
  const [clientid, slot, role, epoch, instance] = json.value as readonly unknown[];
  const frame = { v: 2, cmd: 'register', roomid: 'room', clientid, instance };
  const ids = sessionFrames.register.read(frame);
  if (ids === undefined || (slot !== 0 && slot !== 1) || (role !== 0 && role !== 1)) return null;
  if (typeof epoch !== 'number' || !Number.isSafeInteger(epoch) || epoch < 0) return null;
  return { clientId: ids.clientid, instance: ids.instance, slot, isInitiator: role === 1, epoch };
}
