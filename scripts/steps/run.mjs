// @ts-check
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A step that failed, in words for whoever ran the script. What the step's program printed is shown above it. */
export class StepError extends Error {}

/**
 * How a program ended. `output` is what it printed, both streams in order, unless it printed straight to ours.
 * @typedef {{ readonly code: number, readonly output: string }} Outcome
 */

/**
 * Runs a program in the root folder.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ isShown?: boolean, env?: NodeJS.ProcessEnv, cwd?: string }} [how] `isShown` lets it print as it goes.
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { isShown = false, env = process.env, cwd = root } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd,
      env,
      stdio: isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      // npm is a batch file there, which only a shell starts.
      shell: process.platform === 'win32' && command === 'npm',
    });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Runs a program that has to succeed; otherwise prints what it printed and throws `problem`.
 * @param {string} problem
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [how]
 */
export async function runOrFail(problem, command, args, how) {
  const { code, output } = await run(command, args, how);
  if (code === 0) return;
  process.stderr.write(output);
  throw new StepError(problem);
}

/** The arguments for `node` with which a TypeScript file of ours runs, on the packages' sources. */
export const typescriptArgs = ['--conditions=source', '--import', 'tsx'];

/**
 * The path of a development tool's script, run with this very Node.js: quicker than npx, and the same everywhere.
 * @param {'tsc' | 'vite' | 'vitest' | 'biome'} tool
 */
export function toolPath(tool) {
  const paths = {
    tsc: 'node_modules/typescript/bin/tsc',
    vite: 'node_modules/vite/bin/vite.js',
    vitest: 'node_modules/vitest/vitest.mjs',
    biome: 'node_modules/@biomejs/biome/bin/biome',
  };
  return `${root}${paths[tool]}`;
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * Runs a script's main function and turns what a step throws into one line and exit code 1.
 * @param {() => Promise<void>} main
 */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(`apprtc: ${error.message}`);
    process.exitCode = 1;
  }
}
