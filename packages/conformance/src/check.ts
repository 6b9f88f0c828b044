import type { Trial } from './trial.ts';

/** The clients in the field, as a summary names them. */
export const familyNames = {
  web: 'Web',
  android: 'Android',
  ios: 'iOS',
  esp32: 'ESP32',
  kvs: 'Espressif KVS',
  aiortc: 'aiortc',
  windows: 'Qt/Windows',
  flutter: 'Flutter',
  cpp: 'C++ command line',
} as const;

export type Family = keyof typeof familyNames;

export const families = Object.keys(familyNames) as readonly Family[];

/**
 * `required` of every server: the original kept it, and clients break without it. `ours`: this project deliberately does
 * more than the original; a foreign server may go without.
 */
export type Severity = 'required' | 'ours';

/** One line of the report. */
export interface Check {
  /** The rule of PROTOCOL.md that it plays. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** For whom it matters. */
  readonly families: readonly Family[];
  /** It waits for a deadline of the server's own, of 10 to 60 seconds. */
  readonly isSlow: boolean;
  /** @throws {Mismatch} where the rule is broken, {NotApplicable} where it can't be judged. */
  run(trial: Trial): Promise<void>;
}

type Run = Check['run'];

/** A rule that every server keeps. */
export function required(
  id: string,
  title: string,
  run: Run,
  concerned: readonly Family[] = families,
): Check {
  return { id, title, severity: 'required', families: concerned, isSlow: false, run };
}

/** A rule that is marked (S) in PROTOCOL.md. */
export function ours(
  id: string,
  title: string,
  run: Run,
  concerned: readonly Family[] = families,
): Check {
  return { id, title, severity: 'ours', families: concerned, isSlow: false, run };
}

/** A rule whose deadline has to pass. */
export function slow(check: Check): Check {
  return { ...check, isSlow: true };
}
