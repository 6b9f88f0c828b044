import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../packages/server/bin/apprtc.mjs', import.meta.url));
const startWithinMs = 15_000;
/** More lines than these are not kept. */
const maxLines = 5_000;

export type ServerCommand = 'serve' | 'room-server' | 'collider';

export interface ServerOptions {
  readonly dataDir: string;
  readonly flags?: readonly string[];
  /** Such as `{ APPRTC_GRACE_MS: '300' }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where its lines go, together with those of others. */
  readonly said?: string[];
}

/** One `apprtc` process. */
export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** What it has written to its two outputs so far, by line. */
  readonly said: readonly string[];
  /** SIGTERM, then waits for the exit. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL, then waits for the exit. Idempotent. */
  kill(): Promise<void>;
}

/** Starts the built product as an operator does and waits until it says where it listens. */
export async function startServer(
  command: ServerCommand,
  { dataDir, flags = [], env = {}, said = [] }: ServerOptions,
): Promise<ServerProcess> {
  const args = [command, '--port', '0', '--host', '127.0.0.1', '--data-dir', dataDir, ...flags];
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  }
  const stop = () => end('SIGTERM');
  try {
    const port = await listeningPort(child, said);
    return { port, pid: child.pid ?? 0, said, stop, kill: () => end('SIGKILL') };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listeningPort(child: ChildProcess, said: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}\n${said.join('\n')}`));
    const timer = setTimeout(() => fail('The product did not start in time'), startWithinMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`The product ended with ${code}`);
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on('line', (line) => {
        if (said.length < maxLines) said.push(line);
        const port =
          stream === child.stdout
            ? /(?:ready|Listening on): https?:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1]
            : null;
        if (port === undefined || port === null) return;
        clearTimeout(timer);
        resolve(Number(port));
      });
    }
  });
}
