import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program and its arguments: no shell reads them, and none of them is a secret. */
export type CommandLine = readonly [program: string, ...args: string[]];

/** How a process ended. */
export interface CoturnEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A coturn that was started. */
export interface CoturnProcess {
  /** Undefined when it could not be started at all. */
  readonly pid: number | undefined;
  readonly ended: Promise<CoturnEnd>;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL; resolves when it is gone. Idempotent. */
  stop(graceMs: number): Promise<void>;
}

export function startCoturn(
  [program, ...args]: CommandLine,
  searchPath: string,
  onLine: (line: string) => void,
): CoturnProcess {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    // A session of its own: Ctrl-C in a terminal is for the server, which then ends this one in order.
    detached: true,
    // Nothing else of our environment: it may hold the signing secret.
    env: { PATH: searchPath },
  });
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', onLine);
  const ended = new Promise<CoturnEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.on('error', (error) => {
      onLine(`ERROR: ${error.message}`);
      // Without a process no exit follows.
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
  return {
    pid: child.pid,
    ended,
    signal: (signal) => void child.kill(signal),
    async stop(graceMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
