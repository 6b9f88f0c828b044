// @ts-check
// Loaded into a measured process before its own code: says over the IPC channel what the process has used.
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {{ cpuUs: number, residentBytes: number, heapBytes: number }} Usage */

process.on('message', async (/** @type {'read' | 'collect'} */ what) => {
  if (what === 'collect') await collect();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ cpuUs: user + system, residentBytes: rss, heapBytes: heapUsed + external });
});
// The channel must not keep a process alive that wants to end.
process.channel?.unref();

/** Garbage is collected a few times: what finalizers free is only gone the time after. */
async function collect() {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await sleep(300);
  }
}
