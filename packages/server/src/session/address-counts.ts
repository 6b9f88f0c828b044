/** Counts what the clients of one address hold at a time, against a bound. */
export class AddressCounts {
  readonly #counts = new Map<string, number>();
  readonly #max: number;
  readonly #isFree: (address: string) => boolean;

  /** `isFree`: an address without a bound. */
  constructor(max: number, isFree: (address: string) => boolean) {
    this.#max = max;
    this.#isFree = isFree;
  }

  /** Whether one more is within the bound; then it counts until `release`. */
  take(address: string): boolean {
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.#max && !this.#isFree(address)) return false;
    this.#counts.set(address, count + 1);
    return true;
  }

  release(address: string): void {
    const count = this.#counts.get(address) ?? 0;
    if (count > 1) this.#counts.set(address, count - 1);
    else this.#counts.delete(address);
  }
}
