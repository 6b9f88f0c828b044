import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signingSecret } from './secret.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apprtc-secret-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const inDataDir = (dataDir: string) =>
  signingSecret({ dataDir, secretSource: { kind: 'data-dir' } });

describe('signingSecret', () => {
  it('makes 32 bytes once and keeps them for their owner only', async () => {
    const dataDir = join(folder, 'state', 'apprtc');
    const secret = await inDataDir(dataDir);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(await inDataDir(dataDir)).toBe(secret);
    expect((await stat(join(dataDir, 'secret'))).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  });

  it('is the same for everyone who races to make it', async () => {
    const secrets = await Promise.all(Array.from({ length: 16 }, () => inDataDir(folder)));
    expect(new Set(secrets).size).toBe(1);
    expect(await readdir(folder)).toEqual(['secret']);
  });

  it('is the configured one when there is one, and then needs no folder', async () => {
    const secretSource = { kind: 'given', secret: 'sixteen letters!' } as const;
    expect(await signingSecret({ dataDir: '/proc/none', secretSource })).toBe('sixteen letters!');
  });

  it('is read from the configured file', async () => {
    const path = join(folder, 'mine');
    await writeFile(path, 'sixteen letters!\n');
    expect(await signingSecret({ dataDir: folder, secretSource: { kind: 'file', path } })).toBe(
      'sixteen letters!',
    );
  });

  it('says what to do about a folder that can not be made', async () => {
    await expect(inDataDir('/proc/none')).rejects.toThrow(
      /^can't write \/proc\/none\/secret: .* \(or set APPRTC_SECRET, or choose another --data-dir\)$/,
    );
  });

  it('names a file that is missing, damaged or a folder', async () => {
    const path = join(folder, 'mine');
    const secretSource = { kind: 'file', path } as const;
    const read = () => signingSecret({ dataDir: folder, secretSource });
    await expect(read()).rejects.toThrow(`the secret file ${path} does not exist`);
    await writeFile(path, 'short');
    await expect(read()).rejects.toThrow(`the secret in ${path} has fewer than 16 characters`);
    await expect(
      signingSecret({ dataDir: folder, secretSource: { kind: 'file', path: folder } }),
    ).rejects.toThrow(`can't read ${folder}: it is a folder`);
    expect(await readFile(path, 'utf8')).toBe('short');
  });
});
