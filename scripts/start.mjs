// @ts-check
// `npm start`: from a fresh clone to a running server. Arguments after `--` are the server's: `npm start -- --port 9000`.
import './steps/require-node.mjs';
import { buildStale } from './steps/build.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { runScript } from './steps/run.mjs';
import { stopWithParent } from './steps/stop-with-parent.mjs';

await runScript(async () => {
  stopWithParent();
  await ensureInstalled();
  await buildStale();
  // In this process, so that signals, environment and exit code are the server's own.
  const { main } = await import('../packages/server/dist/cli.js');
  await main(process.argv.slice(2));
});
