// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runOrFail, toolPath } from './run.mjs';

/** What the page is made from. */
const pageSources = [
  'package-lock.json',
  'tsconfig.base.json',
  'packages/web',
  'packages/client/src',
  'packages/protocol/src',
];
const pageDist = `${root}packages/web/dist`;
// Every build of the page empties its folder, also one that was started by hand: the stamp can't outlive what it stands for.
const stampPath = `${pageDist}/.apprtc-build`;

/** Builds what is stale: the packages and the page, side by side. */
export async function buildStale() {
  await Promise.all([buildPackages(), buildPage()]);
}

/** The compiler itself knows, within a tenth of a second, what is up to date. */
async function buildPackages() {
  if (!existsSync(`${root}packages/server/dist/.tsbuildinfo`)) console.log('Building…');
  await runOrFail('the packages could not be built', process.execPath, [toolPath('tsc'), '-b']);
}

async function buildPage() {
  const stamp = pageFingerprint();
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return;
  console.log('Building the page…');
  await runOrFail(
    'the page could not be built',
    process.execPath,
    [toolPath('vite'), 'build', '--logLevel', 'warn'],
    { cwd: `${root}packages/web` },
  );
  writeFileSync(stampPath, stamp);
}

function pageFingerprint() {
  const hash = createHash('sha256');
  for (const path of pageSources.flatMap(filesUnder)) {
    const text = readFileSync(join(root, path));
    hash.update(`${path}\0${text.length}\0`).update(text);
  }
  return hash.digest('hex');
}

/**
 * The files of a source tree, in a stable order; `path` itself when it is a file.
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  const entries = readEntries(path);
  if (entries === undefined) return [path];
  return entries
    .filter(({ name }) => !/^(dist|dist-types|node_modules|\..*)$|\.test\.tsx?$/.test(name))
    .flatMap((entry) => filesUnder(`${path}/${entry.name}`))
    .sort();
}

/** @param {string} path */
function readEntries(path) {
  try {
    return readdirSync(join(root, path), { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
