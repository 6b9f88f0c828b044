// @ts-check
// `npm test`: checks, unit tests and end-to-end tests, from a fresh clone. The last line is the total.
import './steps/require-node.mjs';
import { buildStale } from './steps/build.mjs';
import { ensureDebianPackages } from './steps/debian.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { root, run, StepError, seconds, toolPath } from './steps/run.mjs';
import { countTests, forgetReport, reportPath } from './steps/test-report.mjs';

/**
 * @typedef {{ readonly name: string, readonly isNeeded: boolean, readonly work: () => Promise<void> }} Step
 *   `isNeeded`: nothing after it makes sense when it fails.
 */

/** @type {readonly Step[]} */
const steps = [
  { name: 'install', isNeeded: true, work: ensureInstalled },
  { name: 'build', isNeeded: true, work: buildStale },
  { name: 'check', isNeeded: false, work: () => runShown('scripts/check.mjs') },
  { name: 'unit', isNeeded: false, work: () => runTests('unit', ['--coverage']) },
  { name: 'debian', isNeeded: false, work: ensureDebianPackages },
  { name: 'e2e', isNeeded: false, work: runEndToEnd },
];
const reports = ['unit', 'e2e-calls', 'e2e-servers'];

/** @param {string[]} args */
async function runShown(...args) {
  const { code } = await run(process.execPath, args, { isShown: true });
  if (code !== 0) throw new StepError('failed, see above');
}

/**
 * @param {string} name
 * @param {string[]} args
 */
async function runTests(name, args) {
  await runShown(...vitestArgs(name, args));
}

/**
 * @param {string} name
 * @param {string[]} args
 */
function vitestArgs(name, args) {
  const report = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath(name)}`];
  return [toolPath('vitest'), 'run', ...args, ...report];
}

/** Calls keep the machine busy, the other suites mostly wait: side by side they take little longer than calls alone. */
async function runEndToEnd() {
  const args = (/** @type {string} */ kind) =>
    vitestArgs(`e2e-${kind}`, ['-c', 'e2e/vitest.config.ts', '--project', `${kind}*`]);
  const servers = run(process.execPath, args('servers'));
  const calls = await run(process.execPath, args('calls'), { isShown: true });
  const { code, output } = await servers;
  process.stdout.write(output);
  if (calls.code !== 0 || code !== 0) throw new StepError('failed, see above');
}

/** @param {Step} step */
async function perform({ name, work }) {
  console.log(`\n── ${name}`);
  const startMs = performance.now();
  let problem = '';
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    problem = error.message;
  }
  const line = `${problem === '' ? '✓' : '✗'} ${name} (${seconds(performance.now() - startMs)})`;
  return { isPassed: problem === '', line: problem === '' ? line : `${line}: ${problem}` };
}

process.chdir(root);
for (const report of reports) forgetReport(report);
const lines = [];
let isPassed = true;
for (const step of steps) {
  const outcome = await perform(step);
  lines.push(outcome.line);
  isPassed &&= outcome.isPassed;
  if (!outcome.isPassed && step.isNeeded) break;
}
const total = { passed: 0, failed: 0 };
for (const report of reports) {
  const { passed, failed } = countTests(report);
  lines.push(`  ${report}: ${passed} passed, ${failed} failed`);
  total.passed += passed;
  total.failed += failed;
  // A run without a single test proves nothing.
  if (passed === 0 || failed > 0) isPassed = false;
}
console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = isPassed ? 0 : 1;
