import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { StartError, systemErrorCode } from '../start-error.ts';
import type { CommandLine } from './coturn-process.ts';
import { type CoturnVersion, parseCoturnVersion } from './coturn-version.ts';

/** A user of this machine. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const program = 'turnserver';
const askWithinMs = 5000;

const howToInstall =
  '--turn needs coturn, and there is no turnserver on the PATH: apt install coturn (Debian, Ubuntu), dnf install coturn (Fedora), apk add coturn (Alpine)';

/**
 * Asks the installed coturn for its version. Undefined when it tells none: versions before 4.6.0 have no such switch.
 * @throws {StartError} when there is none.
 */
export async function installedVersion(searchPath: string): Promise<CoturnVersion | undefined> {
  const { output, error } = await run(program, ['--version'], searchPath);
  const code = systemErrorCode(error);
  if (code === 'ENOENT') throw new StartError(howToInstall);
  if (code === 'EACCES') throw new StartError('--turn may not run the turnserver on the PATH');
  return parseCoturnVersion(output);
}

interface Ran {
  readonly output: string;
  readonly error: Error | null;
}

function run(command: string, args: readonly string[], searchPath: string): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { PATH: searchPath };
    const options = { timeout: askWithinMs, killSignal: 'SIGKILL', cwd: '/', env } as const;
    execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ output: `${stdout}\n${stderr}`, error });
    });
  });
}

/** The account that packages of coturn make for it, when we are root and there is one: coturn needs none of root's power. */
export async function coturnAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n');
  for (const line of lines) {
    const [name = '', , uid, gid] = line.split(':');
    if (name === 'turnserver' || name === 'coturn') {
      return { name, uid: Number(uid), gid: Number(gid) };
    }
  }
  return undefined;
}

/**
 * Whether the kernel can be told to end coturn when this process ends, however it ends: by `setpriv --pdeathsig`,
 * which is part of every Debian (util-linux 2.33). BusyBox' setpriv has no such switch.
 */
export async function canGuard(searchPath: string): Promise<boolean> {
  const { error } = await run('setpriv', ['--pdeathsig', 'KILL', 'true'], searchPath);
  return error === null;
}

export interface CommandParts {
  readonly configPath: string;
  readonly account: Account | undefined;
  readonly isGuarded: boolean;
  /** Whether a port below 1024 is listened on. */
  readonly hasLowPort: boolean;
}

/** How coturn is started. Everything else is in the file. */
export function coturnCommand(parts: CommandParts): CommandLine {
  const coturn = [program, '-c', parts.configPath] as const;
  if (!parts.isGuarded) return coturn;
  const guard = ['--pdeathsig', 'KILL', ...privileges(parts)];
  return ['setpriv', ...guard, '--', ...coturn];
}

/** As root: another user without any capability but that for low ports. Else nothing may be gained. */
function privileges({ account, hasLowPort }: CommandParts): readonly string[] {
  if (account === undefined) return hasLowPort ? [] : ['--no-new-privs'];
  const user = ['--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups'];
  const few = hasLowPort ? ['-all,+net_bind_service'] : ['-all'];
  const ambient = hasLowPort ? ['--ambient-caps', '+net_bind_service'] : [];
  return [...user, '--inh-caps', ...few, ...ambient, '--bounding-set', ...few, '--no-new-privs'];
}
