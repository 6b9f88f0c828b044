import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { type Address, colliderOf } from './product.ts';
import { type Head, RawConnection } from './raw-http.ts';

/** A frame of RFC 6455 section 5.2 as it came. */
export interface RawFrame {
  readonly fin: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

export const opcodes = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The lines that an upgrade needs and no others. */
export function upgradeLines(at: Address): readonly string[] {
  return [
    'GET /ws HTTP/1.1',
    `Host: 127.0.0.1:${at.colliderPort}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  ];
}

/** A WebSocket whose every byte the test decides. */
export class RawWebSocket {
  readonly head: Head;
  readonly #connection: RawConnection;

  private constructor(connection: RawConnection, head: Head) {
    this.#connection = connection;
    this.head = head;
  }

  /** Upgrades with exactly these lines. The caller checks `head.status`. */
  static async open(
    at: Address,
    lines: readonly string[] = upgradeLines(at),
  ): Promise<RawWebSocket> {
    const connection = await RawConnection.open(colliderOf(at));
    onTestFinished(() => connection.destroy());
    connection.write(`${lines.join('\r\n')}\r\n\r\n`);
    return new RawWebSocket(connection, await connection.head());
  }

  /** Writes one masked frame. */
  frame(opcode: number, payload: string | Uint8Array, fin = true): void {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload);
    const mask = randomBytes(4);
    const length =
      bytes.length < 126
        ? Buffer.from([0x80 | bytes.length])
        : Buffer.from([0x80 | 126, bytes.length >> 8, bytes.length & 0xff]);
    const masked = bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    const first = Buffer.from([(fin ? 0x80 : 0) | opcode]);
    this.#connection.write(Buffer.concat([first, length, mask, masked]));
  }

  /** A text frame in pieces of `size` bytes. */
  fragmented(text: string, size: number): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) {
      const isLast = at + size >= bytes.length;
      const opcode = at === 0 ? opcodes.text : opcodes.more;
      this.frame(opcode, bytes.subarray(at, at + size), isLast);
    }
  }

  next(): Promise<RawFrame> {
    return this.#connection.take((bytes) => {
      const [first, second] = bytes;
      if (first === undefined || second === undefined) return undefined;
      const isLong = (second & 0x7f) === 126;
      if (isLong && bytes.length < 4) return undefined;
      const size = isLong ? bytes.readUInt16BE(2) : second & 0x7f;
      const start = isLong ? 4 : 2;
      if (bytes.length < start + size) return undefined;
      const payload = Buffer.from(bytes.subarray(start, start + size));
      const value = { fin: (first & 0x80) !== 0, opcode: first & 0x0f, payload };
      return { value, length: start + size };
    });
  }

  /** The next text frame's JSON, pings left out. */
  async nextJson(): Promise<Record<string, unknown>> {
    for (;;) {
      const frame = await this.next();
      if (frame.opcode === opcodes.ping) continue;
      if (frame.opcode !== opcodes.text) throw new Error(`Opcode ${frame.opcode}`);
      return JSON.parse(frame.payload.toString('utf8')) as Record<string, unknown>;
    }
  }

  /** The next frame must be a close: its code. */
  async nextClose(): Promise<number> {
    for (;;) {
      const frame = await this.next();
      if (frame.opcode === opcodes.ping) continue;
      if (frame.opcode !== opcodes.close) throw new Error(`Opcode ${frame.opcode}`);
      return frame.payload.readUInt16BE(0);
    }
  }
}
