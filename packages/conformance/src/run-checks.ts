import type { Check } from './check.ts';
import { Mismatch, NotApplicable } from './mismatch.ts';
import type { Target } from './target.ts';
import { Trial } from './trial.ts';

/** Why a check did not pass. */
export interface Failure {
  /** What the client said last: a request's head and body, or a frame. */
  readonly request: string;
  readonly expected: string;
  readonly seen: string;
  /** What the server answered last; empty if nothing came. */
  readonly reply: string;
}

export interface CheckResult {
  readonly check: Check;
  readonly durationMs: number;
  readonly outcome:
    | { readonly kind: 'passed' }
    | { readonly kind: 'failed'; readonly failure: Failure }
    /** A rule that this server need not keep, and does not. */
    | { readonly kind: 'absent'; readonly failure: Failure }
    | { readonly kind: 'not-applicable'; readonly why: string };
}

export interface RunOptions {
  /** Rules that only our server must keep count as well. */
  readonly isStrict: boolean;
  /** Checks at a time, 4 unless told: so few that a server with a rate limit stays calm. */
  readonly atOnce?: number;
  /** Called with each result, in the order of the checks. */
  readonly onResult: (result: CheckResult) => void;
}

/** Runs the checks, slow ones beside all others. */
export async function runChecks(
  checks: readonly Check[],
  target: Target,
  { isStrict, atOnce = 4, onResult }: RunOptions,
): Promise<readonly CheckResult[]> {
  const done = new Map<Check, CheckResult>();
  let reported = 0;
  const run = async (check: Check) => {
    done.set(check, await runCheck(check, target, isStrict));
    for (; reported < checks.length; reported += 1) {
      const next = checks[reported];
      const result = next === undefined ? undefined : done.get(next);
      if (result === undefined) return;
      onResult(result);
    }
  };
  const waiting = checks.filter(({ isSlow }) => !isSlow).values();
  const worker = async () => {
    for (const check of waiting) await run(check);
  };
  const slow = checks.filter(({ isSlow }) => isSlow).map(run);
  await Promise.all([...slow, ...Array.from({ length: atOnce }, worker)]);
  return checks.flatMap((check) => done.get(check) ?? []);
}

async function runCheck(check: Check, target: Target, isStrict: boolean): Promise<CheckResult> {
  const trial = new Trial(target);
  const startMs = performance.now();
  const result = (outcome: CheckResult['outcome']): CheckResult => ({
    check,
    durationMs: Math.round(performance.now() - startMs),
    outcome,
  });
  try {
    await check.run(trial);
    return result({ kind: 'passed' });
  } catch (error) {
    if (error instanceof NotApplicable) {
      return result({ kind: 'not-applicable', why: error.message });
    }
    const failure = { ...trial.journal.last(), ...whatWasWrong(error) };
    const counts = isStrict || check.severity === 'required';
    return result({ kind: counts ? 'failed' : 'absent', failure });
  } finally {
    await trial.end();
  }
}

function whatWasWrong(error: unknown): { expected: string; seen: string } {
  if (error instanceof Mismatch) return { expected: error.expected, seen: error.seen };
  return { expected: 'an answer', seen: error instanceof Error ? error.message : String(error) };
}
