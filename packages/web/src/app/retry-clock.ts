const delaysS = [4, 8, 15, 30];

/** Counts down to the next try in whole seconds, each time longer; at once when the network comes back. */
export class RetryClock {
  #attempts = 0;
  #timer: ReturnType<typeof setInterval> | null = null;
  #tryNow: () => void = () => {};

  listen(): void {
    window.addEventListener('online', () => {
      if (this.#timer !== null) this.#fire();
    });
  }

  /** Returns the seconds until `onTry`. */
  start(onSecond: () => void, onTry: () => void): number {
    this.stop();
    const delayS = delaysS[Math.min(this.#attempts, delaysS.length - 1)] ?? 30;
    this.#attempts += 1;
    this.#tryNow = onTry;
    let leftS = delayS;
    this.#timer = setInterval(() => {
      leftS -= 1;
      onSecond();
      if (leftS <= 0) this.#fire();
    }, 1_000);
    return delayS;
  }

  #fire(): void {
    this.stop();
    this.#tryNow();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** The server was reached: the next loss begins with short waits again. */
  reset(): void {
    this.stop();
    this.#attempts = 0;
  }
}
