import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// The command line in a process of its own, as an operator meets it: what it prints where, and its exit code.
const script = `
  const { main } = await import(${JSON.stringify(new URL('./cli.ts', import.meta.url).href)});
  await main(process.argv.slice(1));
`;

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'apprtc-cli-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

function start(args: readonly string[], environment: Record<string, string> = {}): Run {
  const node = ['--conditions=source', '--import', 'tsx', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, [...node, '--', ...args], {
    env: { PATH: process.env['PATH'], APPRTC_DATA_DIR: dataDir, ...environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, stdout: () => stdout, ended };
}

/** Resolves with the port once the process has printed where it listens. */
async function readyPort({ child, stdout, ended }: Run): Promise<number> {
  const end = ended.then(({ stderr }) => Promise.reject(new Error(stderr)));
  const ready = new Promise<number>((resolve) => {
    child.stdout?.on('data', () => {
      const port = /is ready: http:\/\/localhost:(\d+)\n/.exec(stdout())?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
  return await Promise.race([ready, end]);
}

describe('apprtc', () => {
  it.concurrent.each<[string, readonly string[], Record<string, string>, string]>([
    ['an unknown flag', ['--prot', '1'], {}, 'unknown option --prot: did you mean --port?'],
    [
      'a bad port',
      ['--port', '70000'],
      {},
      '--port must be a whole number from 0 to 65535 (it is "70000")',
    ],
    [
      'an unknown variable',
      [],
      { APPRTC_PROT: '1' },
      'unknown environment variable APPRTC_PROT: did you mean APPRTC_PORT?',
    ],
    [
      'a missing file',
      ['--port', '0', '--tls-cert', '/none', '--tls-key', '/none'],
      {},
      'the TLS certificate /none does not exist',
    ],
  ])('refuses %s with one line and exit code 1', async (_name, args, environment, message) => {
    expect(await start(args, environment).ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `apprtc: ${message}\n`,
    });
  });

  it.concurrent('prints help and version on stdout', async () => {
    const [help, version] = await Promise.all([start(['--help']).ended, start(['-v']).ended]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Usage: apprtc [serve] [options]');
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.concurrent('serves, names a taken port, and stops in order on SIGTERM', async () => {
    const server = start(['--port', '0']);
    const port = await readyPort(server);
    expect((await fetch(`http://localhost:${port}/`)).status).toBeLessThan(500);
    const second = await start(['--port', String(port), '--log-level', 'silent']).ended;
    expect(second).toEqual({
      code: 1,
      stdout: '',
      stderr: `apprtc: port ${port} is in use: stop what uses it, or choose another with --port\n`,
    });
    server.child.kill('SIGTERM');
    const { code, stderr } = await server.ended;
    expect(code).toBe(0);
    const events = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event);
    expect(events).toEqual(expect.arrayContaining(['listening', 'stopping', 'stopped']));
  });

  it.concurrent('stops within 5 s though a client sends half a request', async () => {
    const server = start(['--port', '0']);
    const socket = connect(await readyPort(server), '127.0.0.1');
    socket.on('error', () => {});
    await new Promise<void>((resolve) => socket.write('POST / HTTP/1.1\r\n', () => resolve()));
    const startMs = performance.now();
    server.child.kill('SIGINT');
    expect((await server.ended).code).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(15_000);
    socket.destroy();
  });
});
