import { chown, lstat, mkdir, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsPair } from '../tls/tls-source.ts';
import type { Account } from './coturn-command.ts';
import type { CoturnFiles } from './coturn-config.ts';

const prefix = 'apprtc-turn-';
const serverPidName = 'server.pid';

/** The private folder of one start of the server. */
export interface TurnFolder {
  readonly files: CoturnFiles;
  /** Writes a file that only coturn's account reads. */
  write(path: string, text: string): Promise<void>;
  writeTls(pair: TlsPair): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Makes it, and removes those of servers that were killed before they could. The folder is ours and each file in it the
 * account's to read, so that a coturn that was taken over can't lead our writes elsewhere; what coturn writes itself
 * has a folder of its own inside.
 */
export async function openTurnFolder(account: Account | undefined): Promise<TurnFolder> {
  await removeLeftOvers();
  const path = await mkdtemp(join(tmpdir(), prefix));
  const runPath = join(path, 'run');
  await mkdir(runPath, { mode: 0o700 });
  if (account !== undefined) {
    await chown(runPath, account.uid, account.gid);
    await chown(path, 0, account.gid);
    await allowThrough(path);
  }
  const write = (file: string, text: string) => writePrivate(file, text, account);
  const files: CoturnFiles = {
    config: join(path, 'turnserver.conf'),
    pid: join(runPath, 'turnserver.pid'),
    database: join(runPath, 'turndb'),
    certificate: join(path, 'cert.pem'),
    key: join(path, 'key.pem'),
  };
  await writePrivate(join(path, serverPidName), `${process.pid}\n`, undefined);
  return {
    files,
    write,
    async writeTls({ cert, key }) {
      await write(files.certificate, cert);
      await write(files.key, key);
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** The account may pass through the folder, and can't list it. */
async function allowThrough(path: string): Promise<void> {
  const folder = await open(path);
  await folder.chmod(0o710).finally(() => folder.close());
}

async function writePrivate(
  path: string,
  text: string,
  account: Account | undefined,
): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    if (account !== undefined) await file.chown(account.uid, account.gid);
  } finally {
    await file.close();
  }
}

async function removeLeftOvers(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const path = join(tmpdir(), name);
    if (await isLeftOver(path)) await rm(path, { recursive: true, force: true });
  }
}

/** Ours, and its server is gone. Everyone may make folders of that name in /tmp. */
async function isLeftOver(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats?.isDirectory() || stats.uid !== process.getuid?.()) return false;
  const server = await readFile(join(path, serverPidName), 'utf8').catch(() => undefined);
  return server !== undefined && !isAlive(Number(server));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
