import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StartError, systemErrorCode } from './start-error.ts';

/** Reads a file as UTF-8, or answers undefined when there is none. */
export async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw unusable(path, 'read', error);
  }
}

/** Reads a file that must exist; `what` names it in the error. */
export async function readRequired(path: string, what: string): Promise<string> {
  const text = await readIfExists(path);
  if (text === undefined) throw new StartError(`the ${what} ${path} does not exist`);
  return text;
}

/**
 * Reads `path`, or makes it once. Of several processes that race, one wins and all answer with its text: a link, unlike
 * a rename, fails when the name is taken, and the name only ever stands for a whole file.
 */
export async function keepOnce(
  path: string,
  make: () => Promise<string> | string,
): Promise<string> {
  const kept = await readIfExists(path);
  if (kept !== undefined) return kept;
  const text = await make();
  await withNewFile(path, text, async (temporary) => {
    await link(temporary, path).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    });
  });
  return (await readIfExists(path)) ?? text;
}

/** Puts a whole new file in the place of `path`. */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  await withNewFile(path, text, (temporary) => rename(temporary, path));
}

async function withNewFile(
  path: string,
  text: string,
  place: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    await makeFolder(dirname(path));
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx', flush: true });
    await place(temporary);
  } catch (error) {
    throw unusable(path, 'write', error);
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

/** Not mkdir's own `recursive`: on a file system where nothing can be made, such as /proc, Node.js 20 never ends it. */
async function makeFolder(path: string, isRetry = false): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || isRetry) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path, true);
  }
}

function unusable(path: string, verb: 'read' | 'write', error: unknown): StartError {
  const reason = systemErrorCode(error) ?? String(error);
  return new StartError(`can't ${verb} ${path}: ${reasons.get(reason) ?? reason}`, {
    cause: error,
  });
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'the folder does not exist and can not be made'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of that path is not a folder'],
  ['EEXIST', 'a part of that path is not a folder'],
]);
