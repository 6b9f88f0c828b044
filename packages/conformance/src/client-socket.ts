import { randomBytes } from 'node:crypto';
import { isJsonObject, type JsonObject, parseJson, wireCodes } from '@apprtc/protocol';
import type { Journal } from './journal.ts';
import { Mismatch } from './mismatch.ts';
import { type Head, RawConnection } from './raw-connection.ts';
import type { Place, Target } from './target.ts';
import { decodeFrame, encodeFrame, opcodes, type WebSocketFrame } from './web-socket-frame.ts';

/** A text frame of the Collider as it came. */
export interface ServerText {
  readonly text: string;
  /** Its JSON; empty where it is no object. */
  readonly json: JsonObject;
}

/** How a connection ended. */
export interface Ended {
  /** 1006, as in RFC 6455 section 7.1.5, where no close frame came. */
  readonly code: number;
  /** What came since it was last asked for, as `saidBy` puts it. */
  readonly said: readonly string[];
}

const marker = '{"cmd":"x"}';
const noCloseFrame = 1006;
const noStatus = 1005;

/** A client's WebSocket of which the check decides every byte, and that keeps every frame. */
export class ClientSocket {
  readonly head: Head;
  readonly #connection: RawConnection;
  readonly #journal: Journal;
  readonly #timeoutMs: number;
  readonly #texts: ServerText[] = [];
  readonly #waiters = new Set<() => void>();
  readonly pings: Buffer[] = [];
  readonly pongs: Buffer[] = [];
  #pieces: Buffer[] = [];
  #markersDue = 0;
  #closeCode: number | undefined;

  private constructor(connection: RawConnection, head: Head, journal: Journal, timeoutMs: number) {
    this.#connection = connection;
    this.head = head;
    this.#journal = journal;
    this.#timeoutMs = timeoutMs;
    if (head.status === 101) void this.#pump();
  }

  /** Upgrades with exactly these header lines; the caller looks at `head`. */
  static async open(
    place: Place,
    lines: readonly string[],
    target: Target,
    journal: Journal,
  ): Promise<ClientSocket> {
    const connection = await RawConnection.open(place, target);
    journal.sent(lines.join('\n'));
    connection.write(`${lines.join('\r\n')}\r\n\r\n`);
    const head = await connection.head();
    journal.came(`HTTP ${head.status}`);
    return new ClientSocket(connection, head, journal, target.timeoutMs);
  }

  /** The head lines that an upgrade needs, and then `more`. */
  static upgradeLines(path: string, more: readonly string[]): readonly string[] {
    return [
      `GET ${path} HTTP/1.1`,
      ...more,
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
    ];
  }

