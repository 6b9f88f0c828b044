import type { CheckResult } from '../run-checks.ts';

/** JUnit's XML as CI systems read it: one test case a rule. */
export function junitReport(url: string, results: readonly CheckResult[]): string {
  const failures = results.filter(({ outcome }) => outcome.kind === 'failed').length;
  const skipped = results.filter(({ outcome }) => /absent|not-app/.test(outcome.kind)).length;
  const totals = `tests="${results.length}" failures="${failures}" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="apprtc conformance ${escaped(url)}" ${totals}>`,
    ...results.map(testCase),
    '</testsuite>',
    '',
  ].join('\n');
}

function testCase({ check, outcome, durationMs }: CheckResult): string {
  const name = escaped(`[${check.id}] ${check.title}`);
  const time = (durationMs / 1000).toFixed(3);
  const open = `  <testcase classname="conformance" name="${name}" time="${time}"`;
  switch (outcome.kind) {
    case 'passed':
      return `${open}/>`;
    case 'absent':
      return `${open}><skipped message="extra, absent here"/></testcase>`;
    case 'not-applicable':
      return `${open}><skipped message="${escaped(outcome.why)}"/></testcase>`;
    case 'failed': {
      const { request, reply, expected, seen } = outcome.failure;
      const text = `request: ${request}\nreply: ${reply}\nexpected: ${expected}\nseen: ${seen}`;
      const message = escaped(`expected ${expected}`);
      return `${open}><failure message="${message}">${escaped(text)}</failure></testcase>`;
    }
  }
}

/** Control characters have no place in XML 1.0, not even escaped. */
function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: just these are meant
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll('\n', '&#10;')
  );
}
