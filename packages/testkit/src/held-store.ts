import type { RoomId } from '@apprtc/protocol';
import type { Committed, LoadedRoom, MailOp, Room, RoomStore } from '@apprtc/signaling';
import { settle } from './manual-clock.ts';

/** Another store at the end of a wire: each answer waits until a test lets it go. */
export class HeldStore implements RoomStore {
  readonly #inner: RoomStore;
  readonly #held: { readonly name: string; readonly go: () => void }[] = [];
  /** Commits that are told of a conflict before one is let through. */
  conflicts = 0;
  failure: Error | null = null;
  commits = 0;

  constructor(inner: RoomStore) {
    this.#inner = inner;
  }

  /** What waits, oldest first. */
  get held(): readonly string[] {
    return this.#held.map(({ name }) => name);
  }

  load(id: RoomId): Promise<LoadedRoom> {
    return this.#hold(`load ${id}`, () => this.#inner.load(id));
  }

  commit(id: RoomId, version: number, room: Room, mail: readonly MailOp[]): Promise<Committed> {
    return this.#hold<Committed>(`commit ${id}`, () => {
      this.commits += 1;
      if (this.conflicts > 0) {
        this.conflicts -= 1;
        return { kind: 'conflict' };
      }
      return this.#inner.commit(id, version, room, mail);
    });
  }

  /** Lets the oldest go and what follows from it happen. */
  async release(): Promise<void> {
    const next = this.#held.shift();
    if (next === undefined) throw new Error('Nothing is held');
    next.go();
    await settle();
  }

  /** Lets all go, and what comes of them. */
  async releaseAll(): Promise<void> {
    while (this.#held.length > 0) await this.release();
  }

  #hold<Value>(name: string, answer: () => Value | Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        const { failure } = this;
        this.failure = null;
        if (failure === null) resolve(answer());
        else reject(failure);
      };
      this.#held.push({ name, go });
    });
  }
}
