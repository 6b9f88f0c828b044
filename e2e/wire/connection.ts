import { once } from 'node:events';
import { wireCodes } from '@apprtc/protocol';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { ask } from './http.ts';
import type { Address } from './product.ts';

/** A frame of the Collider as it came. */
export interface Frame {
  readonly msg: string;
  readonly error: string;
}

export interface Closed {
  readonly code: number;
  /** What came since it was last asked for. */
  readonly frames: readonly Frame[];
}

const waitMs = 8000;
const markerAnswer = wireCodes.unexpectedCmd.frame;

/** A client's WebSocket that keeps every frame. */
export class Connection {
  readonly socket: WebSocket;
  readonly #frames: Frame[] = [];
  /** Called in turn as the answers to `settle`'s markers arrive. */
  readonly #markers: (() => void)[] = [];
  #closeCode: number | undefined;

  readonly #at: Address;

  private constructor(at: Address, socket: WebSocket) {
    this.#at = at;
    this.socket = socket;
    socket.on('message', (data) => this.#keep(String(data)));
    socket.on('close', (code) => {
      this.#closeCode = code;
    });
    socket.on('error', () => {});
  }

  static async open(
    at: Address,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Connection> {
    const socket = new WebSocket(`ws://127.0.0.1:${at.colliderPort}/ws`, {
      perMessageDeflate: false,
      headers,
    });
    const connection = new Connection(at, socket);
    onTestFinished(() => connection.discard());
    await once(socket, 'open');
    return connection;
  }

  #keep(text: string): void {
    const frame = JSON.parse(text) as Frame;
    const marker = frame.error === markerAnswer ? this.#markers.shift() : undefined;
    if (marker === undefined) this.#frames.push(frame);
    else marker();
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Sends a text as it is, anything else as JSON. */
  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  register(roomId: string, clientId: string): void {
    this.send({ cmd: 'register', roomid: roomId, clientid: clientId });
  }

  say(message: string): void {
    this.send({ cmd: 'send', msg: message });
  }

  /**
   * Resolves when the product has dealt with all that was sent on this connection before, and all that it
   * had sent here has arrived: a frame with an unknown `cmd` is answered in its turn.
   */
  settle(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(why));
      const timer = setTimeout(() => fail('The marker was not answered'), waitMs);
      const closed = () => fail(`Closed with ${this.#closeCode} instead of settling`);
      this.socket.once('close', closed);
      this.#markers.push(() => {
        clearTimeout(timer);
        this.socket.off('close', closed);
        resolve();
      });
      this.send({ cmd: 'x' });
    });
  }

  /** Every frame since the last call, without waiting for more. */
  takeFrames(): readonly Frame[] {
    return this.#frames.splice(0);
  }

  /** Every frame that arrived before a marker came back: `[]` proves that nothing was sent. */
  async received(): Promise<readonly Frame[]> {
    await this.settle();
    return this.takeFrames();
  }

  /** Like `received`, for messages only. An error frame shows as `error: …`. */
  async messages(): Promise<readonly string[]> {
    const frames = await this.received();
    return frames.map((frame) => (frame.error === '' ? frame.msg : `error: ${frame.error}`));
  }

  /** The next frame, without a marker. */
  async nextFrame(): Promise<Frame> {
    const signal = AbortSignal.timeout(waitMs);
    while (this.#frames.length === 0) await once(this.socket, 'message', { signal });
    const [frame] = this.#frames.splice(0, 1);
    if (frame === undefined) throw new Error('No frame');
    return frame;
  }

  /** Resolves when the other side has closed, with the frames that came before. */
  async closed(): Promise<Closed> {
    if (this.#closeCode === undefined) {
      await once(this.socket, 'close', { signal: AbortSignal.timeout(waitMs) });
    }
    return { code: this.#closeCode ?? 0, frames: this.takeFrames() };
  }

  /** Closes as a client does; resolves when the product knows of it. */
  async close(code = 1000): Promise<void> {
    if (this.#closeCode === undefined) {
      this.socket.close(code);
      await once(this.socket, 'close');
    }
    await this.reached();
  }

  /** Cuts the TCP connection without a word; resolves when the product knows of it. */
  async drop(): Promise<void> {
    this.discard();
    if (this.#closeCode === undefined) await once(this.socket, 'close');
    await this.reached();
  }

  /** Cuts the TCP connection and waits for nothing. */
  discard(): void {
    this.socket.terminate();
  }

  /**
   * Resolves when what this side did before has reached the product, for connections that answer no marker.
   * Bytes and the end of a TCP connection are in the product's hands before the request that follows them; a
   * second round trip gives it the turns of its event loop that a close takes.
   */
  async reached(): Promise<void> {
    await ask(this.#at, 'GET', '/status');
    await ask(this.#at, 'GET', '/status');
  }
}

/** The frame and the close of one row of the table of codes. */
export function refusal(name: keyof typeof wireCodes): Closed {
  const { frame, close } = wireCodes[name];
  return { code: close ?? 0, frames: frame === null ? [] : [{ msg: '', error: frame }] };
}
