import { type Check, families, familyNames } from '../check.ts';
import type { CheckResult, Failure } from '../run-checks.ts';

const marks = { passed: '✓', failed: '✗', absent: '–', 'not-applicable': '–' } as const;

/** One rule: a line, and behind a failure what was asked, expected and seen. */
export function resultLines({ check, outcome }: CheckResult): readonly string[] {
  const line = `${marks[outcome.kind]} [${check.id}] ${check.title}`;
  switch (outcome.kind) {
    case 'passed':
      return [check.severity === 'ours' ? `${line} (extra)` : line];
    case 'absent':
      return [`${line} (extra, absent here)`];
    case 'not-applicable':
      return [`${line}: ${outcome.why}`];
    case 'failed':
      return [line, ...failureLines(outcome.failure)];
  }
}

function failureLines({ request, expected, seen, reply }: Failure): readonly string[] {
  return [
    ...labelled('request', request),
    ...labelled('reply', reply),
    ...labelled('expected', expected),
    ...labelled('seen', seen),
  ];
}

function labelled(label: string, text: string): readonly string[] {
  const [first = '', ...rest] = (text === '' ? 'none' : text).trimEnd().split('\n');
  return [`    ${label.padEnd(9)} ${first}`, ...rest.map((line) => `${' '.repeat(14)}${line}`)];
}

/** What became of the rules that matter to each family. */
export function summaryLines(results: readonly CheckResult[]): readonly string[] {
  const rows = families.flatMap((family) => {
    const concerned = results.filter(({ check }) => check.families.includes(family));
    if (concerned.length === 0) return [];
    const failed = concerned.filter(({ outcome }) => outcome.kind === 'failed');
    const mark = failed.length === 0 ? '✓' : '✗';
    const name = familyNames[family].padEnd(17);
    return [`${mark} ${name}  ${counts(concerned)}${cited(failed.map(({ check }) => check))}`];
  });
  return ['', 'By client family:', ...rows, '', total(results)];
}

function counts(results: readonly CheckResult[]): string {
  const part = (severity: Check['severity']) => {
    const some = results.filter(({ check }) => check.severity === severity);
    const passed = some.filter(({ outcome }) => outcome.kind === 'passed').length;
    return `${String(passed).padStart(3)} of ${String(some.length).padStart(3)}`;
  };
  return `${part('required')} rules, ${part('ours')} extras`;
}

function cited(checks: readonly Check[]): string {
  const ids = [...new Set(checks.map(({ id }) => `[${id}]`))];
  if (ids.length === 0) return '';
  const shown = ids.slice(0, 6).join(' ');
  return `  broken: ${shown}${ids.length > 6 ? ` and ${ids.length - 6} more` : ''}`;
}

function total(results: readonly CheckResult[]): string {
  const count = (kind: CheckResult['outcome']['kind']) =>
    results.filter(({ outcome }) => outcome.kind === kind).length;
  return [
    `${count('passed')} kept`,
    `${count('failed')} broken`,
    `${count('absent')} extras absent`,
    `${count('not-applicable')} not judged`,
  ].join(', ');
}
