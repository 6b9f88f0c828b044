// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { root, runOrFail } from './run.mjs';

const stampPath = `${root}node_modules/.apprtc-install`;

/** Installs what package-lock.json names, unless that has been done. The stamp goes with node_modules. */
export async function ensureInstalled() {
  const lock = readFileSync(`${root}package-lock.json`);
  const stamp = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return;
  console.log('Installing packages (once)…');
  // With NODE_ENV=production npm would leave out the compilers.
  await runOrFail('npm could not install the packages', 'npm', ['ci', '--include=dev']);
  writeFileSync(stampPath, stamp);
}
