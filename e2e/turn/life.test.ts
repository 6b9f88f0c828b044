import { once } from 'node:events';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProductOptions } from '../wire/product.ts';
import { credentialOf } from './turn-client.ts';
import {
  commandLine,
  freePort,
  saidLine,
  startTurnProduct,
  TurnClients,
  type TurnProduct,
  useRelayAddresses,
} from './turn-product.ts';

const addresses = useRelayAddresses();
const clients = new TurnClients();
const products: TurnProduct[] = [];
const folders: string[] = [];

afterEach(async () => {
  await clients.closeAll();
  await Promise.all(products.splice(0).map((product) => product.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function start(options: ProductOptions = {}, on = addresses): Promise<TurnProduct> {
  const product = await startTurnProduct(on, options);
  products.push(product);
  return product;
}

/** Why a start failed, in what it wrote. */
async function refusal(options: ProductOptions): Promise<string> {
  const error = await start(options).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error('It started');
  return error.message;
}

function parentOf(pid: number): number {
  return Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
}

/** Waits until a process is gone; a deadline is the test's own. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      // A zombie has ended too: whoever should collect it does so in its own time.
      if (/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function allocates(product: TurnProduct): Promise<number> {
  const client = await clients.over('udp', product.v4);
  return (await client.allocate(product.credential())).code;
}

/** A folder that comes first on the PATH, with a turnserver of that text. */
async function pathWith(script: string | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apprtc-path-'));
  folders.push(folder);
  // coturn runs as another user.
  await chmod(folder, 0o755);
  if (script === undefined) return folder;
  await writeFile(join(folder, 'turnserver'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${folder}:${process.env['PATH']}`;
}

describe('credentials', () => {
  it('good ones allocate over UDP and TCP, to either address', async () => {
    const product = await start();
    for (const transport of ['udp', 'tcp'] as const) {
      for (const server of [product.v4, product.v6]) {
        const client = await clients.over(transport, server);
        expect((await client.allocate(product.credential())).code).toBe(0);
      }
    }
  });

  it('forged and expired ones, and such of another secret, are refused with 401', async () => {
    const product = await start();
    const good = product.credential();
    const later = product.credential(86_400);
    for (const bad of [
      { ...good, password: Buffer.alloc(20).toString('base64') },
      // Another's name, or a longer life, with the digest of one's own.
      { ...good, username: `${good.username}x` },
      { ...good, username: later.username },
      product.credential(-1),
      credentialOf('another secret', 600),
    ]) {
      const client = await clients.over('udp', product.v4);
      expect((await client.allocate(bad)).code).toBe(401);
    }
  });

  it('an allocation outlives its credential', async () => {
    const product = await start();
    const client = await clients.over('udp', product.v4);
    const credential = product.credential(1);
    expect((await client.allocate(credential)).code).toBe(0);
    const expiryMs = (Number.parseInt(credential.username, 10) + 1) * 1000;
    for (;;) {
      const late = await clients.over('udp', product.v4);
      const { code } = await late.allocate(credential);
      if (code === 401) break;
      expect(Date.now()).toBeLessThan(expiryMs + 5000);
      await late.refresh(0);
    }
    expect((await client.refresh(600)).code).toBe(0);
    expect((await client.createPermission('8.8.8.8')).code).toBe(0);
  });
});

describe('secrets', () => {
  it('stand in one file that only coturn reads, and nowhere else', async () => {
    const product = await start({ env: { APPRTC_LOG_LEVEL: 'trace' } });
    const pid = product.coturnPid();
    const secret = product.secret();
    const credential = product.credential(600, 'somebody-special');
    const client = await clients.over('udp', product.v4);
    expect((await client.allocate(credential)).code).toBe(0);
    expect((await client.createPermission('10.11.12.13')).code).toBe(403);
    const forged = await clients.over('udp', product.v4);
    await forged.allocate({ ...credential, password: 'forged' });
    const file = commandLine(pid).at(-1) ?? '';
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o007).toBe(0);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(commandLine(pid).join(' ')).not.toContain(secret);
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toMatch(/^PATH=[^\0]*\0?$/);
    await saidLine(product, /"turn.peer-denied","block":"10\.0\.0\.0\/8"/);
    await clients.closeAll();
    await product.stop();
    const log = product.said.join('\n');
    for (const word of [secret, credential.username, 'somebody-special', '10.11.12.13']) {
      expect(log).not.toContain(word);
    }
    expect(() => statSync(dirname(file))).toThrow('ENOENT');
  });

  it('coturn is another user without capabilities when the server is root', async () => {
    const product = await start();
    const status = readFileSync(`/proc/${product.coturnPid()}/status`, 'utf8');
    if (process.getuid?.() === 0) expect(status).not.toMatch(/^Uid:\t0\t/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  });
});

/** The process group, which is who a terminal's Ctrl-C reaches. */
function groupOf(pid: number): number {
  return Number(/^\d+ \(.*\) \S \d+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
}

describe('the life of coturn', { timeout: 60_000 }, () => {
  it('killed, it is started again, and old credentials are good', async () => {
    const product = await start();
    const credential = product.credential();
    const [pid, from] = [product.coturnPid(), product.said.length];
    process.kill(pid, 'SIGKILL');
    await saidLine(product, /"event":"turn.ended".*"signal":"SIGKILL"/, from);
    await saidLine(product, /"event":"turn.started"/, from);
    expect(product.coturnPid()).not.toBe(pid);
    const client = await clients.over('udp', product.v4);
    expect((await client.allocate(credential)).code).toBe(0);
  });

  it('killed again and again, it waits longer each time', async () => {
    const product = await start();
    const waits: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      const from = product.said.length;
      process.kill(product.coturnPid(), 'SIGKILL');
      const line = await saidLine(product, /"event":"turn.ended"/, from);
      waits.push(Number(/"restartInMs":(\d+)/.exec(line)?.[1]));
      await saidLine(product, /"event":"turn.started"/, from);
    }
    expect(waits[0]).toBeLessThanOrEqual(250);
    expect(waits[2]).toBeGreaterThanOrEqual(500);
  });

  it('ends with the server, and by it alone', async () => {
    const product = await start();
    const pid = product.coturnPid();
    expect(groupOf(pid)).toBe(pid);
    await product.stop();
    await gone(pid);
    expect(product.said.join('\n')).toContain('"event":"turn.stopped"');
    expect(product.said.join('\n')).not.toContain('"event":"turn.ended"');
  });

  it('ends with a server that is killed, and the next start clears up', async () => {
    const product = await start();
    const pid = product.coturnPid();
    const folder = dirname(commandLine(pid).at(-1) ?? '');
    process.kill(parentOf(pid), 'SIGKILL');
    await gone(pid);
    expect(statSync(folder).isDirectory()).toBe(true);
    await start();
    expect(() => statSync(folder)).toThrow('ENOENT');
  });

  it('a SIGTERM that it ignores ends in SIGKILL, within the time', async () => {
    const product = await start();
    process.kill(product.coturnPid(), 'SIGSTOP');
    const startMs = performance.now();
    await product.stop();
    expect(performance.now() - startMs).toBeLessThan(5000);
  });
});

describe('a start that cannot be', () => {
  it('without turnserver says how to install it', async () => {
    const PATH = await pathWith(undefined);
    expect(await refusal({ env: { PATH } })).toContain('apt install coturn');
  });

  it('names a port that is taken', async () => {
    const port = await freePort(addresses.v4);
    const server = createServer().listen(port, addresses.v4);
    await once(server, 'listening');
    const said = await refusal({ flags: ['--turn-port', String(port)] });
    expect(said).toContain(`TCP port ${port} on ${addresses.v4} is in use`);
    server.close();
  });

  it('names a coturn that an earlier start left', async () => {
    // Without setpriv nothing ends it with a server that is killed.
    const PATH = await pathWith(undefined);
    const node = readlinkSync('/proc/self/exe');
    await symlink(node, join(PATH, 'node'));
    await symlink('/usr/bin/turnserver', join(PATH, 'turnserver'));
    const product = await start({ env: { PATH } });
    const pid = product.coturnPid();
    expect(product.said.join('\n')).toContain('"event":"turn.unguarded"');
    process.kill(parentOf(pid), 'SIGKILL');
    await product.stop();
    try {
      const said = await refusal({ flags: ['--turn-port', String(product.v4.port)] });
      expect(said).toContain(`kill ${pid}`);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  it('shows what coturn says when it does not serve', async () => {
    const PATH = await pathWith(
      '[ "$1" = --version ] && echo 4.6.1 && exit\necho "0: : ERROR: Cannot do it for user <1:me>"; exit 3',
    );
    const said = await refusal({ env: { PATH } });
    expect(said).toContain('coturn does not start: ERROR: Cannot do it for user <hidden>');
  });
});

describe('an old coturn', () => {
  it('is named with its weaknesses, and how they are covered', async () => {
    const PATH = await pathWith(
      '[ "$1" = --version ] && echo 4.5.1 && exit\nexec /usr/bin/turnserver "$@"',
    );
    const product = await start({ env: { PATH } });
    const said = product.said.join('\n');
    expect(said).toContain('coturn 4.5.1 has known weaknesses');
    expect(said).toMatch(/CVE-2020-26262: .*\. Here: the deny list holds/);
    expect(said).toMatch(/CVE-2026-27624: .*\. Here: the deny list holds ::ffff:0:0\/96/);
    // Its list cannot deny `::`, so there is no IPv6 allocation to ask from.
    const client = await clients.over('udp', product.v4);
    expect((await client.allocate(product.credential(), { family: 'ipv6' })).code).toBe(440);
  });
});

describe('loopback', () => {
  const loopback = { v4: '127.0.0.1', v6: '::1' };

  it('is no place for a relay', async () => {
    await expect(start({}, loopback)).rejects.toThrow('--turn-allow-loopback');
  });

  it('is open under a switch for tests, which the start shouts', async () => {
    const product = await start({ flags: ['--turn-allow-loopback'] }, loopback);
    const said = product.said.join('\n');
    expect(said).toContain('!!! TURN LETS CLIENTS REACH THE LOOPBACK INTERFACE');
    expect(said).toContain('"event":"turn.loopback-open"');
    const client = await clients.over('udp', product.v4);
    expect((await client.allocate(product.credential())).code).toBe(0);
    expect((await client.createPermission('127.0.0.1')).code).toBe(0);
    expect((await client.createPermission('127.0.0.53')).code).toBe(0);
    expect((await client.createPermission('10.0.0.1')).code).toBe(403);
    const v6 = await clients.over('udp', product.v6);
    expect((await v6.allocate(product.credential(), { family: 'ipv6' })).code).toBe(0);
    expect((await v6.createPermission('::ffff:127.0.0.1')).code).toBe(403);
  });
});

describe('quotas', () => {
  it('a user has so many allocations, another has its own', async () => {
    const product = await start({ flags: ['--turn-user-quota', '2'] });
    const codes: number[] = [];
    for (const name of ['one', 'one', 'one', 'other']) {
      const client = await clients.over('udp', product.v4);
      // Each with an expiry of its own: the name counts, not the whole user name.
      const credential = product.credential(600 + codes.length, name);
      codes.push((await client.allocate(credential)).code);
    }
    expect(codes).toEqual([0, 0, 486, 0]);
  });

  it('all have so many together', async () => {
    const product = await start({ flags: ['--turn-total-quota', '2'] });
    expect([await allocates(product), await allocates(product), await allocates(product)]).toEqual([
      0, 0, 486,
    ]);
  });

  it('all have so much bandwidth together', async () => {
    const product = await start({ flags: ['--turn-session-mbps', '4', '--turn-total-mbps', '8'] });
    expect([await allocates(product), await allocates(product), await allocates(product)]).toEqual([
      0, 0, 486,
    ]);
  });
});
