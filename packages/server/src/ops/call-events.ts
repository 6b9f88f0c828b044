/** Kinds of events that are told apart; further ones are counted together. */
const maxTypes = 64;
const otherType = 'other';

/** [AN3] What clients say has happened in their calls, counted by type and otherwise forgotten. */
export class CallEvents {
  readonly #counts = new Map<string, number>();

  count(eventType: string): void {
    const isKnown = this.#counts.has(eventType) || this.#counts.size < maxTypes;
    const key = isKnown ? eventType : otherType;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Events by type. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
