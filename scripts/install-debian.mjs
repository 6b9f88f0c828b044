// @ts-check
// Installs the Debian packages that the tests need.
import './steps/require-node.mjs';
import { ensureDebianPackages } from './steps/debian.mjs';
import { runScript } from './steps/run.mjs';

await runScript(ensureDebianPackages);
