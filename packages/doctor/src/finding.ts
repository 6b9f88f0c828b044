/** Every line that the doctor can write, in the order of the report. Monitors know them by these names. */
export const checkIds = [
  'reach',
  'secure-origin',
  'certificate',
  'plain-http',
  'page',
  'health',
  'clock',
  'apprtc',
  'plain-replies',
  'addresses',
  'websocket',
  'message-websocket',
  'message-http',
  'idle-socket',
  'ice-config',
  'ice-credential',
  'ice-servers',
  'relay-configured',
  'stun-answer',
  'relay-certificate',
  'relay-allocation',
  'relay-address',
  'relay-forged',
  'relay-altered',
  'relay-deny-list',
  'relay-deny-list-ipv6',
  'relay-call',
  'deadline',
] as const;

export type CheckId = (typeof checkIds)[number];

/** `unjudged`: it could not be tried, for a reason that stands in `seen`. */
export type Verdict = 'fine' | 'warning' | 'problem' | 'unjudged';

interface Looked {
  readonly check: CheckId;
  /** What was tried, as a noun. */
  readonly tried: string;
  readonly seen: string;
}

/** One line of the report. */
export type Finding =
  | (Looked & { readonly verdict: 'fine' | 'unjudged' })
  /** `advice`: what to do. */
  | (Looked & { readonly verdict: 'warning' | 'problem'; readonly advice: string });

/** The lines of one check: it is told once what was tried. */
export interface Line {
  fine(seen: string): Finding;
  unjudged(seen: string): Finding;
  warning(seen: string, advice: string): Finding;
  problem(seen: string, advice: string): Finding;
}

export function lineOf(check: CheckId, tried: string): Line {
  return {
    fine: (seen) => ({ check, tried, seen, verdict: 'fine' }),
    unjudged: (seen) => ({ check, tried, seen, verdict: 'unjudged' }),
    warning: (seen, advice) => ({ check, tried, seen, advice, verdict: 'warning' }),
    problem: (seen, advice) => ({ check, tried, seen, advice, verdict: 'problem' }),
  };
}
