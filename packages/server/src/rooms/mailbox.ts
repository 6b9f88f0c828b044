import { limits } from '@apprtc/protocol';

/** A full mailbox still takes this much more of reserved messages, so that a `bye` is never lost. */
const reserve = { messages: 16, bytes: 16 * 1024 } as const;

/** [LM3] [LM4] What waits for one seat: a FIFO bounded by count and bytes. */
export class Mailbox {
  #messages: string[] = [];
  #bytes = 0;
  #mark = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
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
    return messages;
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
