import { toleranceMs } from './command-seal.ts';

interface Remembered {
  readonly reply: Promise<string>;
  readonly atMs: number;
  /** Known once it is there. */
  characters: number;
}

/** For as long as a seal may be good: made by a clock that is a minute ahead, it is for two. */
const keptMs = 2 * toleranceMs;
const maxReplies = 4_096;
const maxCharacters = 8 * 1024 * 1024;

/** [TW12] A request whose answer was lost is sent again: it is carried out once and answered alike. */
export class RecentReplies {
  readonly #byRequest = new Map<string, Remembered>();
  readonly #nowMs: () => number;
  #characters = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The reply to `requestId`, made by `work` unless it is known. One that failed may be tried again. */
  once(requestId: string, work: () => Promise<string>): Promise<string> {
    this.#forgetOld();
    const known = this.#byRequest.get(requestId);
    if (known !== undefined) return known.reply;
    const remembered: Remembered = { reply: work(), atMs: this.#nowMs(), characters: 0 };
    this.#byRequest.set(requestId, remembered);
    remembered.reply.then(
      (text) => {
        if (this.#byRequest.get(requestId) !== remembered) return;
        remembered.characters = text.length;
        this.#characters += text.length;
      },
      () => {
        if (this.#byRequest.get(requestId) === remembered) this.#byRequest.delete(requestId);
      },
    );
    return remembered.reply;
  }

  /** The map keeps the order of arrival: the oldest come first. */
  #forgetOld(): void {
    const oldest = this.#nowMs() - keptMs;
    for (const [requestId, { atMs, characters }] of this.#byRequest) {
      const isCrowded = this.#byRequest.size >= maxReplies || this.#characters > maxCharacters;
      if (atMs >= oldest && !isCrowded) return;
      this.#byRequest.delete(requestId);
      this.#characters -= characters;
    }
  }
}
