import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

const command = fileURLToPath(new URL('../../packages/server/bin/apprtc.mjs', import.meta.url));
const startWithinMs = 15_000;

/** How a suite wants its product. */
export interface ProductOptions {
  readonly flags?: readonly string[];
  /** Such as `{ APPRTC_GRACE_MS: '300' }`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Where a product answers. */
export interface Address {
  /** `http://127.0.0.1:PORT` */
  readonly baseUrl: string;
  readonly port: number;
}

export interface RunningProduct extends Address {
  /** SIGTERM, then waits for the exit. Idempotent. */
  stop(): Promise<void>;
}

/** Starts the built product as an operator does and waits until it says where it listens. */
export async function startProduct(options: ProductOptions = {}): Promise<RunningProduct> {
  const dataDir = await mkdtemp(join(tmpdir(), 'apprtc-wire-'));
  const args = ['serve', '--port', '0', '--host', '127.0.0.1', '--data-dir', dataDir];
  const child = spawn(process.execPath, [command, ...args, ...(options.flags ?? [])], {
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  }
  try {
    const port = await listeningPort(child);
    return { baseUrl: `http://127.0.0.1:${port}`, port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const fail = (why: string) => reject(new Error(`${why}\n${said.join('\n')}`));
    const timer = setTimeout(() => fail('The product did not start in time'), startWithinMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`The product ended with ${code}`);
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on('line', (line) => {
        if (said.length < 200) said.push(line);
        const port =
          stream === child.stdout ? /https?:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1] : null;
        if (port === undefined || port === null) return;
        clearTimeout(timer);
        resolve(Number(port));
      });
    }
  });
}

/** One product for all tests of a file or `describe`: started before them, stopped after them. */
export function useProduct(options: ProductOptions = {}): Address {
  let product: RunningProduct | undefined;
  beforeAll(async () => {
    product = await startProduct(options);
  });
  afterAll(async () => {
    await product?.stop();
  });
  function started(): RunningProduct {
    if (product === undefined) throw new Error('The product is not started yet');
    return product;
  }
  return {
    get baseUrl() {
      return started().baseUrl;
    },
    get port() {
      return started().port;
    },
  };
}
