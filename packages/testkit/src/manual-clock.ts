interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly fn: () => void;
}

/** A clock that stands still until it is told to go on. Its timers run in the order of their times. */
export class ManualClock {
  #nowMs: number;
  #order = 0;
  readonly #timers = new Map<number, Timer>();

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  /** Arrow functions, so that they can be handed out alone. */
  readonly nowMs = (): number => this.#nowMs;

  readonly setTimeout = (fn: () => void, delayMs = 0): unknown => {
    this.#order += 1;
    const atMs = this.#nowMs + Math.max(0, delayMs);
    this.#timers.set(this.#order, { atMs, order: this.#order, fn });
    return this.#order;
  };

  readonly clearTimeout = (handle: unknown): void => {
    if (typeof handle === 'number') this.#timers.delete(handle);
  };

  /** How many timers still wait: a test for leaks. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Goes on by `ms`, running what falls due, also what those timers set. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#nextDue(untilMs); next !== undefined; next = this.#nextDue(untilMs)) {
      this.#timers.delete(next.order);
      this.#nowMs = next.atMs;
      next.fn();
    }
    this.#nowMs = untilMs;
  }

  /** Goes on in small steps and lets promises settle between them, for code that awaits between its timers. */
  async run(ms: number, stepMs = 100): Promise<void> {
    await settle();
    for (let left = ms; left > 0; left -= stepMs) {
      this.advance(Math.min(stepMs, left));
      await settle();
    }
  }

  #nextDue(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (timer.atMs > untilMs) continue;
      if (next === undefined || timer.atMs < next.atMs) next = timer;
    }
    return next;
  }
}

/** Lets everything run that is already promised. No time passes. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
