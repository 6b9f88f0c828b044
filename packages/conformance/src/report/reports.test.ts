import { describe, expect, it } from 'vitest';
import { ours, required } from '../check.ts';
import type { CheckResult } from '../run-checks.ts';
import { jsonReport } from './json-report.ts';
import { junitReport } from './junit-report.ts';
import { resultLines, summaryLines } from './text-report.ts';

const nothing = async () => {};
const failure = {
  request: 'POST /join/x HTTP/1.1\nHost: x',
  reply: 'HTTP 200 {"a":"<b>"}',
  expected: 'result "FULL"',
  seen: '"SUCCESS"\u0000',
};
const results: readonly CheckResult[] = [
  { check: required('JN1', 'kept', nothing), durationMs: 5, outcome: { kind: 'passed' } },
  {
    check: required('JN2', 'broken', nothing, ['web']),
    durationMs: 6,
    outcome: { kind: 'failed', failure },
  },
  {
    check: ours('HT8', 'an extra', nothing, ['web', 'cpp']),
    durationMs: 7,
    outcome: { kind: 'absent', failure },
  },
  {
    check: required('PR15', 'not here', nothing, ['android']),
    durationMs: 1234,
    outcome: { kind: 'not-applicable', why: 'a "default" port' },
  },
];

describe('the lines', () => {
  it('mark a rule and show what a broken one was asked and answered', () => {
    expect(results.flatMap(resultLines)).toEqual([
      '✓ [JN1] kept',
      '✗ [JN2] broken',
      '    request   POST /join/x HTTP/1.1',
      '              Host: x',
      '    reply     HTTP 200 {"a":"<b>"}',
      '    expected  result "FULL"',
      '    seen      "SUCCESS"\u0000',
      '– [HT8] an extra (extra, absent here)',
      '– [PR15] not here: a "default" port',
    ]);
  });

  it('sum up by family, with the rules that are broken for it', () => {
    const lines = summaryLines(results);
    expect(lines).toContain(
      '✗ Web                  1 of   2 rules,   0 of   1 extras  broken: [JN2]',
    );
    expect(lines).toContain('✓ C++ command line     1 of   1 rules,   0 of   1 extras');
    expect(lines.at(-1)).toBe('1 kept, 1 broken, 1 extras absent, 1 not judged');
  });
});

describe('the reports for machines', () => {
  it('are JSON', () => {
    const report = JSON.parse(jsonReport('http://x', results)) as Record<string, unknown>;
    expect(report).toMatchObject({
      url: 'http://x',
      ok: false,
      families: { web: false, cpp: true, android: true },
    });
    expect(report['results']).toMatchObject([
      { id: 'JN1', kind: 'passed' },
      { id: 'JN2', kind: 'failed', failure },
      { id: 'HT8', kind: 'absent', severity: 'ours' },
      { id: 'PR15', kind: 'not-applicable' },
    ]);
  });

  it('are JUnit with everything escaped', () => {
    const xml = junitReport('http://x?a&b', results);
    expect(xml).toContain('name="apprtc conformance http://x?a&amp;b"');
    expect(xml).toContain('tests="4" failures="1" skipped="2"');
    expect(xml).toContain('reply: HTTP 200 {&quot;a&quot;:&quot;&lt;b&gt;&quot;}');
    expect(xml).toContain('<skipped message="a &quot;default&quot; port"/>');
    expect(xml).not.toContain('\u0000');
  });
});
