import { createHmac } from 'node:crypto';

/** The methods of RFC 8489, 8656 and 6062 that the tests use. */
export const method = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
  connect: 0x00a,
} as const;

export const attribute = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
} as const;

export type StunClass = 'request' | 'indication' | 'success' | 'error';
const classBits: Readonly<Record<StunClass, number>> = {
  request: 0x000,
  indication: 0x010,
  success: 0x100,
  error: 0x110,
};

export interface StunMessage {
  readonly method: number;
  readonly class: StunClass;
  /** 12 bytes. */
  readonly transactionId: Buffer;
  readonly attributes: ReadonlyMap<number, Buffer>;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const magicCookie = Buffer.from([0x21, 0x12, 0xa4, 0x42]);

/** The bytes of a message; with a key, MESSAGE-INTEGRITY (RFC 8489 14.5) closes it. The methods here stay below 16. */
export function encodeStun(message: StunMessage, key?: Buffer): Buffer {
  const parts = [...message.attributes].map(([type, value]) => encodeAttribute(type, value));
  const body = Buffer.concat(parts);
  if (key === undefined) return Buffer.concat([header(message, body.length), body]);
  const signed = Buffer.concat([header(message, body.length + 24), body]);
  const integrity = createHmac('sha1', key).update(signed).digest();
  return Buffer.concat([signed, encodeAttribute(attribute.messageIntegrity, integrity)]);
}

function header(message: StunMessage, length: number): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt16BE(message.method | classBits[message.class], 0);
  bytes.writeUInt16BE(length, 2);
  magicCookie.copy(bytes, 4);
  message.transactionId.copy(bytes, 8);
  return bytes;
}

function encodeAttribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

export function decodeStun(bytes: Buffer): StunMessage {
  const type = bytes.readUInt16BE(0);
  const found = Object.entries(classBits).find(([, bits]) => (type & 0x110) === bits);
  const attributes = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return {
    method: type & 0x00f,
    class: found?.[0] as StunClass,
    transactionId: bytes.subarray(8, 20),
    attributes,
  };
}

/** XOR-MAPPED-ADDRESS and its like, RFC 8489 14.2. */
export function encodeXorAddress({ address, port }: Endpoint, transactionId: Buffer): Buffer {
  const bytes = addressBytes(address);
  const mask = Buffer.concat([magicCookie, transactionId]);
  const value = Buffer.alloc(4 + bytes.length);
  value[1] = bytes.length === 4 ? 1 : 2;
  value.writeUInt16BE(port ^ 0x2112, 2);
  for (const [at, byte] of bytes.entries()) value[4 + at] = byte ^ (mask[at] ?? 0);
  return value;
}

export function decodeXorAddress(value: Buffer, transactionId: Buffer): Endpoint {
  const mask = Buffer.concat([magicCookie, transactionId]);
  const bytes = [...value.subarray(4)].map((byte, at) => byte ^ (mask[at] ?? 0));
  const port = value.readUInt16BE(2) ^ 0x2112;
  if (bytes.length === 4) return { address: bytes.join('.'), port };
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
  );
  return { address: new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1), port };
}

/** Of an IPv4 address, or of an IPv6 address in any of its forms. */
function addressBytes(address: string): readonly number[] {
  if (!address.includes(':')) return address.split('.').map(Number);
  // The URL parser turns a dotted end into groups.
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail = ''] = plain.split('::');
  const [before, after] = [head, tail].map((part) => part.split(':').filter((one) => one !== ''));
  const gap = plain.includes('::') ? 8 - (before?.length ?? 0) - (after?.length ?? 0) : 0;
  const groups = [...(before ?? []), ...Array.from({ length: gap }, () => '0'), ...(after ?? [])];
  return groups.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
