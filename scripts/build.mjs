// @ts-check
// `npm run build`: everything that is stale, into the packages' dist folders.
import './steps/require-node.mjs';
import { buildStale } from './steps/build.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { runScript, seconds } from './steps/run.mjs';

await runScript(async () => {
  await ensureInstalled();
  const startMs = performance.now();
  await buildStale();
  console.log(`Built in ${seconds(performance.now() - startMs)}.`);
});
