import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from './config/config.ts';
import { keepOnce, readRequired } from './private-file.ts';
import { StartError } from './start-error.ts';

const secretBytes = 32;
const minSecretLength = 16;

/**
 * The secret that this server signs with: the configured one, or 32 random bytes (as base64url) that are made at the
 * first start and kept in the data folder, readable by their owner only.
 * @throws {StartError} when it can be neither read nor kept.
 */
export async function signingSecret(
  config: Pick<Config, 'secretSource' | 'dataDir'>,
): Promise<string> {
  const { secretSource } = config;
  switch (secretSource.kind) {
    case 'given':
      return secretSource.secret;
    case 'file':
      return whole(await readRequired(secretSource.path, 'secret file'), secretSource.path);
    case 'data-dir':
      return await secretInDataDir(join(config.dataDir, 'secret'));
  }
}

async function secretInDataDir(path: string): Promise<string> {
  try {
    const make = () => `${randomBytes(secretBytes).toString('base64url')}\n`;
    return whole(await keepOnce(path, make), path);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    throw new StartError(`${error.message} (or set APPRTC_SECRET, or choose another --data-dir)`, {
      cause: error,
    });
  }
}

function whole(text: string, path: string): string {
  const secret = text.trim();
  if (secret.length >= minSecretLength) return secret;
  throw new StartError(`the secret in ${path} has fewer than ${minSecretLength} characters`);
}