  async #pump(): Promise<void> {
    try {
      while (this.#closeCode === undefined) {
        this.#keep(await this.#connection.take(decodeFrame, Number.POSITIVE_INFINITY));
        this.#wake();
      }
    } catch {
      this.#closeCode ??= noCloseFrame;
      this.#wake();
    }
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }

  #keep(frame: WebSocketFrame): void {
    const { opcode, payload } = frame;
    switch (opcode) {
      case opcodes.close:
        this.#closeCode = payload.length < 2 ? noStatus : payload.readUInt16BE(0);
        this.frame(opcodes.close, payload.subarray(0, 2));
        this.#connection.destroy();
        return;
      case opcodes.ping:
        this.pings.push(payload);
        this.frame(opcodes.pong, payload);
        return;
      case opcodes.pong:
        this.pongs.push(payload);
        return;
      default:
        this.#pieces.push(payload);
        if (frame.isFinal) this.#keepText(Buffer.concat(this.#pieces.splice(0)).toString('utf8'));
    }
  }

  #keepText(text: string): void {
    const parsed = parseJson(text);
    const json = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
    if (this.#markersDue > 0 && json['error'] === wireCodes.unexpectedCmd.frame) {
      this.#markersDue -= 1;
      return;
    }
    this.#journal.came(`frame ${text}`);
    this.#texts.push({ text, json });
  }

  get isOpen(): boolean {
    return this.#closeCode === undefined;
  }

  /** One text frame. */
  send(text: string): void {
    this.#journal.sent(`frame ${text}`);
    this.frame(opcodes.text, text);
  }

  frame(opcode: number, payload: string | Uint8Array, isFinal = true): void {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload);
    this.#connection.write(encodeFrame({ isFinal, opcode, payload: bytes }, true));
  }

  /** A text frame in pieces of `size` bytes. */
  fragmented(text: string, size: number): void {
    this.#journal.sent(`frame in pieces of ${size} bytes ${text}`);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) {
      const opcode = at === 0 ? opcodes.text : opcodes.more;
      this.frame(opcode, bytes.subarray(at, at + size), at + size >= bytes.length);
    }
  }

  async #until(isDone: () => boolean, timeoutMs = this.#timeoutMs): Promise<boolean> {
    if (isDone()) return true;
    return new Promise((resolve) => {
      const end = (value: boolean) => {
        clearTimeout(timer);
        this.#waiters.delete(check);
        resolve(value);
      };
      const check = () => {
        if (isDone()) end(true);
      };
      const timer = setTimeout(() => end(false), timeoutMs);
      this.#waiters.add(check);
    });
  }

  /**
   * Resolves when the server has dealt with all that was sent here before and all that it had sent has arrived: a frame
   * with an unknown `cmd` is answered in its turn.
   */
  async settle(): Promise<void> {
    this.#markersDue += 1;
    this.frame(opcodes.text, marker);
    const isOver = await this.#until(() => this.#markersDue === 0 || !this.isOpen);
    if (this.#markersDue === 0) return;
    const why = isOver ? `closed with ${this.#closeCode}` : 'no answer';
    const said = this.#texts.map(({ text }) => text).join(' ');
    throw new Mismatch(
      `an open connection that answers ${marker} with ${wireCodes.unexpectedCmd.frame} ([FR6])`,
      said === '' ? why : `${why} after ${said}`,
    );
  }

  #said(): readonly string[] {
    return this.#texts.map(saidBy).filter((text) => text !== '');
  }

  /** Like `takeTexts` without frames that say nothing: those are left to the rules about them. */
  takeSaid(): readonly string[] {
    const said = this.#said();
    this.#texts.length = 0;
    return said;
  }

  /** Every frame since the last call; waits for nothing. */
  takeTexts(): readonly ServerText[] {
    return this.#texts.splice(0);
  }

  /**
   * Waits until that many frames lie here, or the connection is over. Who said them waited until the server had dealt with
   * them: only a server of several nodes takes longer, and that not for long.
   */
  async arrived(count: number): Promise<void> {
    const isThere = () => this.#said().length >= count || !this.isOpen;
    await this.#until(isThere, this.#timeoutMs / 5);
  }

  /** How the server ends this connection. @throws {Mismatch} when it does not. */
  async ended(timeoutMs = this.#timeoutMs): Promise<Ended> {
    await this.#until(() => !this.isOpen, timeoutMs);
    const said = this.takeSaid();
    if (this.#closeCode !== undefined) return { code: this.#closeCode, said };
    throw new Mismatch('a close', `an open connection after ${said.join(' ') || 'no frame'}`);
  }

  /** Closes as a client does, with a close frame; resolves when the server has closed too. */
  async close(code = 1000): Promise<void> {
    this.frame(opcodes.close, Uint8Array.from([code >> 8, code & 0xff]));
    await this.#until(() => !this.isOpen);
    this.discard();
  }

  /** Loses the connection without a word; resolves when the server has noticed. */
  async drop(): Promise<void> {
    await this.#connection.end();
  }

  discard(): void {
    this.#connection.destroy();
  }
}

/** A message as it is, an error as `error: …`, anything else as `frame: …`. */
export function saidBy({ text, json }: ServerText): string {
  const { msg, error } = json;
  if (typeof error === 'string' && error !== '') return `error: ${error}`;
  return typeof msg === 'string' && (error ?? '') === '' ? msg : `frame: ${text}`;
}
