// @ts-check
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { root } from './run.mjs';

/**
 * Where a run of the tests leaves its numbers.
 * @param {string} name
 */
export function reportPath(name) {
  return `${root}reports/${name}-tests.json`;
}

/**
 * Removes the last run's numbers, so that a run that dies can't pass with them.
 * @param {string} name
 */
export function forgetReport(name) {
  rmSync(reportPath(name), { force: true });
}

/**
 * Counts the tests of a run. A file that could not even be loaded counts as one failed test.
 * @param {string} name
 * @returns {{ passed: number, failed: number }} both 0 when the run left no report.
 */
export function countTests(name) {
  const path = reportPath(name);
  if (!existsSync(path)) return { passed: 0, failed: 0 };
  /** @type {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} */
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length };
}
