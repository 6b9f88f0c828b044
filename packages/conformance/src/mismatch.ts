/** The server broke a rule: what was expected and what came. */
export class Mismatch extends Error {
  readonly expected: string;
  readonly seen: string;

  constructor(expected: string, seen: string) {
    super(`expected ${expected}, saw ${seen}`);
    this.expected = expected;
    this.seen = seen;
  }
}

/** The rule can't be judged on this server, and why. */
export class NotApplicable extends Error {}
