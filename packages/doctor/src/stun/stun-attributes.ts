import { isIPv4 } from 'node:net';
import { bytesOfIp, ipOfBytes } from './ip-address.ts';
import { magicCookie, type StunAttribute, type StunMessage } from './stun-message.ts';

export interface TransportAddress {
  readonly address: string;
  readonly port: number;
}

export function attributeOf(message: StunMessage, type: number): Buffer | undefined {
  return message.attributes.find((attribute) => attribute.type === type)?.value;
}

export function textAttribute(type: number, text: string): StunAttribute {
  return { type, value: Buffer.from(text, 'utf8') };
}

export function numberAttribute(type: number, value: number): StunAttribute {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return { type, value: bytes };
}

/** RFC 8489 section 14.2. */
export function xorAddressAttribute(
  type: number,
  { address, port }: TransportAddress,
  transactionId: Buffer,
): StunAttribute {
  const ip = bytesOfIp(address);
  const head = Buffer.alloc(4);
  head.writeUInt8(isIPv4(address) ? 1 : 2, 1);
  head.writeUInt16BE(port ^ (magicCookie >>> 16), 2);
  return { type, value: Buffer.concat([head, masked(ip, transactionId)]) };
}

/** The address in an XOR-…-ADDRESS; undefined where there is none or it is malformed. */
export function xorAddressOf(message: StunMessage, type: number): TransportAddress | undefined {
  const value = attributeOf(message, type);
  if (value === undefined || value.length < 8) return undefined;
  const length = value.readUInt8(1) === 1 ? 4 : 16;
  if (value.length !== 4 + length) return undefined;
  return {
    address: ipOfBytes(masked(value.subarray(4), message.transactionId)),
    port: value.readUInt16BE(2) ^ (magicCookie >>> 16),
  };
}

function masked(ip: Buffer, transactionId: Buffer): Buffer {
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(magicCookie);
  transactionId.copy(mask, 4);
  return Buffer.from(ip.map((byte, at) => byte ^ (mask[at] ?? 0)));
}

export interface StunError {
  /** 300 to 699. */
  readonly code: number;
  readonly reason: string;
}

/** RFC 8489 section 14.8. */
export function errorOf(message: StunMessage, type: number): StunError | undefined {
  const value = attributeOf(message, type);
  if (value === undefined || value.length < 4) return undefined;
  const code = (value.readUInt8(2) & 7) * 100 + value.readUInt8(3);
  return { code, reason: value.subarray(4).toString('utf8') };
}
