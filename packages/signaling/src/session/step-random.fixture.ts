import { SeededRandom } from '@apprtc/testkit';

/** The random numbers that one step drew. */
export type Draws = readonly number[];

/** Random numbers that come step by step, so that steps can be left out of a run that failed. */
export interface StepRandom {
  begin(step: number): void;
  next(): number;
  below(below: number): number;
  pick<Item>(items: readonly Item[]): Item | undefined;
}

abstract class Drawing implements StepRandom {
  abstract begin(step: number): void;
  abstract next(): number;

  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(items.length)];
  }
}

/** Draws from a seed, and remembers what each step drew. */
export class RecordedRandom extends Drawing {
  readonly tape: number[][] = [];
  readonly #random: SeededRandom;

  constructor(seed: number) {
    super();
    this.#random = new SeededRandom(seed);
  }

  begin(): void {
    this.tape.push([]);
  }

  next(): number {
    const drawn = this.#random.next();
    this.tape.at(-1)?.push(drawn);
    return drawn;
  }
}

/** Draws again what steps drew; a step that asks for more than it did then gets zeros. */
export class ReplayedRandom extends Drawing {
  readonly #tape: readonly Draws[];
  #draws: Draws = [];
  #drawn = 0;

  constructor(tape: readonly Draws[]) {
    super();
    this.#tape = tape;
  }

  begin(step: number): void {
    this.#draws = this.#tape[step] ?? [];
    this.#drawn = 0;
  }

  next(): number {
    const drawn = this.#draws[this.#drawn] ?? 0;
    this.#drawn += 1;
    return drawn;
  }
}

/** The fewest steps, by leaving out ever shorter runs of them, with which it still fails. */
export function shrink(
  tape: readonly Draws[],
  fails: (tape: readonly Draws[]) => boolean,
): readonly Draws[] {
  let kept = tape;
  for (let size = Math.ceil(kept.length / 2); size >= 1; ) {
    const before = kept.length;
    for (let from = 0; from < kept.length; ) {
      const fewer = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (fails(fewer)) kept = fewer;
      else from += size;
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (kept.length === before) return kept;
  }
  return kept;
}
