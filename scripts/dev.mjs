// @ts-check
// `npm run dev`: the page from Vite's own server, which reloads it on a change, and behind it the product's server,
// which restarts when what it is built from changes.
import './steps/require-node.mjs';
import { spawn } from 'node:child_process';
import { buildStale } from './steps/build.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { root, runScript, toolPath } from './steps/run.mjs';
import { stopWithParent } from './steps/stop-with-parent.mjs';

const pagePort = '8080';
/** The page's server forwards to it: see packages/web/vite.config.ts. */
const serverPort = '8081';

await runScript(async () => {
  stopWithParent();
  await ensureInstalled();
  await buildStale();
  console.log(`Open http://localhost:${pagePort}. It reloads on a change; Ctrl-C ends everything.`);
  const children = [
    start([toolPath('tsc'), '-b', '--watch', '--preserveWatchOutput']),
    start(
      [toolPath('vite'), '--port', pagePort, '--strictPort', '--logLevel', 'warn'],
      `${root}packages/web`,
    ),
    // Node.js itself restarts the server, a moment after the last of its built modules has changed.
    start([
      '--watch',
      '--watch-preserve-output',
      `${root}packages/server/bin/apprtc.mjs`,
      ...['--port', serverPort, '--public-url', `http://localhost:${pagePort}`],
      ...process.argv.slice(2),
    ]),
  ];
  const stop = () => {
    for (const child of children) endGroup(child);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // None of them ends by itself unless it can't work at all: then the rest must not linger.
  for (const child of children) child.on('exit', stop);
});

/**
 * Starts a child as the head of a process group of its own.
 * @param {string[]} args
 * @param {string} [cwd]
 */
function start(args, cwd = root) {
  return spawn(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
}

/**
 * Ends a child with all that it has started: the compiler's command is a wrapper that would leave the compiler behind.
 * @param {import('node:child_process').ChildProcess} child
 */
function endGroup({ pid, exitCode, signalCode }) {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  process.kill(-pid, 'SIGTERM');
}
