/** Ends an exhaustive `switch`: a case that was forgotten is a compile error. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable case: ${JSON.stringify(value)}`);
}
