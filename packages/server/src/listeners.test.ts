import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ListenConfig, type Listeners, listen } from './listeners.ts';
import type { Product } from './product.ts';
import { readyLines } from './ready-lines.ts';
import { followTls } from './tls/follow-tls.ts';
import { openSelfSigned } from './tls/self-signed.ts';
import { openTlsSource, type TlsPair } from './tls/tls-source.ts';

const logger = pino({ level: 'silent' });
const product: Product = {
  notes: [],
  request: (_request, response) => response.end('ok\n'),
  upgrade: (_request, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  drain: async () => {},
  close: async () => {},
};

let dataDir: string;
const opened: Listeners[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'apprtc-listeners-'));
});
afterEach(async () => {
  for (const listeners of opened.splice(0)) {
    const closed = listeners.close();
    listeners.cut();
    await closed;
  }
  await rm(dataDir, { recursive: true, force: true });
});

async function open(changes: Partial<ListenConfig> = {}): Promise<Listeners> {
  const config = {
    host: 'localhost',
    port: 0,
    maxConnections: 100,
    tls: { kind: 'none' },
  } as const;
  const listeners = await listen({ ...config, dataDir, ...changes }, product, logger);
  opened.push(listeners);
  return listeners;
}

/** What a server answers to bytes; '' when it closes at once. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

describe('listen', () => {
  it('opens the same free port on 127.0.0.1 and ::1', async () => {
    const { port } = await open();
    for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
      expect(await (await fetch(`http://${host}:${port}`)).text()).toBe('ok\n');
    }
  });

  it('answers a request without a Host header', async () => {
    const { port } = await open();
    const answer = await exchange(port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/);
  });

  it.each([
    ['no HTTP', 'garbage\r\n\r\n', '400'],
    ['16 KiB of headers', `GET / HTTP/1.1\r\nA: ${'a'.repeat(17_000)}\r\n\r\n`, '431'],
  ])('answers %s and closes', async (_name, bytes, status) => {
    const { port } = await open();
    expect(await exchange(port, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('closes connections above the bound at once', async () => {
    const { port } = await open({ maxConnections: 1 });
    const first = connect(port, '127.0.0.1');
    await new Promise((resolve) => first.once('connect', resolve));
    expect(await exchange(port, 'GET / HTTP/1.1\r\n\r\n')).toBe('');
    first.destroy();
  });

  it('names the port that is taken, on either address', async () => {
    for (const host of ['127.0.0.1', '::1']) {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, host, resolve));
      const address = other.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      await expect(open({ port })).rejects.toThrow(`port ${port} is in use: `);
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('names an address that is not ours', async () => {
    await expect(open({ host: '203.0.113.9' })).rejects.toThrow(
      'this machine has no address 203.0.113.9: see --host',
    );
  });

  it('closes twice like once, without waiting for idle connections', async () => {
    const listeners = await open();
    await (await fetch(`http://127.0.0.1:${listeners.port}`)).text();
    await Promise.all([listeners.close(), listeners.close()]);
  });
});

function get(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', rejectUnauthorized: false, agent: false };
    request(options, (response) => {
      resolve((response.socket as TLSSocket).getPeerX509Certificate()?.subjectAltName ?? '');
      response.resume();
    })
      .on('error', reject)
      .end();
  });
}

describe('TLS', () => {
  it('serves HTTPS with a certificate made for this machine', async () => {
    const { port, scheme } = await open({ tls: { kind: 'self-signed' } });
    expect(scheme).toBe('https');
    const names = await get(port);
    expect(names).toContain('DNS:localhost');
    expect(names).toContain('IP Address:127.0.0.1');
    expect(names).toContain('IP Address:0:0:0:0:0:0:0:1');
  });

  it('is verifiable by a client that trusts the certificate', async () => {
    const { port } = await open({ tls: { kind: 'self-signed' } });
    const ca = await readFile(join(dataDir, 'self-signed.pem'));
    const isAuthorized = await new Promise((resolve, reject) => {
      const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca }, () => {
        resolve(socket.authorized);
        socket.destroy();
      }).on('error', reject);
    });
    expect(isAuthorized).toBe(true);
  });

  it('keeps a self-signed certificate until 30 days before its end', async () => {
    const dayMs = 86_400_000;
    let now = Date.now();
    const source = await openSelfSigned(dataDir, ['localhost'], () => now);
    const first = await source.read();
    now += 366 * dayMs;
    expect(await source.read()).toEqual(first);
    now += 2 * dayMs;
    expect((await source.read()).cert).not.toBe(first.cert);
  });

  it('makes a self-signed certificate anew for a new address and for a damaged file', async () => {
    const first = await (await openSelfSigned(dataDir, ['localhost'])).read();
    const second = await (await openSelfSigned(dataDir, ['localhost', '192.0.2.7'])).read();
    expect(second.cert).not.toBe(first.cert);
    await writeFile(join(dataDir, 'self-signed.pem'), 'damaged');
    const third = await (await openSelfSigned(dataDir, ['localhost'])).read();
    expect(third.cert).toContain('BEGIN CERTIFICATE');
  });

  it('takes up files that change, and keeps the old pair when the new one is bad', async () => {
    const [certPath, keyPath] = [join(dataDir, 'cert.pem'), join(dataDir, 'key.pem')];
    const place = async (pair: TlsPair) => {
      await writeFile(certPath, pair.cert);
      await writeFile(keyPath, pair.key);
    };
    const made = async (name: string) =>
      await (await openSelfSigned(join(dataDir, name), [name])).read();
    const [first, second] = [await made('first.test'), await made('second.test')];
    await place(first);
    const tls = { kind: 'files', certPath, keyPath } as const;
    const source = await openTlsSource({ dataDir, tls });
    if (source === undefined) throw new Error('no source');
    const use = vi.fn<(pair: TlsPair) => void>();
    const warn = vi.spyOn(logger, 'warn');
    const unfollow = followTls(source, first, use, logger, 5);
    await writeFile(keyPath, second.key);
    await vi.waitFor(() => expect(warn).toHaveBeenCalled());
    expect(use).not.toHaveBeenCalled();
    await place(second);
    await vi.waitFor(() => expect(use).toHaveBeenCalledExactlyOnceWith(second));
    unfollow();
  });

  it('names files that are missing or do not belong together', async () => {
    const tls = { kind: 'files', certPath: '/none/cert', keyPath: '/none/key' } as const;
    await expect(open({ tls })).rejects.toThrow('the TLS certificate /none/cert does not exist');
    const [certPath, keyPath] = [join(dataDir, 'cert.pem'), join(dataDir, 'key.pem')];
    const { cert } = await (await openSelfSigned(dataDir, ['localhost'])).read();
    const { key } = await (await openSelfSigned(join(dataDir, 'other'), ['localhost'])).read();
    for (const wrong of ['', key]) {
      await writeFile(certPath, cert);
      await writeFile(keyPath, wrong);
      await expect(open({ tls: { kind: 'files', certPath, keyPath } })).rejects.toThrow(
        `${certPath} and ${keyPath} are no certificate with its private key (`,
      );
    }
  });
});

describe('readyLines', () => {
  const lines = (host: string, tls: 'none' | 'self-signed', publicUrl?: string) =>
    readyLines(
      {
        host,
        publicUrl,
        tls: { kind: tls },
        command: 'serve',
        collider: undefined,
        roomServer: undefined,
      },
      { scheme: tls === 'none' ? 'http' : 'https', port: 8080 },
      ['192.0.2.7', '2001:db8::7'],
    ).join('\n');

  it('tells how other devices get in when only this one can', () => {
    expect(lines('localhost', 'none')).toMatch(
      /^AppRTC is ready: http:\/\/localhost:8080\n.*--host 0.0.0.0 --tls self-signed/,
    );
  });

  it('lists the addresses on the network, and asks for HTTPS there', () => {
    expect(lines('0.0.0.0', 'none')).toMatch(
      /On your network: http:\/\/192.0.2.7:8080\n.*--tls self-signed/,
    );
    expect(lines('::', 'self-signed')).toContain('https://[2001:db8::7]:8080');
  });

  it('starts with the public URL where there is one', () => {
    expect(lines('10.0.0.1', 'none', 'https://apprtc.example.org')).toBe(
      'AppRTC is ready: https://apprtc.example.org\nListening on: http://10.0.0.1:8080',
    );
  });
});
