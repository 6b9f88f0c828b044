import type { Finding, Verdict } from '../finding.ts';

const marks: Readonly<Record<Verdict, string>> = {
  fine: '✓',
  warning: '!',
  problem: '✗',
  unjudged: '–',
};

/** What a person reads: a line each, and under what is wrong what to do. */
export function textReport(url: string, findings: readonly Finding[], tookMs: number): string {
  const lines = findings.flatMap(linesOf);
  return `${[`apprtc doctor ${url}`, '', ...lines, '', total(findings, tookMs)].join('\n')}\n`;
}

function linesOf(finding: Finding): readonly string[] {
  const { check, verdict, tried, seen } = finding;
  const line = `${marks[verdict]} [${check}] ${tried}: ${seen}`;
  return 'advice' in finding ? [line, `    → ${finding.advice}`] : [line];
}

function total(findings: readonly Finding[], tookMs: number): string {
  const count = (verdict: Verdict) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const words = [
    `${count('fine')} fine`,
    `${problems} wrong`,
    `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
    `${count('unjudged')} not judged`,
  ];
  return `${words.join(', ')} (${(tookMs / 1000).toFixed(1)} s)`;
}
