import { writeFile } from 'node:fs/promises';
import {
  type ConformanceArguments,
  conformanceHelp,
  parseConformanceArguments,
} from './conformance-arguments.ts';
import { jsonReport } from './report/json-report.ts';
import { junitReport } from './report/junit-report.ts';
import { resultLines, summaryLines } from './report/text-report.ts';
import { runChecks } from './run-checks.ts';
import type { Target } from './target.ts';
import { Trial } from './trial.ts';

/** Where the command writes. */
export interface Output {
  /** Results. */
  out(text: string): void;
  /** What went wrong with the run itself. */
  err(text: string): void;
}

/** The command `apprtc conformance`: its exit code. */
export async function runConformance(args: readonly string[], output: Output): Promise<number> {
  const line = parseConformanceArguments(args);
  if (!line.ok) {
    output.err(`apprtc conformance: ${line.problem}\n`);
    return 2;
  }
  if (line.value === 'help') {
    output.out(conformanceHelp);
    return 0;
  }
  const problem = await whyUnreachable(line.value.target);
  if (problem === undefined) return report(line.value, output);
  output.err(`apprtc conformance: ${line.value.target.origin} does not answer: ${problem}\n`);
  return 2;
}

async function report(what: ConformanceArguments, output: Output): Promise<number> {
  const { target, checks, isStrict, isJson, junitPath } = what;
  const say = (lines: readonly string[]) => {
    if (!isJson) output.out(`${lines.join('\n')}\n`);
  };
  const results = await runChecks(checks, target, {
    isStrict,
    onResult: (result) => say(resultLines(result)),
  });
  say(summaryLines(results));
  if (isJson) output.out(jsonReport(target.origin, results));
  if (junitPath !== undefined) await writeFile(junitPath, junitReport(target.origin, results));
  return results.some(({ outcome }) => outcome.kind === 'failed') ? 1 : 0;
}

/** Any HTTP answer will do; what it says is for the rules. */
async function whyUnreachable(target: Target): Promise<string | undefined> {
  const trial = new Trial(target);
  try {
    await trial.ask('GET', '/params');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
