// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { root, run, StepError } from './run.mjs';

const stampPath = `${root}node_modules/.apprtc-install`;
const npmNotePath = `${root}node_modules/.package-lock.json`;

/** Installs what package-lock.json names, unless that has been done. The stamp goes with node_modules. */
export async function ensureInstalled() {
  const lock = readFileSync(`${root}package-lock.json`, 'utf8');
  const stamp = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return;
  if (!isInstalledByHand(lock)) await install();
  writeFileSync(stampPath, stamp);
}

async function install() {
  console.log('Installing packages (once)…');
  // With NODE_ENV=production npm would leave out the compilers.
  const { code, output } = await run('npm', ['ci', '--include=dev']);
  if (code === 0) return;
  console.error(npmErrors(output));
  throw new StepError('npm could not install the packages');
}

/**
 * Whether `npm install` or `npm ci` has just done the work: npm notes what it installed at the end of each run.
 * @param {string} lock
 */
function isInstalledByHand(lock) {
  if (!existsSync(npmNotePath)) return false;
  /** @typedef {{ packages: Record<string, { version?: string, optional?: boolean }> }} Lock */
  /** @type {Lock} */
  const wanted = JSON.parse(lock);
  /** @type {Lock} */
  const installed = JSON.parse(readFileSync(npmNotePath, 'utf8'));
  return Object.entries(wanted.packages).every(
    // Optional ones are mostly for other platforms. The entry without a path is the workspace itself.
    ([path, { version, optional }]) =>
      path === '' || optional || installed.packages[path]?.version === version,
  );
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
