import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { eventually } from '../wire/http.ts';
import type { Place } from './place.ts';
import {
  type Command,
  configPath,
  type Edits,
  edited,
  type ProxyKind,
  shippedText,
} from './proxy-kinds.ts';
import { type Door, doorAt, get } from './through.ts';

const run = promisify(execFile);
const commandWithinMs = 10_000;

/** A real proxy with the configuration that deploy/ has for it. */
export interface ProxyProcess {
  readonly https: Door;
  readonly http: Door;
  /** What it has written, by line. */
  readonly said: readonly string[];
  /** What its own check of the configuration says; throws when it refuses. */
  check(): Promise<string>;
  /** Edits the configuration in place and lets the proxy take it. */
  reload(edits: Edits): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
}

/** Starts it with the shipped file, edited as an operator does, in front of a server that answers already. */
export async function startProxy(
  kind: ProxyKind,
  place: Place,
  edits: Edits,
): Promise<ProxyProcess> {
  const path = configPath(place);
  const env = { PATH: process.env['PATH'], HOME: place.folder };
  await writeFile(path, edited(shippedText(kind), edits));
  for (const [file, text] of Object.entries(kind.files?.(place) ?? {})) await writeFile(file, text);
  // Its processes run as users of their own.
  await chmod(place.folder, 0o711);
  const [program, ...args] = kind.run(place);
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = linesOf(child);
  const https = doorAt(place, 'https');
  try {
    await eventually(() => isServing(child, https), true);
  } catch (error) {
    await end(child);
    throw new Error(`${kind.name} did not start:\n${said.join('\n')}`, { cause: error });
  }
  async function outputOf([command, ...rest]: Command): Promise<string> {
    const { stdout, stderr } = await run(command, rest, { env, timeout: commandWithinMs });
    return stdout + stderr;
  }
  return {
    ...{ https, http: doorAt(place, 'http'), said },
    check: () => outputOf(kind.check(place)),
    async reload(more) {
      await writeFile(path, edited(await readFile(path, 'utf8'), more));
      const how = kind.reload(place);
      if (typeof how === 'string') child.kill(how);
      else await outputOf(how);
    },
    stop: () => end(child),
  };
}

async function isServing(child: ChildProcess, door: Door): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}`);
  try {
    return (await get(door, '/healthz')).status === 200;
  } catch {
    // Nobody listens yet.
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit', { signal: AbortSignal.timeout(commandWithinMs) });
  child.kill('SIGTERM');
  await exited;
}

function linesOf(child: ChildProcess): readonly string[] {
  const said: string[] = [];
  // Such as a program that is not installed.
  child.on('error', (error) => said.push(error.message));
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface(stream).on('line', (line) => said.push(line));
  }
  return said;
}
