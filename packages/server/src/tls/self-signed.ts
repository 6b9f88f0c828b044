import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { lanAddresses } from '../lan-addresses.ts';
import { keepOnce, readIfExists, replacePrivateFile } from '../private-file.ts';
import type { TlsPair, TlsSource } from './tls-source.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
/** Some browsers refuse certificates that live longer than 398 days. */
const lifetimeMs = 397 * dayMs;
const renewalMs = 30 * dayMs;

/**
 * A certificate for this machine's names and addresses, kept in the data folder so that a browser has to be told only
 * once to accept it. It is made anew 30 days before it ends and at a start on which the machine has an address that it lacks.
 */
export async function openSelfSigned(
  dataDir: string,
  names: readonly string[] = machineNames(),
  now: () => number = Date.now,
): Promise<TlsSource> {
  // Key and certificate share a file, so that no reader sees the one without the other.
  const path = join(dataDir, 'self-signed.pem');
  const kept = await readIfExists(path);
  if (kept !== undefined && !covers(kept, names)) await renew(path, names, now());
  return {
    async read() {
      const text = await keepOnce(path, () => makePem(names, now()));
      return isFresh(text, now()) ? pairOf(text) : pairOf(await renew(path, names, now()));
    },
  };
}

function machineNames(): readonly string[] {
  return [...new Set(['localhost', '127.0.0.1', '::1', hostname(), ...lanAddresses()])];
}

async function renew(path: string, names: readonly string[], now: number): Promise<string> {
  const text = await makePem(names, now);
  await replacePrivateFile(path, text);
  return text;
}

async function makePem(names: readonly string[], now: number): Promise<string> {
  const altNames = names.map((name) =>
    isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name },
  );
  const made = await generate([{ name: 'commonName', value: 'AppRTC (self-signed)' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // An hour of slack for devices whose clock is behind.
    notBeforeDate: new Date(now - hourMs),
    notAfterDate: new Date(now - hourMs + lifetimeMs),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return `${made.private.trim()}\n${made.cert.trim()}\n`;
}

function pairOf(text: string): TlsPair {
  const start = text.indexOf('-----BEGIN CERTIFICATE-----');
  return { key: text.slice(0, start), cert: text.slice(start) };
}

/** The certificate in a kept file, or undefined when the file is damaged: then it is made anew. */
function certificateIn(text: string): X509Certificate | undefined {
  try {
    const { cert, key } = pairOf(text);
    const certificate = new X509Certificate(cert);
    return certificate.checkPrivateKey(createPrivateKey(key)) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function covers(text: string, names: readonly string[]): boolean {
  const certificate = certificateIn(text);
  if (certificate === undefined) return false;
  return names.every((name) =>
    isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name),
  );
}

function isFresh(text: string, now: number): boolean {
  const certificate = certificateIn(text);
  if (certificate === undefined) return false;
  return Date.parse(certificate.validTo) - now > renewalMs;
}
