import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, inject } from 'vitest';
import { type ServerProcess, startServer } from './server-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How the product runs: on one port, or its halves as two processes. */
    readonly shape: 'one-port' | 'two-processes';
  }
}

/** How a suite wants its product. */
export interface ProductOptions {
  /** For both halves. */
  readonly flags?: readonly string[];
  /** Such as `{ APPRTC_GRACE_MS: '300' }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** On the ports of one that has stopped. */
  readonly insteadOf?: Address;
}

/** Where a product answers: one port, or one for each half. */
export interface Address {
  /** `http://127.0.0.1:PORT`, the room server's. */
  readonly baseUrl: string;
  /** The room server's. */
  readonly port: number;
  readonly colliderPort: number;
}

export interface RunningProduct extends Address {
  /** Of its processes. */
  readonly pids: readonly number[];
  /** What it has written to its outputs so far, by line. */
  readonly said: readonly string[];
  /** SIGTERM, then waits for the exit. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL, then waits for the exit. Idempotent. */
  kill(): Promise<void>;
}

/** Starts the built product and waits until it says where it listens. */
export async function startProduct(options: ProductOptions = {}): Promise<RunningProduct> {
  const dataDir = await mkdtemp(join(tmpdir(), 'apprtc-wire-'));
  try {
    const isApart = inject('shape') === 'two-processes';
    const said: string[] = [];
    const start = isApart ? startHalves : startOne;
    const servers = await start({ ...options, dataDir, said });
    const [roomServer, collider = roomServer] = servers;
    return {
      baseUrl: `http://127.0.0.1:${roomServer.port}`,
      port: roomServer.port,
      colliderPort: collider.port,
      pids: servers.map(({ pid }) => pid),
      said,
      async stop() {
        await Promise.all(servers.map((server) => server.stop()));
        await rm(dataDir, { recursive: true, force: true });
      },
      async kill() {
        await Promise.all(servers.map((server) => server.kill()));
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

type Servers = readonly [roomServer: ServerProcess, ...collider: ServerProcess[]];

interface StartOptions extends ProductOptions {
  readonly dataDir: string;
  readonly said: string[];
}

async function startOne({ insteadOf, ...options }: StartOptions): Promise<Servers> {
  const port = insteadOf === undefined ? [] : ['--port', String(insteadOf.port)];
  return [await startServer('serve', { ...options, flags: [...(options.flags ?? []), ...port] })];
}

/** Each names the other, so one of the ports has to be known before its server starts. */
async function startHalves({ insteadOf, ...options }: StartOptions): Promise<Servers> {
  const { flags = [] } = options;
  const port = insteadOf?.port ?? (await freePort());
  const collider = await startServer('collider', {
    ...options,
    flags: [
      ...flags,
      ...['--port', String(insteadOf?.colliderPort ?? 0)],
      ...['--room-server', `http://127.0.0.1:${port}`],
    ],
  });
  try {
    const own = ['--port', String(port), '--collider', `http://127.0.0.1:${collider.port}`];
    return [await startServer('room-server', { ...options, flags: [...flags, ...own] }), collider];
  } catch (error) {
    await collider.stop();
    throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

/** The first segments of what only a room server answers to a POST. */
const roomServerPosts = new Set(['join', 'message', 'leave', 'bye', 'a', 'v1alpha']);

/** The port of the half that answers a request, as AppRTC has always shared them out. */
export function portFor(at: Address, method: string, path: string): number {
  const segments = path
    .replace(/\?.*$/, '')
    .split('/')
    .filter((each) => each !== '');
  const [first = ''] = segments;
  const isMessage = /^(POST|OPTIONS)$/.test(method) && segments.length === 2;
  const isForCollider =
    method === 'DELETE' ||
    first === 'ws' ||
    first === 'status' ||
    (isMessage && !roomServerPosts.has(first));
  return isForCollider ? at.colliderPort : at.port;
}

/** The room server alone, for what both halves answer. */
export function roomServerOf(at: Address): Address {
  return { baseUrl: at.baseUrl, port: at.port, colliderPort: at.port };
}

/** The Collider alone. */
export function colliderOf({ colliderPort }: Address): Address {
  return { baseUrl: `http://127.0.0.1:${colliderPort}`, port: colliderPort, colliderPort };
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
    get colliderPort() {
      return started().colliderPort;
    },
  };
}
