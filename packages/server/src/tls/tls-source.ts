import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Config } from '../config/config.ts';
import { readRequired } from '../private-file.ts';
import { StartError } from '../start-error.ts';
import { openSelfSigned } from './self-signed.ts';

/** A certificate chain and its private key, both PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Where the pair comes from. Each read gives the pair as it is now. */
export interface TlsSource {
  /** @throws {StartError} when there is none or its halves don't belong together. */
  read(): Promise<TlsPair>;
}

/** The source that the configuration names, or undefined for plain HTTP. */
export async function openTlsSource(
  config: Pick<Config, 'tls' | 'dataDir'>,
): Promise<TlsSource | undefined> {
  const { tls } = config;
  switch (tls.kind) {
    case 'none':
      return undefined;
    case 'self-signed':
      return await openSelfSigned(config.dataDir);
    case 'files':
      return { read: () => readPair(tls.certPath, tls.keyPath) };
  }
}

async function readPair(certPath: string, keyPath: string): Promise<TlsPair> {
  const cert = await readRequired(certPath, 'TLS certificate');
  const key = await readRequired(keyPath, 'TLS key');
  try {
    // By itself a context takes an empty file, which is what a reader sees in the middle of a write.
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
      throw new Error('the key is that of another certificate');
    }
    createSecureContext({ cert, key });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `${certPath} and ${keyPath} are no certificate with its private key (${reason})`,
      { cause: error },
    );
  }
  return { cert, key };
}
