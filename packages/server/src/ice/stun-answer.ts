import { crc32 } from 'node:zlib';
import { ipBytes } from '../ip-address.ts';

/** The numbers of RFC 8489 that a Binding needs: message types of section 5, attributes of section 18.3. */
export const stun = {
  headerBytes: 20,
  magicCookie: 0x2112a442,
  bindingRequest: 0x0001,
  bindingSuccess: 0x0101,
  bindingError: 0x0111,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  realm: 0x0014,
  nonce: 0x0015,
  messageIntegritySha256: 0x001c,
  passwordAlgorithm: 0x001d,
  userHash: 0x001e,
  xorMappedAddress: 0x0020,
  fingerprint: 0x8028,
  fingerprintXor: 0x5354554e,
} as const;

/** A request has no reason to be longer: the minimum MTU of IPv6 (RFC 8200 section 5), less its headers. */
const maxRequestBytes = 1_232;

/** What credentials consist of. We ask for none, so they are understood and not looked at (RFC 8489 section 9). */
const understood: ReadonlySet<number> = new Set([
  stun.username,
  stun.messageIntegrity,
  stun.realm,
  stun.nonce,
  stun.messageIntegritySha256,
  stun.passwordAlgorithm,
  stun.userHash,
]);

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

interface BindingRequest {
  readonly transactionId: Buffer;
  readonly unknown: readonly number[];
  readonly hasFingerprint: boolean;
}

/**
 * [SB1] What a STUN server without authentication says to a datagram: a Binding success with the address that it came
 * from (RFC 8489 section 6.3.1), an error 420, or null: nothing.
 */
export function stunAnswer(datagram: Buffer, source: Endpoint): Buffer | null {
  const request = readRequest(datagram);
  const address = ipBytes(source.address);
  if (request === null || address === null || source.port === 0) return null;
  const { transactionId, unknown, hasFingerprint } = request;
  const message =
    unknown.length === 0
      ? messageOf(stun.bindingSuccess, transactionId, [
          attribute(stun.xorMappedAddress, xorMappedAddress(address, source.port, transactionId)),
        ])
      : messageOf(stun.bindingError, transactionId, [
          // [SB3] Class 4, number 20, and no words: a reply must not be much longer than its request.
          attribute(stun.errorCode, Buffer.from([0, 0, 4, 20])),
          attribute(stun.unknownAttributes, uint16s(unknown)),
        ]);
  return hasFingerprint ? withFingerprint(message) : message;
}

/** [SB2] Null for everything that is no well-formed Binding request with the magic cookie: it gets no answer. */
function readRequest(datagram: Buffer): BindingRequest | null {
  if (datagram.length < stun.headerBytes || datagram.length > maxRequestBytes) return null;
  if (datagram.readUInt16BE(0) !== stun.bindingRequest) return null;
  if (datagram.readUInt32BE(4) !== stun.magicCookie) return null;
  const bodyBytes = datagram.readUInt16BE(2);
  if (bodyBytes % 4 !== 0 || bodyBytes !== datagram.length - stun.headerBytes) return null;
  const attributes = readAttributes(datagram);
  return attributes === null
    ? null
    : { transactionId: datagram.subarray(8, stun.headerBytes), ...attributes };
}

function readAttributes(datagram: Buffer): Omit<BindingRequest, 'transactionId'> | null {
  const unknown = new Set<number>();
  let isSealed = false;
  for (let at: number = stun.headerBytes; at < datagram.length; ) {
    const type = datagram.readUInt16BE(at);
    const bytes = datagram.readUInt16BE(at + 2);
    const end = at + 4 + bytes + (-bytes & 3);
    if (end > datagram.length) return null;
    if (type === stun.fingerprint) {
      const isRight = bytes === 4 && end === datagram.length && holdsFingerprint(datagram, at);
      return isRight ? { unknown: [...unknown], hasFingerprint: true } : null;
    }
    // Behind MESSAGE-INTEGRITY everything but FINGERPRINT is ignored (section 14.5).
    if (!isSealed && type < 0x8000 && !understood.has(type)) unknown.add(type);
    isSealed ||= type === stun.messageIntegrity || type === stun.messageIntegritySha256;
    at = end;
  }
  return { unknown: [...unknown], hasFingerprint: false };
}

/** Whether the FINGERPRINT at `at`, the last attribute, is right (section 14.7). */
export function holdsFingerprint(datagram: Buffer, at: number): boolean {
  return datagram.readUInt32BE(at + 4) === fingerprintOf(datagram.subarray(0, at));
}

function fingerprintOf(message: Buffer): number {
  return (crc32(message) ^ stun.fingerprintXor) >>> 0;
}

/** Section 14.2: family, port and address, the latter two XORed with the cookie and the transaction's id. */
export function xorMappedAddress(address: Buffer, port: number, transactionId: Buffer): Buffer {
  const mask = Buffer.concat([uint32(stun.magicCookie), transactionId]);
  const value = Buffer.alloc(4 + address.length);
  value[1] = address.length === 4 ? 1 : 2;
  value.writeUInt16BE(port ^ (stun.magicCookie >>> 16), 2);
  for (const [index, byte] of address.entries()) value[4 + index] = byte ^ (mask[index] ?? 0);
  return value;
}

function messageOf(type: number, transactionId: Buffer, attributes: readonly Buffer[]): Buffer {
  const body = Buffer.concat(attributes);
  const head = uint16s([type, body.length]);
  return Buffer.concat([head, uint32(stun.magicCookie), transactionId, body]);
}

/** The length in the header counts the FINGERPRINT in before it is computed. */
function withFingerprint(message: Buffer): Buffer {
  message.writeUInt16BE(message.length - stun.headerBytes + 8, 2);
  return Buffer.concat([message, attribute(stun.fingerprint, uint32(fingerprintOf(message)))]);
}

function attribute(type: number, value: Buffer): Buffer {
  return Buffer.concat([uint16s([type, value.length]), value, Buffer.alloc(-value.length & 3)]);
}

function uint16s(values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
}

function uint32(value: number): Buffer {
  return uint16s([value >>> 16, value & 0xffff]);
}
