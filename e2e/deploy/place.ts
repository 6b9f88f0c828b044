import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** What an operator's machine has before the proxy is set up: a folder, free ports, a certificate for `localhost` and 127.0.0.2. */
export interface Place {
  readonly folder: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** For a proxy that is told to reload over a port. */
  readonly adminPort: number;
  readonly certPath: string;
  readonly keyPath: string;
  /** Certificate and key in one file. */
  readonly pairPath: string;
  readonly certificate: string;
  remove(): Promise<void>;
}

export async function makePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'apprtc-deploy-'));
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.2' },
        ],
      },
    ],
  });
  const pairPath = join(folder, 'pair.pem');
  const certPath = join(folder, 'cert.pem');
  const keyPath = join(folder, 'key.pem');
  await Promise.all([
    writeFile(certPath, made.cert),
    writeFile(keyPath, made.private, { mode: 0o600 }),
    writeFile(pairPath, `${made.cert}\n${made.private}`, { mode: 0o600 }),
  ]);
  const [httpPort, httpsPort, adminPort] = await freePorts();
  return {
    ...{ folder, httpPort, httpsPort, adminPort, certPath, keyPath, pairPath },
    certificate: made.cert,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Three that differ: all are held before the first is let go. */
async function freePorts(): Promise<readonly [number, number, number]> {
  const servers = [createServer(), createServer(), createServer()] as const;
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0);
    await once(server, 'listening');
    const address = server.address();
    ports.push(typeof address === 'object' ? (address?.port ?? 0) : 0);
  }
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  const [first = 0, second = 0, third = 0] = ports;
  return [first, second, third];
}
