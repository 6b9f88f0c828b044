import { limits } from '@apprtc/protocol';
import type { Peeked } from '@apprtc/signaling';

/** A full mailbox still takes this much more of reserved messages, so that a `bye` is never lost. */
const reserve = { messages: 16, bytes: 16 * 1024 } as const;

/** [LM3] [LM4] What waits for one seat: a FIFO bounded by count and bytes. */
export class Mailbox {
  #messages: string[] = [];
  #bytes = 0;
  #mark = 0;
  /** How many were taken out at the front by number. */
  #trimmed = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there is nothing to remember of it. */
  get isEmpty(): boolean {
    return this.#messages.length === 0 && this.#trimmed === 0;
  }

  /** Puts a message last; false where there is no room for it. */
  append(message: string, isReserved: boolean): boolean {
    const bytes = Buffer.byteLength(message);
    const maxMessages = limits.maxQueuedMessages + (isReserved ? reserve.messages : 0);
    const maxBytes = limits.maxQueuedBytes + (isReserved ? reserve.bytes : 0);
    if (this.#messages.length >= maxMessages || this.#bytes + bytes > maxBytes) return false;
    this.#messages.push(message);
    this.#bytes += bytes;
    return true;
  }

  /** Takes everything out, oldest first. */
  drain(): readonly string[] {
    const messages = this.#messages;
    this.#messages = [];
    this.#bytes = 0;
    this.#mark = 0;
    this.#trimmed = 0;
    return messages;
  }

  /** All that waits, or the last of it, with the number of the first. */
  peek(isLastOnly: boolean): Peeked {
    const from = isLastOnly ? Math.max(0, this.#messages.length - 1) : 0;
    return { first: this.#trimmed + from + 1, messages: this.#messages.slice(from) };
  }

  /** Drops the messages with numbers up to this. */
  trim(upTo: number): void {
    const count = Math.min(Math.max(0, upTo - this.#trimmed), this.#messages.length);
    for (const message of this.#messages.splice(0, count)) {
      this.#bytes -= Buffer.byteLength(message);
    }
    this.#trimmed += count;
    this.#mark = Math.max(0, this.#mark - count);
  }

  /** Numbers what waits from 1 again. */
  renumber(): void {
    this.#trimmed = 0;
  }

  mark(): void {
    this.#mark = this.#messages.length;
  }

  /** Drops what came after the mark. */
  cut(): void {
    for (const message of this.#messages.splice(this.#mark)) {
      this.#bytes -= Buffer.byteLength(message);
    }
  }
}
