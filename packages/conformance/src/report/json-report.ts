import { families } from '../check.ts';
import type { CheckResult } from '../run-checks.ts';

/** The whole run as JSON, for machines. */
export function jsonReport(url: string, results: readonly CheckResult[]): string {
  const report = {
    url,
    ok: results.every(({ outcome }) => outcome.kind !== 'failed'),
    families: Object.fromEntries(
      families.map((family) => [
        family,
        results.every(
          ({ check, outcome }) => outcome.kind !== 'failed' || !check.families.includes(family),
        ),
      ]),
    ),
    results: results.map(({ check, outcome, durationMs }) => ({
      id: check.id,
      title: check.title,
      severity: check.severity,
      families: check.families,
      durationMs,
      ...outcome,
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
