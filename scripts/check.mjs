// @ts-check
// `npm run check`: everything that can be said about the code without running it.
import './steps/require-node.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { run, runScript, StepError, seconds, toolPath, typescriptArgs } from './steps/run.mjs';

/** @type {readonly (readonly [name: string, args: readonly string[]])[]} */
const checks = [
  ['format and lint', [toolPath('biome'), 'check', '.']],
  ['types of the packages', [toolPath('tsc'), '-b']],
  ['types of tests and scripts', [toolPath('tsc'), '-p', 'tsconfig.tests.json']],
  ['arrows between packages', [...typescriptArgs, 'scripts/check-arrows.ts']],
  ['rules without a test', [...typescriptArgs, 'scripts/check-rules.ts']],
  ['length of files', [...typescriptArgs, 'scripts/check-file-length.ts']],
  ['docs/configuration.md', [...typescriptArgs, 'scripts/config-docs.ts', '--check']],
  ['docs/api', [...typescriptArgs, 'scripts/api-docs.ts', '--check']],
  ['size of the SDK', ['scripts/check-sdk-size.mjs']],
];

await runScript(async () => {
  await ensureInstalled();
  const failed = [];
  for (const [name, args] of checks) {
    const startMs = performance.now();
    const { code, output } = await run(process.execPath, args);
    const duration = seconds(performance.now() - startMs);
    console.log(`${code === 0 ? '✓' : '✗'} ${name} (${duration})`);
    if (code === 0) continue;
    failed.push(name);
    process.stdout.write(output);
  }
  if (failed.length > 0) throw new StepError(`check failed: ${failed.join(', ')}`);
});
