// @ts-check
// `npm run dev`: the compiler, the page's bundler and the server, each redoing its part when a source changes.
import './steps/require-node.mjs';
import { spawn } from 'node:child_process';
import { buildStale } from './steps/build.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { root, runScript, toolPath } from './steps/run.mjs';
import { stopWithParent } from './steps/stop-with-parent.mjs';

await runScript(async () => {
  stopWithParent();
  await ensureInstalled();
  await buildStale();
  console.log('Watching the sources. Reload the page after a change; Ctrl-C ends everything.');
  const children = [
    start([toolPath('tsc'), '-b', '--watch', '--preserveWatchOutput']),
    start([toolPath('vite'), 'build', '--watch', '--logLevel', 'warn'], `${root}packages/web`),
    // Node.js itself restarts the server, a moment after the last of its built modules has changed.
    start([
      '--watch',
      '--watch-preserve-output',
      `${root}packages/server/bin/apprtc.mjs`,
      ...process.argv.slice(2),
    ]),
  ];
  const stop = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // None of them ends by itself unless it can't work at all: then the rest must not linger.
  for (const child of children) child.on('exit', stop);
});

/**
 * @param {string[]} args
 * @param {string} [cwd]
 */
function start(args, cwd = root) {
  return spawn(process.execPath, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
}
