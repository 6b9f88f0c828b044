import { integer, type ValueKind } from './value-kind.ts';

/** One thing that can be configured. Its names follow from its key: `graceMs` is APPRTC_GRACE_MS and `--grace-ms`. */
export interface Option<Value, Initial extends Value | undefined = Value | undefined> {
  readonly group: OptionGroup;
  readonly kind: ValueKind<Value>;
  /** What it is without configuration. */
  readonly initial: Initial;
  /** What `--help` says instead of `initial`. */
  readonly initialText?: string;
  /** One or two sentences for `--help` and docs/configuration.md. */
  readonly help: string;
  /** A second environment variable that hosting platforms set. APPRTC_… wins over it. */
  readonly alias?: string;
  /** Only an environment variable: everyone on the machine sees the flags of a process. */
  readonly isSecret?: true;
  /** Whether a value holds secrets. Such an option takes them from its variable only, and is never repeated in an error. */
  hasSecrets?(value: Value): boolean;
  /** The only commands that it is for; left out where it is for all that start a server. */
  readonly commands?: readonly ServerCommand[];
}

/** `serve` is the whole product on one port; the others start one half of it. */
export const serverCommands = ['serve', 'room-server', 'collider'] as const;
export type ServerCommand = (typeof serverCommands)[number];

export const optionGroups = [
  'Address',
  'TLS',
  'Two processes',
  'Rooms',
  'ICE servers',
  'TURN',
  'State',
  'Deadlines',
  'Sessions',
  'Limits',
] as const;
export type OptionGroup = (typeof optionGroups)[number];

type Rest<Value, Initial extends Value | undefined> = Omit<
  Option<Value, Initial>,
  'group' | 'kind' | 'initial' | 'help'
>;

/** An option that always has a value. */
export function option<Value>(
  group: OptionGroup,
  kind: ValueKind<Value>,
  initial: Value,
  help: string,
  rest: Rest<Value, Value> = {},
): Option<Value, Value> {
  return { group, kind, initial, help, ...rest };
}

/** An option that may stay unset. */
export function optional<Value>(
  group: OptionGroup,
  kind: ValueKind<Value>,
  help: string,
  rest: Rest<Value, undefined> = {},
): Option<Value, undefined> {
  return { group, kind, initial: undefined, help, ...rest };
}

export const count = integer(1, 10_000_000);
export const rate = integer(0, 1_000_000);
export const portNumber = integer(1, 65535);
export const bytes: ValueKind<number> = { ...integer(1024, 2 ** 40), placeholder: '<bytes>' };
