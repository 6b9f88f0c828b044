import { limits } from '../limits.ts';
import { type Parsed, parsed, refused } from '../parsed.ts';
import { type AckFrame, encodeSessionFrame, type SendFrame } from './session-frame.ts';
import { sessionLimits } from './session-limits.ts';

export type SendProblem = 'not-paired' | 'outbox-full' | 'too-big';

/** What became of a message that came in. */
export interface Received {
  /** Whether it is the next one: only then it is handed on. */
  readonly isNew: boolean;
  /** To be sent now or a little later; the latest one says all. Null: it was of another epoch. */
  readonly ack: AckFrame | null;
}

interface Kept {
  readonly frame: SendFrame;
  readonly bytes: number;
}

/**
 * [V12]-[V18] One end of a pairing: numbers what goes out and keeps it until the other end has acknowledged it, takes
 * what comes in once and in order. Pure: it sends nothing itself, and knows no socket and no clock.
 */
export class SessionEnd {
  #epoch = 0;
  #lastSent = 0;
  #lastReceived = 0;
  #outbox: Kept[] = [];
  #outboxBytes = 0;

  /** The epoch of the pairing; 0: there is none. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Messages that wait for their acknowledgement. */
  get unacknowledged(): number {
    return this.#outbox.length;
  }

  /**
   * Follows the server's `welcome` and `peer`: true where this is another pairing, for which all begins anew and what
   * was not acknowledged is dropped. `said`: what the server said on our behalf (an answer that a join carried, a
   * published offer): our first messages of the epoch, kept like any other.
   */
  enter(epoch: number, said: readonly string[] = []): boolean {
    if (epoch === this.#epoch) return false;
    this.#epoch = epoch;
    this.#lastSent = 0;
    this.#lastReceived = 0;
    this.#outbox = [];
    this.#outboxBytes = 0;
    if (epoch !== 0) for (const message of said) this.#keep(message);
    return true;
  }

  /** Numbers and keeps a message; the frame is to be sent if there is a connection, else `replay` will. */
  send(message: string): Parsed<SendFrame, SendProblem> {
    if (this.#epoch === 0) return refused('not-paired');
    const next = this.#kept(message);
    if (next.bytes > limits.maxFrameBytes) return refused('too-big');
    const isFull =
      this.#outbox.length >= sessionLimits.maxOutboxMessages ||
      this.#outboxBytes + next.bytes > sessionLimits.maxOutboxBytes;
    if (isFull) return refused('outbox-full');
    this.#keep(message, next);
    return parsed(next.frame);
  }

  /** A `message` event. */
  receive(epoch: number, n: number): Received {
    if (epoch === 0 || epoch !== this.#epoch) return { isNew: false, ack: null };
    const isNew = n === this.#lastReceived + 1;
    if (isNew) this.#lastReceived = n;
    return { isNew, ack: this.#ack() };
  }

  /** An `ack` event: all up to `n` have arrived. What can't be is ignored. */
  acknowledge(epoch: number, n: number): void {
    if (epoch !== this.#epoch || n > this.#lastSent) return;
    let arrived = 0;
    for (const { frame, bytes } of this.#outbox) {
      if (frame.n > n) break;
      arrived += 1;
      this.#outboxBytes -= bytes;
    }
    this.#outbox.splice(0, arrived);
  }

  /** All that is to be sent when the way to the peer is there again: what it lacks, in order, and what we have. */
  replay(): readonly (SendFrame | AckFrame)[] {
    const frames = this.#outbox.map(({ frame }) => frame);
    return this.#lastReceived === 0 ? frames : [this.#ack(), ...frames];
  }

  #ack(): AckFrame {
    return { cmd: 'ack', epoch: this.#epoch, n: this.#lastReceived };
  }

  #kept(message: string): Kept {
    const frame: SendFrame = {
      cmd: 'send',
      epoch: this.#epoch,
      n: this.#lastSent + 1,
      msg: message,
    };
    return { frame, bytes: utf8Length(encodeSessionFrame(frame)) };
  }

  #keep(message: string, kept: Kept = this.#kept(message)): void {
    this.#lastSent += 1;
    this.#outbox.push(kept);
    this.#outboxBytes += kept.bytes;
  }
}

/** Bytes of a text in UTF-8 (RFC 3629); a lone surrogate counts as the three bytes of U+FFFD. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}
