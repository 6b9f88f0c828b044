const firstMs = 250;
const longestMs = 30_000;

/** A coturn that has run this long before it ended is started again as if it were its first end. */
export const steadyMs = 60_000;

/**
 * How long to wait before a restart: 250 ms, doubled for each end in a row, at most 30 s, and of that a random part
 * between half and the whole, so that several machines don't act in step.
 * @param endsInARow 1 after the first end.
 * @param random in [0, 1).
 */
export function restartDelayMs(endsInARow: number, random: number): number {
  const doublings = Math.min(Math.max(endsInARow, 1) - 1, 20);
  const fullMs = Math.min(firstMs * 2 ** doublings, longestMs);
  return Math.round(fullMs * (0.5 + random / 2));
}
