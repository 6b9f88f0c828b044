import { encodeMessageFrame } from '@apprtc/protocol';

/** FIN and the opcode of text: one unfragmented message. */
const finalText = 0x81;
/** In the place of a length: the length follows in 2 bytes, or in 8. */
const lengthIn2Bytes = 126;
const lengthIn8Bytes = 127;

/** How a `send` begins and ends that is written as every client in the field writes it. */
const sendOpening = '{"cmd":"send","msg":';
const sendEnd = '}';

const opening = Buffer.from('{"msg":');
const end = Buffer.from(',"error":""}');

/**
 * Reads and writes messages on their way from one member to the other, at as little cost as can be: this is what the
 * Collider does all day. A message leaves in the very JSON string that it came in, not in one made anew; and it leaves as
 * a whole WebSocket frame, where `ws` would write header and text apart.
 */
export class MessageFrames {
  /** What was read last, and the JSON string that said it. */
  #message: string | null = null;
  #json: Buffer = opening;

  /**
   * The message of a `send` in the usual form; null where a frame has any other form, or is wrong: `parseClientFrame`
   * knows them all. `text` is what `bytes` say.
   */
  read(bytes: Buffer, text: string): string | null {
    if (!text.startsWith(sendOpening) || !text.endsWith(sendEnd)) return null;
    // Where this is one JSON string and nothing else, there is no other key in the frame.
    const message = parseString(text.slice(sendOpening.length, -sendEnd.length));
    if (message === null || message === '') return null;
    this.#message = message;
    this.#json = bytes.subarray(sendOpening.length, -sendEnd.length);
    return message;
  }

  /** [FR7] The whole frame that carries a message, header and all. */
  write(message: string): Buffer {
    return message === this.#message
      ? textFrame([opening, this.#json, end])
      : textFrame([Buffer.from(encodeMessageFrame(message))]);
  }
}

/** An unfragmented text frame (RFC 6455 section 5.2) as a server sends it, without a mask. */
function textFrame(parts: readonly Buffer[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  let offset = length < lengthIn2Bytes ? 2 : length < 0x10000 ? 4 : 10;
  const frame = Buffer.allocUnsafe(offset + length);
  writeHeader(frame, length);
  for (const part of parts) {
    frame.set(part, offset);
    offset += part.length;
  }
  return frame;
}

function parseString(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

function writeHeader(frame: Buffer, length: number): void {
  frame[0] = finalText;
  if (length < lengthIn2Bytes) {
    frame[1] = length;
  } else if (length < 0x10000) {
    frame[1] = lengthIn2Bytes;
    frame[2] = length >> 8;
    frame[3] = length & 0xff;
  } else {
    frame[1] = lengthIn8Bytes;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
}
