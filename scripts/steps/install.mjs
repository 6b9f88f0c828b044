// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { root, run, StepError } from './run.mjs';

const stampPath = `${root}node_modules/.apprtc-install`;

/** Installs what package-lock.json names, unless that has been done. The stamp goes with node_modules. */
export async function ensureInstalled() {
  const lock = readFileSync(`${root}package-lock.json`);
  const stamp = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return;
  console.log('Installing packages (once)…');
  // With NODE_ENV=production npm would leave out the compilers.
  const { code, output } = await run('npm', ['ci', '--include=dev']);
  if (code !== 0) {
    console.error(npmErrors(output));
    throw new StepError('npm could not install the packages');
  }
  writeFileSync(stampPath, stamp);
}

/**
 * What npm says went wrong, without its warnings and the usage that it prints after them.
 * @param {string} output
 */
function npmErrors(output) {
  const errors = output.split('\n').filter((line) => line.startsWith('npm error '));
  const usage = errors.findIndex((line) => line.startsWith('npm error Usage'));
  return errors.slice(0, usage < 0 ? 20 : usage).join('\n');
}
