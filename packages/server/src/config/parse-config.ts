import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { StartError } from '../start-error.ts';
import { closestName } from './closest-name.ts';
import type { Config, SecretSource, Settings, TlsMode } from './config.ts';
import { withIceMode } from './ice-mode.ts';
import { type Option, type ServerCommand, serverCommands } from './option.ts';
import { environmentVariable, flagName, options } from './options.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command line asks for. */
export type Command =
  | { readonly kind: 'serve'; readonly config: Config }
  /** `args` are read by the kit itself; so are the next. */
  | { readonly kind: 'conformance'; readonly args: readonly string[] }
  | { readonly kind: 'doctor'; readonly args: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

/** A value on its way into the settings, with the name under which the operator knows it. */
interface Given {
  readonly name: string;
  readonly text: string;
}

const table: ReadonlyMap<string, Option<unknown>> = new Map(
  Object.entries<Option<unknown>>(options),
);
const flags = new Map([...table].filter(([, option]) => !option.isSecret).map(asFlag));

function asFlag([key, option]: readonly [string, Option<unknown>]) {
  return [flagName(key), { key, needsValue: option.kind.placeholder !== undefined }] as const;
}

/**
 * Reads a command line and an environment. A flag wins over its environment variable; an empty variable counts as
 * unset, because compose files and systemd units can't leave one out.
 * @throws {StartError} for anything unknown or malformed.
 */
export function parseCommand(args: readonly string[], environment: Environment): Command {
  const [word, ...rest] = args;
  if (word === 'conformance') return { kind: 'conformance', args: rest };
  if (word === 'doctor') return { kind: 'doctor', args: rest };
  const named = serverCommands.find((command) => command === word);
  const line = parseCommandLine(named === undefined ? args : rest);
  if (line.isHelp) return { kind: 'help' };
  if (line.isVersion) return { kind: 'version' };
  refuseUnknownVariables(environment);
  const command = named ?? 'serve';
  for (const [key, { name }] of line.given) refuseForeignFlag(key, name, command);
  const settings = settle(new Map([...givenByEnvironment(environment), ...line.given]));
  return { kind: 'serve', config: combine(command, settings, environment) };
}

/** A variable may be meant for the other half, started from the same file; a flag is meant for this command. */
function refuseForeignFlag(key: string, name: string, command: ServerCommand): void {
  const commands = table.get(key)?.commands;
  if (commands === undefined || commands.includes(command)) return;
  throw new StartError(`${name} is for apprtc ${commands.join(' and ')}, not for ${command}`);
}

interface CommandLine {
  readonly isHelp: boolean;
  readonly isVersion: boolean;
  readonly given: ReadonlyMap<string, Given>;
}

/**
 * `node:util` splits the command line into tokens, and that is all we want from a library here: the table knows the
 * flags already, and its strict mode explains positionals where we want one plain line.
 */
function parseCommandLine(args: readonly string[]): CommandLine {
  const known = [...flags].map(
    ([flag, { needsValue }]) => [flag, { type: needsValue ? 'string' : 'boolean' }] as const,
  );
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: {
      ...Object.fromEntries(known),
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
  const given = new Map<string, Given>();
  const switches = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') throw unknownCommand(token.value);
    if (token.kind !== 'option') continue;
    if (token.name === 'help' || token.name === 'version') switches.add(token.name);
    else given.set(...givenByFlag(token.name, token.rawName, token.value, token.inlineValue));
  }
  return { isHelp: switches.has('help'), isVersion: switches.has('version'), given };
}

function unknownCommand(word: string): StartError {
  return new StartError(`unknown command ${word} (see --help)`);
}

function givenByFlag(
  name: string,
  rawName: string,
  value: string | undefined,
  isInline: boolean | undefined,
): [string, Given] {
  const flag = flags.get(name);
  if (flag === undefined) throw new StartError(unknown('option', rawName, [...flags.keys()]));
  if (!flag.needsValue) return [flag.key, { name: rawName, text: value ?? 'true' }];
  const isAnotherFlag = !isInline && value?.startsWith('--');
  if (value === undefined || isAnotherFlag) throw new StartError(`${rawName} needs a value`);
  return [flag.key, { name: rawName, text: value }];
}

function* givenByEnvironment(environment: Environment): Iterable<[string, Given]> {
  for (const [key, option] of table) {
    const names = [environmentVariable(key), ...(option.alias === undefined ? [] : [option.alias])];
    const name = names.find((candidate) => (environment[candidate] ?? '') !== '');
    if (name !== undefined) yield [key, { name, text: environment[name] ?? '' }];
  }
}

function refuseUnknownVariables(environment: Environment): void {
  const known = [...table.keys()].map(environmentVariable);
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('APPRTC_') || known.includes(name)) continue;
    throw new StartError(unknown('environment variable', name, known));
  }
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const bare = name.replace(/^--?/, '');
  const closest = closestName(bare, known);
  if (closest === undefined) return `unknown ${what} ${name} (see --help)`;
  return `unknown ${what} ${name}: did you mean ${name.slice(0, name.length - bare.length)}${closest}?`;
}

