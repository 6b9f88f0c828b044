import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  freePort,
  saidLine,
  startTurnProduct,
  type TurnProduct,
  useRelayAddresses,
} from './turn-product.ts';

const addresses = useRelayAddresses();
let folder: string;
let product: TurnProduct;
let tlsPort: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apprtc-turns-'));
  await putPair('first.test');
  tlsPort = await freePort(addresses.v4);
  product = await startTurnProduct(addresses, {
    flags: [
      ...['--tls-cert', join(folder, 'cert.pem'), '--tls-key', join(folder, 'key.pem')],
      ...['--turn-tls-port', String(tlsPort)],
    ],
  });
});
afterAll(async () => {
  await product.stop();
  await rm(folder, { recursive: true });
});

async function putPair(name: string): Promise<void> {
  const made = await generate([{ name: 'commonName', value: name }], { keyType: 'ec' });
  for (const [file, text] of [
    ['cert.pem', made.cert],
    ['key.pem', made.private],
  ] as const) {
    await writeFile(join(folder, `${file}.new`), text, { mode: 0o600 });
    await rename(join(folder, `${file}.new`), join(folder, file));
  }
}

/** Whose certificate the TURN port shows, and that STUN is spoken behind it. */
async function certificateName(): Promise<string> {
  const socket = connect({ port: tlsPort, host: addresses.v4, rejectUnauthorized: false });
  const binding = Buffer.from('000100002112a442000102030405060708090a0b', 'hex');
  const reply = await new Promise<Buffer>((resolve, reject) => {
    socket.once('secureConnect', () => socket.write(binding));
    socket.once('data', resolve);
    socket.once('error', reject);
  });
  expect(reply.readUInt16BE(0)).toBe(0x0101);
  const { subject }: PeerCertificate = socket.getPeerCertificate();
  expect(socket.getProtocol()).toMatch(/^TLSv1\.[23]$/);
  socket.destroy();
  return String(subject.CN);
}

it('TURN over TLS shows the certificate of the files, and the next one when they change', async () => {
  expect(await certificateName()).toBe('first.test');
  await putPair('second.test');
  await saidLine(product, /"event":"tls-reloaded"/, 0, 20_000);
  const endMs = performance.now() + 20_000;
  for (;;) {
    const name = await certificateName();
    if (name === 'second.test') break;
    expect(performance.now()).toBeLessThan(endMs);
  }
});
