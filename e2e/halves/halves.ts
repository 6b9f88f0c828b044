import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type ServerCommand,
  type ServerOptions,
  type ServerProcess,
  startServer,
} from '../wire/server-process.ts';

/** A folder for state, removed when the test ends. */
export async function dataFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'apprtc-halves-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** One half, stopped when the test ends. */
export async function startHalf(
  command: ServerCommand,
  options: ServerOptions,
): Promise<ServerProcess> {
  const server = await startServer(command, options);
  onTestFinished(() => server.stop());
  return server;
}
