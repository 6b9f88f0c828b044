import { randomBytes } from 'node:crypto';
import type { Taken } from './raw-connection.ts';

/** A frame of RFC 6455 section 5.2, unmasked. */
export interface WebSocketFrame {
  readonly isFinal: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

export const opcodes = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Clients mask, servers don't. */
export function encodeFrame(frame: WebSocketFrame, isMasked: boolean): Buffer {
  const { isFinal, opcode, payload } = frame;
  const first = (isFinal ? 0x80 : 0) | opcode;
  const maskBit = isMasked ? 0x80 : 0;
  const head = Buffer.concat([Buffer.from([first]), encodeLength(payload.length, maskBit)]);
  if (!isMasked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, applyMask(payload, mask)]);
}

function encodeLength(length: number, maskBit: number): Buffer {
  if (length < 126) return Buffer.from([maskBit | length]);
  if (length < 0x10000) return Buffer.from([maskBit | 126, length >> 8, length & 0xff]);
  const bytes = Buffer.alloc(9);
  bytes[0] = maskBit | 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

/** A plain loop: a callback for each byte takes seconds over a run. */
function applyMask(payload: Buffer, mask: Buffer): Buffer {
  const masked = Buffer.allocUnsafe(payload.length);
  for (let at = 0; at < payload.length; at += 1) {
    masked[at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0);
  }
  return masked;
}

/** The first frame of these bytes; undefined while it is not all there. */
export function decodeFrame(bytes: Buffer): Taken<WebSocketFrame> | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const size = decodeLength(bytes, second & 0x7f);
  if (size === undefined) return undefined;
  const isMasked = (second & 0x80) !== 0;
  const start = size.length + (isMasked ? 4 : 0);
  const length = start + size.value;
  if (bytes.length < length) return undefined;
  const body = bytes.subarray(start, length);
  const payload = isMasked
    ? applyMask(body, bytes.subarray(size.length, start))
    : Buffer.from(body);
  return {
    value: { isFinal: (first & 0x80) !== 0, opcode: first & 0x0f, payload },
    length,
  };
}

/** The payload's length, and where the head goes on. */
function decodeLength(bytes: Buffer, short: number): Taken<number> | undefined {
  if (short < 126) return { value: short, length: 2 };
  if (short === 126) {
    return bytes.length < 4 ? undefined : { value: bytes.readUInt16BE(2), length: 4 };
  }
  return bytes.length < 10 ? undefined : { value: Number(bytes.readBigUInt64BE(2)), length: 10 };
}
