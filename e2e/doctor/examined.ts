import { expect, onTestFinished } from 'vitest';
import { type Deployment, deploy, type Plan } from './deployment.ts';

/** Over HTTPS, with `turns:` too. */
export const https: Plan = { https: {}, turnCertificate: {} };

/** What `apprtc doctor --json` prints. */
export interface Report {
  readonly url: string;
  readonly ok: boolean;
  readonly tookMs: number;
  readonly findings: readonly {
    readonly check: string;
    readonly verdict: string;
    readonly tried: string;
    readonly seen: string;
    readonly advice?: string;
  }[];
}

/** A deployment for this test. */
export async function deployed(plan: Plan): Promise<Deployment> {
  const deployment = await deploy(plan);
  onTestFinished(() => deployment.close());
  return deployment;
}

/** A deployment, and what the doctor says of it. */
export async function examined(plan: Plan) {
  const deployment = await deployed(plan);
  const { code, out, err } = await deployment.doctor('--json');
  expect(err).toBe('');
  const report = JSON.parse(out) as Report;
  const checksWith = (verdict: string) => [
    ...new Set(report.findings.filter((one) => one.verdict === verdict).map(({ check }) => check)),
  ];
  return {
    deployment,
    code,
    out,
    report,
    problems: checksWith('problem'),
    warnings: checksWith('warning'),
    unjudged: checksWith('unjudged'),
    seenIn: (check: string) =>
      report.findings
        .filter((one) => one.check === check && one.verdict !== 'fine')
        .map(({ seen }) => seen)
        .join('\n'),
  };
}
