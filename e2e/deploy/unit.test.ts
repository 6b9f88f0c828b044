import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { edited } from './proxy-kinds.ts';

const run = promisify(execFile);
const systemd = fileURLToPath(new URL('../../deploy/systemd/', import.meta.url));
const program = fileURLToPath(new URL('../../packages/server/bin/apprtc.mjs', import.meta.url));

interface Unit {
  readonly path: string;
  readonly folder: string;
  /** Every value of a setting, in order. */
  values(setting: string): readonly string[];
}

/** The shipped unit, its two paths edited to where Node.js and the product lie here. */
async function editedUnit(): Promise<Unit> {
  const folder = await mkdtemp(join(tmpdir(), 'apprtc-unit-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'apprtc.service');
  const text = edited(await readFile(join(systemd, 'apprtc.service'), 'utf8'), [
    ['/usr/bin/node', process.execPath],
    ['/opt/apprtc/packages/server/bin/apprtc.mjs', program],
  ]);
  await writeFile(path, text);
  const values = (setting: string) =>
    text
      .split('\n')
      .flatMap((line) => (line.startsWith(`${setting}=`) ? [line.slice(setting.length + 1)] : []));
  return { path, folder, values };
}

/** `NAME=value` lines, as systemd reads an environment file. */
function variablesIn(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const match = /^([A-Z_]+)=(.*)$/.exec(line);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? '']];
    }),
  );
}

test('systemd understands every line of the unit', async () => {
  const { path } = await editedUnit();
  const { stdout, stderr } = await run('systemd-analyze', ['verify', path]);
  expect(stdout + stderr).toBe('');
});

test('systemd finds little that the service could do beyond its task', async () => {
  const { path } = await editedUnit();
  // Exits with 1 above a tenth of this, of 10.
  const args = ['security', '--offline=true', '--threshold=20', '--no-pager', path];
  const { stdout } = await run('systemd-analyze', args);
  expect(stdout).toMatch(/exposure level for apprtc\.service: [01]\.\d OK/);
});

test('its limits fit those of the server', async () => {
  const { values } = await editedUnit();
  const { stdout } = await run(process.execPath, [program, '--help']);
  const maxConnections = Number(/--max-connections .*\[(\d+)\]/.exec(stdout)?.[1]);
  // localhost is two addresses.
  expect(Number(values('LimitNOFILE')[0])).toBeGreaterThan(2 * maxConnections);
  // A close takes 5 s at most.
  expect(Number(values('TimeoutStopSec')[0])).toBeGreaterThan(5);
});

test('its command starts with its variables and no capability, and ends in order', async () => {
  const { values, folder } = await editedUnit();
  const file = await readFile(join(systemd, 'apprtc.env'), 'utf8');
  const [node = '', ...args] = values('ExecStart')[0]?.split(' ') ?? [];
  const variables = variablesIn([...file.split('\n'), ...values('Environment')]);
  expect(variables['APPRTC_DATA_DIR']).toBe(`/var/lib/${values('StateDirectory')[0]}`);
  const rights = ['--bounding-set', '-all', '--inh-caps', '-all', '--no-new-privs'];
  const child = spawn('setpriv', [...rights, '--', node, ...args], {
    // Where the test may write, and ports that nobody has.
    env: { ...variables, APPRTC_DATA_DIR: folder, APPRTC_PORT: '0', APPRTC_STUN_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said: string[] = [];
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => said.push(line));
  await once(lines, 'line', { signal: AbortSignal.timeout(15_000) });
  expect(said[0]).toMatch(/ready: https:\/\/calls\.example/);
  const exited = once(child, 'exit', {
    signal: AbortSignal.timeout(Number(values('TimeoutStopSec')[0]) * 1000),
  });
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
