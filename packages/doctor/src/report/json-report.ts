import type { Finding } from '../finding.ts';

/** The same for monitors: `ok` is what the exit code says. */
export function jsonReport(
  url: string,
  findings: readonly Finding[],
  tookMs: number,
  isOk: boolean,
): string {
  const report = { url, ok: isOk, tookMs: Math.round(tookMs), findings };
  return `${JSON.stringify(report, null, 2)}\n`;
}
