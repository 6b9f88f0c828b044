import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const here = fileURLToPath(new URL('../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'apprtc-clone-'));
const clone = join(work, 'apprtc');
/** Installing and building on a busy machine of two cores. */
const firstStartMs = 240_000;

interface Started {
  readonly npm: ChildProcess;
  readonly address: string;
  readonly tookMs: number;
}

/** `npm start` as a person types it, until it prints where to open the page. */
async function npmStart(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const startedMs = performance.now();
  const npm = spawn('npm', ['start', '--', ...args], {
    cwd: clone,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], XDG_STATE_HOME: work, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for await (const chunk of npm.stdout) {
    said += String(chunk);
    const address = /AppRTC is ready: (\S+)/.exec(said)?.[1];
    if (address !== undefined) return { npm, address, tookMs: performance.now() - startedMs };
  }
  throw new Error(`npm start ended: ${said}`);
}

/** What `npm start` says when it can't start. */
async function failingStart(args: readonly string[]): Promise<{ code: number; errors: string[] }> {
  const npm = spawn('npm', ['start', '--silent', '--', ...args], {
    cwd: clone,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], XDG_STATE_HOME: work },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  npm.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const [code] = (await once(npm, 'close')) as [number];
  return { code, errors: said.split('\n').filter((line) => line.startsWith('apprtc:')) };
}

/** Resolves once nothing listens at the address any more. */
async function isGone(address: string): Promise<void> {
  const { hostname, port } = new URL(address);
  for (;;) {
    const socket = connect(Number(port), hostname);
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => 'answers'),
      once(socket, 'error').then(
        () => 'refuses',
        () => 'refuses',
      ),
    ]).catch(() => 'refuses');
    socket.destroy();
    if (outcome === 'refuses') return;
  }
}

async function stop({ npm, address }: Started): Promise<void> {
  npm.kill('SIGTERM');
  await isGone(address);
}

beforeAll(() => {
  execFileSync('git', ['clone', '--quiet', '--local', here, clone]);
});

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

describe('npm start in a clean clone', () => {
  it(
    'installs, builds and serves the page; the second start takes less than 3 s',
    async () => {
      const first = await npmStart(['--port', '0']);
      const page = await fetch(first.address);
      expect(page.status).toBe(200);
      const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1];
      expect((await fetch(new URL(script ?? '', first.address))).status).toBe(200);
      await stop(first);

      const second = await npmStart(['--port', '0']);
      await stop(second);
      expect(second.tookMs).toBeLessThan(3_000);
    },
    firstStartMs,
  );

  it('takes the port from PORT, and from --port before it', async () => {
    const one = await npmStart(['--port', '0']);
    const { port } = new URL(one.address);
    await stop(one);
    const two = await npmStart([], { PORT: port });
    expect(new URL(two.address).port).toBe(port);
    const taken = await failingStart(['--port', port]);
    expect(taken.code).toBe(1);
    expect(taken.errors).toEqual([expect.stringContaining(`port ${port} is in use`)]);
    await stop(two);
  });

  it('says in one line what is wrong, and exits with 1', async () => {
    for (const args of [['--prot', '9000'], ['--port', 'nine'], ['--port', '70000'], ['sreve']]) {
      const { code, errors } = await failingStart(args);
      expect(code, args.join(' ')).toBe(1);
      expect(errors, args.join(' ')).toHaveLength(1);
    }
  });
});