function settle(given: ReadonlyMap<string, Given>): Settings {
  const settings: Record<string, unknown> = {};
  for (const [key, option] of table) {
    const { name, text } = given.get(key) ?? {};
    if (name === undefined || text === undefined) settings[key] = option.initial;
    else settings[key] = parseOption(option, name, text);
  }
  // The table maps each key to a parser of just that key's type; a loop can't tell the compiler so.
  return settings as unknown as Settings;
}

function parseOption(option: Option<unknown>, name: string, text: string): unknown {
  const value = option.kind.parse(text);
  if (value.ok) {
    if (!name.startsWith('-') || option.hasSecrets?.(value.value) !== true) return value.value;
    throw new StartError(
      `${name} holds a secret, and everyone on the machine sees the flags of a process: use the environment variable or a file`,
    );
  }
  const isPrivate = option.isSecret || option.hasSecrets !== undefined;
  throw new StartError(`${name} ${value.problem}${isPrivate ? '' : ` (it is "${text}")`}`);
}

function combine(command: ServerCommand, settings: Settings, environment: Environment): Config {
  if (command === 'room-server' && settings.collider === undefined) {
    throw new StartError('room-server needs --collider, the address of the Collider');
  }
  const { tls, tlsCert, tlsKey, secret, secretFile, dataDir, ...rest } = settings;
  const { ice, ...plain } = withIceMode(rest);
  if (plain.turn && ice.kind !== 'none') {
    throw new StartError('--turn and other ICE servers exclude each other: they have one source');
  }
  return {
    ...plain,
    ice,
    command,
    collider: command === 'room-server' ? settings.collider : undefined,
    tls: tlsMode(tls, tlsCert, tlsKey),
    secretSource: secretSource(secret, secretFile),
    dataDir: resolve(dataDir ?? stateHome(environment)),
    searchPath: environment['PATH'] ?? '',
  };
}

function tlsMode(tls: Settings['tls'], certPath?: string, keyPath?: string): TlsMode {
  if (tls === 'self-signed') {
    if (certPath === undefined && keyPath === undefined) return { kind: 'self-signed' };
    throw new StartError('--tls self-signed and --tls-cert/--tls-key exclude each other');
  }
  if (certPath === undefined && keyPath === undefined) return { kind: 'none' };
  if (certPath === undefined) throw new StartError('--tls-key needs --tls-cert too');
  if (keyPath === undefined) throw new StartError('--tls-cert needs --tls-key too');
  return { kind: 'files', certPath: resolve(certPath), keyPath: resolve(keyPath) };
}

function secretSource(secret?: string, path?: string): SecretSource {
  if (secret !== undefined && path !== undefined) {
    throw new StartError('APPRTC_SECRET and --secret-file exclude each other');
  }
  if (secret !== undefined) return { kind: 'given', secret };
  return path === undefined ? { kind: 'data-dir' } : { kind: 'file', path: resolve(path) };
}

/** The XDG base directory rules: only an absolute XDG_STATE_HOME counts. */
function stateHome(environment: Environment): string {
  const configured = environment['XDG_STATE_HOME'] ?? '';
  if (configured.startsWith('/')) return join(configured, 'apprtc');
  return join(environment['HOME'] || homedir(), '.local', 'state', 'apprtc');
}
