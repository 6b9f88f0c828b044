import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Parsed, parsed, refused } from '@apprtc/protocol';

/** RFC 8489 section 5. */
export type StunClass = 'request' | 'indication' | 'success' | 'error';

/** RFC 8489 section 18.2 and RFC 8656 section 17. */
export const methods = {
  binding: 1,
  allocate: 3,
  refresh: 4,
  createPermission: 8,
  channelBind: 9,
} as const;

/** RFC 8489 section 18.3 and RFC 8656 section 18. */
export const attributeTypes = {
  mappedAddress: 0x0001,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
  fingerprint: 0x8028,
} as const;

export interface StunAttribute {
  readonly type: number;
  readonly value: Buffer;
}

export interface StunMessage {
  readonly method: number;
  readonly kind: StunClass;
  /** 12 bytes. */
  readonly transactionId: Buffer;
  readonly attributes: readonly StunAttribute[];
}

export const magicCookie = 0x2112a442;
const headBytes = 20;
const integrityBytes = 24;
const fingerprintBytes = 8;
const fingerprintXor = 0x5354554e;
const classBits = { request: 0x000, indication: 0x010, success: 0x100, error: 0x110 } as const;

/** RFC 8489 section 9.2.2: the key of long-term credentials, all three as they are after SASLprep. */
export function longTermKey(username: string, realm: string, password: string): Buffer {
  return createHash('md5').update(`${username}:${realm}:${password}`).digest();
}

/** The bytes of a message, with FINGERPRINT, and with MESSAGE-INTEGRITY where there is a key. */
export function encodeStunMessage(message: StunMessage, key?: Buffer): Buffer {
  const body = Buffer.concat(message.attributes.map(encodeAttribute));
  let bytes = Buffer.concat([encodeHead(message, body.length), body]);
  if (key !== undefined) {
    // Section 14.5: the length counts the attribute itself already.
    setLength(bytes, bytes.length - headBytes + integrityBytes);
    const value = createHmac('sha1', key).update(bytes).digest();
    const type = attributeTypes.messageIntegrity;
    bytes = Buffer.concat([bytes, encodeAttribute({ type, value })]);
  }
  setLength(bytes, bytes.length - headBytes + fingerprintBytes);
  const value = Buffer.alloc(4);
  value.writeUInt32BE(fingerprintOf(bytes));
  return Buffer.concat([bytes, encodeAttribute({ type: attributeTypes.fingerprint, value })]);
}

function encodeHead({ method, kind, transactionId }: StunMessage, length: number): Buffer {
  const head = Buffer.alloc(headBytes);
  const spread = ((method & 0xf80) << 2) | ((method & 0x70) << 1) | (method & 0xf);
  head.writeUInt16BE(spread | classBits[kind], 0);
  head.writeUInt16BE(length, 2);
  head.writeUInt32BE(magicCookie, 4);
  transactionId.copy(head, 8);
  return head;
}

function encodeAttribute({ type, value }: StunAttribute): Buffer {
  const bytes = Buffer.alloc(4 + padded(value.length));
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function setLength(bytes: Buffer, length: number): void {
  bytes.writeUInt16BE(length, 2);
}

/** Section 14.7. */
function fingerprintOf(bytes: Buffer): number {
  return (crc32(bytes) ^ fingerprintXor) >>> 0;
}

export type StunProblem = 'not-stun' | 'wrong-length' | 'broken-attribute' | 'wrong-fingerprint';

/** Reads a whole message. Attributes behind MESSAGE-INTEGRITY other than FINGERPRINT are ignored (section 14.5). */
export function parseStunMessage(bytes: Buffer): Parsed<StunMessage, StunProblem> {
  const isStun =
    bytes.length >= headBytes && (bytes[0] ?? 0) < 64 && bytes.readUInt32BE(4) === magicCookie;
  if (!isStun) return refused('not-stun');
  const length = bytes.readUInt16BE(2);
  if (length % 4 !== 0 || bytes.length !== headBytes + length) return refused('wrong-length');
  const attributes = attributesOf(bytes);
  if (attributes === undefined) return refused('broken-attribute');
  const last = attributes.at(-1);
  if (last?.type === attributeTypes.fingerprint && !hasRightFingerprint(bytes, last)) {
    return refused('wrong-fingerprint');
  }
  const type = bytes.readUInt16BE(0);
  return parsed({
    method: ((type & 0x3e00) >> 2) | ((type & 0xe0) >> 1) | (type & 0xf),
    kind: kindOf(type),
    transactionId: Buffer.from(bytes.subarray(8, headBytes)),
    attributes,
  });
}

function kindOf(type: number): StunClass {
  switch (type & 0x110) {
    case classBits.request:
      return 'request';
    case classBits.indication:
      return 'indication';
    case classBits.success:
      return 'success';
    default:
      return 'error';
  }
}

function attributesOf(bytes: Buffer): readonly StunAttribute[] | undefined {
  const attributes: StunAttribute[] = [];
  for (let at = headBytes; at < bytes.length; ) {
    const type = bytes.readUInt16BE(at);
    const length = bytes.readUInt16BE(at + 2);
    const end = at + 4 + length;
    if (end > bytes.length) return undefined;
    attributes.push({ type, value: Buffer.from(bytes.subarray(at + 4, end)) });
    at += 4 + padded(length);
  }
  return attributes;
}

function hasRightFingerprint(bytes: Buffer, { value }: StunAttribute): boolean {
  const before = bytes.subarray(0, bytes.length - fingerprintBytes);
  return value.length === 4 && value.readUInt32BE(0) === fingerprintOf(before);
}

/** Whether MESSAGE-INTEGRITY is there and was made with this key. */
export function isIntact(bytes: Buffer, key: Buffer): boolean {
  const parsedMessage = parseStunMessage(bytes);
  if (!parsedMessage.ok) return false;
  let at = headBytes;
  for (const { type, value } of parsedMessage.value.attributes) {
    if (type === attributeTypes.messageIntegrity) {
      const before = Buffer.from(bytes.subarray(0, at));
      setLength(before, at - headBytes + integrityBytes);
      const expected = createHmac('sha1', key).update(before).digest();
      return value.length === expected.length && timingSafeEqual(value, expected);
    }
    at += 4 + padded(value.length);
  }
  return false;
}
