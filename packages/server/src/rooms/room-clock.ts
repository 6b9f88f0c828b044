/** A longer step than this between two readings means that the process was held up, not that time was used. */
const longestStepMs = 1_000;
const tickMs = 250;

/**
 * The clock of deadlines: monotonic, in milliseconds, and it stands still while the process does. After a
 * stall, whatever clients said meanwhile is therefore read before anyone is expired.
 */
export class RoomClock {
  readonly #readMs: () => number;
  readonly #tick: NodeJS.Timeout;
  #lastMs: number;
  #lostMs = 0;

  constructor(readMs: () => number = () => performance.now()) {
    this.#readMs = readMs;
    this.#lastMs = readMs();
    this.#tick = setInterval(() => this.nowMs(), tickMs);
    this.#tick.unref();
  }

  nowMs(): number {
    const readMs = this.#readMs();
    const stepMs = readMs - this.#lastMs;
    if (stepMs > longestStepMs) this.#lostMs += stepMs - longestStepMs;
    this.#lastMs = readMs;
    return readMs - this.#lostMs;
  }

  close(): void {
    clearInterval(this.#tick);
  }
}
