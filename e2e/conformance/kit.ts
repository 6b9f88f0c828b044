import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../packages/server/bin/apprtc.mjs', import.meta.url));

/** Runs `apprtc conformance` as an operator does. */
export async function conformance(...args: readonly string[]) {
  const child = spawn(process.execPath, [command, 'conformance', ...args]);
  const [out, err] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code: child.exitCode, out, err };
}
