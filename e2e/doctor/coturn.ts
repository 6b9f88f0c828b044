import { spawn } from 'node:child_process';
import { createHmac, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** How a coturn is run; without any of it, as it should be. */
export interface CoturnPlan {
  readonly secret?: string;
  /** Any credential will do. */
  readonly isOpen?: boolean;
  readonly denyList?: 'full' | 'ipv4' | 'none';
  /** Callers of the relay may not meet there. */
  readonly refusesItself?: boolean;
  readonly isWithoutTcp?: boolean;
  /** Allocations of one user at a time. */
  readonly userQuota?: number;
  /** For `turns:`. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface Coturn {
  /** A loopback address of its own, so that 127.0.0.1 is another machine to it. */
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
  stop(): Promise<void>;
}

export const turnSecret = 'a-secret-of-the-relay';
const startWithinMs = 15_000;
const denied = {
  ipv4: [
    '0.0.0.0-0.255.255.255',
    '10.0.0.0-10.255.255.255',
    '100.64.0.0-100.127.255.255',
    '127.0.0.0-127.255.255.255',
    '169.254.0.0-169.254.255.255',
    '172.16.0.0-172.31.255.255',
    '192.168.0.0-192.168.255.255',
  ],
  ipv6: [
    '::-::ffff:ffff:ffff',
    '64:ff9b::-64:ff9b::ffff:ffff',
    '2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ],
};

/** One that nothing else on this machine listens on. */
export function loopbackAddress(): string {
  return `127.${randomInt(1, 255)}.${randomInt(255)}.${randomInt(1, 255)}`;
}

/** A real coturn on an address and ports of its own. */
export async function startCoturn(
  plan: CoturnPlan = {},
  host: string = loopbackAddress(),
): Promise<Coturn> {
  const folder = await mkdtemp(join(tmpdir(), 'apprtc-coturn-'));
  const [port, tlsPort, minPort] = [3478, 5349, 50_000];
  const conf = join(folder, 'turnserver.conf');
  await writeFile(conf, await configuration(plan, folder, { host, port, tlsPort, minPort }));
  const child = spawn('turnserver', ['-c', conf], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  const said: string[] = [];
  const isReady = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), startWithinMs);
    void exited.then(() => resolve(false));
    // The threads that serve are there by then, and the listeners before them.
    createInterface(child.stdout).on('line', (line) => {
      if (said.length < 500) said.push(line);
      if (!line.includes('SQLite DB connection success')) return;
      clearTimeout(timer);
      resolve(true);
    });
  });
  if (await isReady) return { host, port, tlsPort, stop };
  await stop();
  throw new Error(`coturn did not start\n${said.join('\n')}`);
}

interface Places {
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly minPort: number;
}

async function configuration(plan: CoturnPlan, folder: string, places: Places): Promise<string> {
  const { secret = turnSecret, denyList = 'full', tls } = plan;
  const { host, port, tlsPort, minPort } = places;
  if (tls !== undefined) {
    await writeFile(join(folder, 'cert.pem'), tls.cert);
    await writeFile(join(folder, 'key.pem'), tls.key);
  }
  const lists = {
    none: [],
    ipv4: denied.ipv4,
    full: [...denied.ipv4, ...denied.ipv6],
  };
  return [
    `listening-ip=${host}`,
    `relay-ip=${host}`,
    'relay-ip=::1',
    `listening-port=${port}`,
    `tls-listening-port=${tlsPort}`,
    `min-port=${minPort}`,
    `max-port=${minPort + 500}`,
    'fingerprint',
    'realm=calls.example',
    'allow-loopback-peers',
    'no-cli',
    'no-dtls',
    'no-multicast-peers',
    'log-file=stdout',
    `pidfile=${join(folder, 'pid')}`,
    `userdb=${join(folder, 'db')}`,
    ...(plan.isOpen ? ['no-auth'] : ['use-auth-secret', `static-auth-secret=${secret}`]),
    ...(plan.isWithoutTcp ? ['no-tcp'] : []),
    ...(plan.userQuota === undefined ? [] : [`user-quota=${plan.userQuota}`]),
    ...(tls === undefined
      ? ['no-tls']
      : [`cert=${join(folder, 'cert.pem')}`, `pkey=${join(folder, 'key.pem')}`]),
    ...lists[denyList].map((range) => `denied-peer-ip=${range}`),
    ...(plan.refusesItself ? [] : [`allowed-peer-ip=${host}`]),
    '',
  ].join('\n');
}

/** A credential after draft-uberti-behave-turn-rest. */
export function turnCredential(lifetimeSeconds: number, secret = turnSecret) {
  const username = `${Math.floor(Date.now() / 1000) + lifetimeSeconds}:doctor-test`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}
