import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const startWithinMs = 10_000;
const askEveryMs = 50;
const maxLines = 500;

export interface Credential {
  readonly username: string;
  readonly credential: string;
}

/** draft-uberti-behave-turn-rest: `<unix expiry>:<user>` and its HMAC-SHA1. */
export function credentialOf(secret: string, lifeSeconds: number): Credential {
  const username = `${Math.floor(Date.now() / 1_000) + lifeSeconds}:tester`;
  const credential = createHmac('sha1', secret).update(username).digest('base64');
  return { username, credential };
}

/** A port that is free for both UDP and TCP at the time of asking. */
async function freePort(): Promise<number> {
  const tcp = createServer().listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4').bind(port, '127.0.0.1');
  await once(udp, 'listening');
  udp.close();
  tcp.close();
  await once(tcp, 'close');
  return port;
}

async function makeCertificate(folder: string): Promise<void> {
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-days',
    '2',
    ...key,
    ...files,
    ...subject,
  ]);
}

/** A Binding request without attributes, RFC 8489 section 5. */
function bindingRequest(): Buffer {
  return Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]);
}

/** Whether a STUN server answers on a port of loopback before the time is up. */
async function answersBinding(port: number, withinMs: number): Promise<boolean> {
  const socket = createSocket('udp4');
  // A port where nobody listens yet says so by ICMP.
  socket.on('error', () => {});
  try {
    return await new Promise<boolean>((resolve) => {
      const ask = () => socket.send(bindingRequest(), port, '127.0.0.1');
      const asking = setInterval(ask, askEveryMs);
      const end = (isUp: boolean) => {
        clearInterval(asking);
        clearTimeout(timer);
        resolve(isUp);
      };
      const timer = setTimeout(() => end(false), withinMs);
      socket.once('message', () => end(true));
      ask();
    });
  } finally {
    socket.close();
  }
}

/** Debian's coturn on loopback, which can be killed and started again on the same port. */
export class Coturn {
  readonly secret = 'a secret of the tests';
  readonly port: number;
  /** For `turns:`, with a certificate that nobody has signed. */
  readonly tlsPort: number;
  readonly #folder: string;
  #child: ChildProcess | null = null;

  private constructor(port: number, tlsPort: number, folder: string) {
    this.port = port;
    this.tlsPort = tlsPort;
    this.#folder = folder;
  }

  static async start(): Promise<Coturn> {
    const folder = await mkdtemp(join(tmpdir(), 'apprtc-turn-'));
    const coturn = new Coturn(await freePort(), await freePort(), folder);
    await makeCertificate(folder);
    await coturn.revive();
    return coturn;
  }

  /** Starts it, again after a kill, and waits until it listens. */
  async revive(): Promise<void> {
    const file = join(this.#folder, 'turnserver.conf');
    await writeFile(file, this.#configuration());
    const child = spawn('turnserver', ['-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => {
      if (lines.length < maxLines) lines.push(line);
    });
    if (await answersBinding(this.port, startWithinMs)) return;
    await this.stop();
    throw new Error(`coturn did not start in time\n${lines.join('\n')}`);
  }

  /** SIGKILL: it says goodbye to nobody. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #configuration(): string {
    return [
      'listening-ip=127.0.0.1',
      'relay-ip=127.0.0.1',
      `listening-port=${this.port}`,
      'min-port=20000',
      'max-port=29999',
      'fingerprint',
      'use-auth-secret',
      `static-auth-secret=${this.secret}`,
      'realm=tests.invalid',
      'allow-loopback-peers',
      'no-cli',
      `tls-listening-port=${this.tlsPort}`,
      `cert=${join(this.#folder, 'cert.pem')}`,
      `pkey=${join(this.#folder, 'key.pem')}`,
      'no-dtls',
      'no-multicast-peers',
      'log-file=stdout',
      `pidfile=${join(this.#folder, 'turnserver.pid')}`,
      `userdb=${join(this.#folder, 'turndb')}`,
      '',
    ].join('\n');
  }
}
