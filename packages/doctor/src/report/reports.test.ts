import { describe, expect, it } from 'vitest';
import { lineOf } from '../finding.ts';
import { jsonReport } from './json-report.ts';
import { textReport } from './text-report.ts';

const findings = [
  lineOf('page', 'the page').fine('served'),
  lineOf('clock', 'the clock').warning('40 s slow', 'Set it.'),
  lineOf('websocket', 'a WebSocket').problem('HTTP 400', 'Pass it on.'),
  lineOf('relay-call', 'a call').unjudged('no relay'),
];

describe('a report', () => {
  it('has a line each, and under what is wrong what to do', () => {
    expect(
      textReport('https://calls.example', findings, 3210),
    ).toBe(`apprtc doctor https://calls.example

✓ [page] the page: served
! [clock] the clock: 40 s slow
    → Set it.
✗ [websocket] a WebSocket: HTTP 400
    → Pass it on.
– [relay-call] a call: no relay

1 fine, 1 wrong, 1 warning, 1 not judged (3.2 s)
`);
  });

  it('is JSON for monitors', () => {
    expect(JSON.parse(jsonReport('https://calls.example', findings, 3210.4, false))).toEqual({
      url: 'https://calls.example',
      ok: false,
      tookMs: 3210,
      findings,
    });
  });
});
