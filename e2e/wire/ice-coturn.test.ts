import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller, newRoom } from './client.ts';
import { eventually } from './http.ts';
import { askIce, type IceServer, serversOf } from './ice-request.ts';
import { type RunningProduct, startProduct } from './product.ts';

const run = promisify(execFile);
const secret = 'north-star-of-turn';

let folder: string;
let coturn: ChildProcess;
let turnPort: number;
let product: RunningProduct;

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

async function startCoturn(): Promise<void> {
  const args = [
    '-n',
    ...['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', `--listening-port=${turnPort}`],
    ...['--use-auth-secret', `--static-auth-secret=${secret}`, '--realm=t.test', '--fingerprint'],
    ...['--allow-loopback-peers', '--no-cli', '--no-tls', '--no-dtls', '--log-file=stdout'],
    ...[`--pidfile=${join(folder, 'pid')}`, `--userdb=${join(folder, 'db')}`],
  ];
  coturn = spawn('turnserver', args, { stdio: 'ignore' });
  const answers = () =>
    run('turnutils_stunclient', ['-p', String(turnPort), '127.0.0.1'], { timeout: 1_000 }).then(
      () => true,
      () => false,
    );
  await eventually(answers, true);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apprtc-coturn-'));
  turnPort = await freePort();
  await startCoturn();
  product = await startProduct({
    flags: ['--turn-urls', `127.0.0.1:${turnPort}`],
    env: { APPRTC_TURN_SECRET: secret },
  });
});

afterAll(async () => {
  await product?.stop();
  if (coturn?.kill('SIGKILL')) await once(coturn, 'exit');
  await rm(folder, { recursive: true, force: true });
});

async function serverOfCaller(): Promise<IceServer> {
  const caller = await Caller.join(product, newRoom());
  const [server] = serversOf(await askIce(product, caller.params));
  if (server === undefined) throw new Error('No server');
  return server;
}

/** coturn's own client allocates twice and relays a message each way. */
async function relays({ username = '', credential = '' }: IceServer): Promise<boolean> {
  const args = ['-u', username, '-w', credential, '-p', String(turnPort), '-y', '-c', '-n', '1'];
  const ran = run('turnutils_uclient', [...args, '-m', '1', '127.0.0.1'], { timeout: 30_000 });
  return ran.then(
    ({ stdout }) => /tot_recv_msgs=2/.test(stdout),
    () => false,
  );
}

describe('a real coturn', () => {
  test('[IC12] takes the credential that a join is given, and relays', async () => {
    const server = await serverOfCaller();
    expect(server.urls).toEqual([
      `turn:127.0.0.1:${turnPort}?transport=udp`,
      `turn:127.0.0.1:${turnPort}?transport=tcp`,
    ]);
    expect(await relays(server)).toBe(true);
  });

  test('[IC12] refuses one with a longer life than was signed', async () => {
    const server = await serverOfCaller();
    const [expiry, owner] = String(server.username).split(':');
    const username = `${Number(expiry) + 3_600}:${owner}`;
    expect(await relays({ ...server, username })).toBe(false);
  });
});
