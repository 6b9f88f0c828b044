import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What is measured: the product, or the bare relay beside it. */
export type ServerKind = 'product' | 'bare';

/** What a server's process has used so far. */
export interface Usage {
  /** User and system time of all its threads, in microseconds. */
  readonly cpuUs: number;
  readonly residentBytes: number;
  /** Live JavaScript objects and the buffers they hold. */
  readonly heapBytes: number;
}

export interface MeasuredServer {
  readonly kind: ServerKind;
  readonly port: number;
  /** `collect`: after the garbage has been collected. */
  usage(what: 'read' | 'collect'): Promise<Usage>;
  stop(): Promise<void>;
}

const startWithinMs = 30_000;
/** The same for both. */
const nodeFlags = ['--expose-gc', '--import', pathOf('./probe.mjs')];

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/** Starts a server in a process of its own. The product is the built one, started as an operator does. */
export async function startServer(kind: ServerKind): Promise<MeasuredServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'apprtc-bench-'));
  const program =
    kind === 'bare'
      ? [pathOf('./bare-relay.mjs')]
      : [
          pathOf('../packages/server/bin/apprtc.mjs'),
          ...['serve', '--host', '127.0.0.1', '--port', '0', '--data-dir', dataDir],
        ];
  const child = spawn(process.execPath, [...nodeFlags, ...program], {
    // The bound on one socket's messages is lifted: the load comes from few sockets.
    env: {
      PATH: process.env['PATH'],
      APPRTC_MAX_MESSAGES_PER_SECOND: '0',
      APPRTC_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const port = await listeningPort(child);
  return {
    kind,
    port,
    async usage(what) {
      child.send(what);
      const [usage] = await once(child, 'message');
      return usage as Usage;
    },
    async stop() {
      child.kill('SIGKILL');
      await exited;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function listeningPort(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('The server has no output to read');
  const signal = AbortSignal.timeout(startWithinMs);
  const lines = createInterface({ input: child.stdout, signal });
  for await (const line of lines) {
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stdout.resume();
    return Number(port);
  }
  throw new Error('The server did not start');
}
