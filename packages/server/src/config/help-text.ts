import { type Option, type OptionGroup, optionGroups } from './option.ts';
import { environmentVariable, flagName, options } from './options.ts';

const entries = Object.entries<Option<unknown>>(options);

function inGroup(group: OptionGroup) {
  return entries.filter(([, option]) => option.group === group);
}

function flagWithValue(key: string, option: Option<unknown>): string | undefined {
  if (option.isSecret) return undefined;
  const { placeholder } = option.kind;
  return `--${flagName(key)}${placeholder === undefined ? '' : ` ${placeholder}`}`;
}

function variables(key: string, option: Option<unknown>): readonly string[] {
  return [environmentVariable(key), ...(option.alias === undefined ? [] : [option.alias])];
}

function initialText(option: Option<unknown>): string | undefined {
  if (option.initialText !== undefined) return option.initialText;
  return option.initial === undefined ? undefined : String(option.initial);
}

/** What `apprtc --help` prints. */
export function helpText(version: string): string {
  const groups = optionGroups.map((group) => {
    const lines = inGroup(group).flatMap(([key, option]) => optionHelp(key, option));
    return [`${group}:`, ...lines].join('\n');
  });
  return `apprtc ${version}: two-person WebRTC calls in one process on one port

Usage: apprtc [serve] [options]             everything on one port
       apprtc room-server [options]         the page and the room server alone (needs --collider)
       apprtc collider [options]            the Collider alone
       apprtc conformance <url> [options]   whether a server keeps the AppRTC protocol (see conformance --help)
       apprtc doctor [url] [options]        whether a deployment works from outside, relays too (see doctor --help)

${groups.join('\n\n')}

Other:
  -h, --help
  -v, --version

A flag wins over its environment variable. An unknown APPRTC_ variable stops the start.
`;
}

function optionHelp(key: string, option: Option<unknown>): readonly string[] {
  const flag = flagWithValue(key, option);
  const initial = initialText(option);
  const names = [...(flag === undefined ? [] : [flag]), variables(key, option).join(' or ')];
  const more = initial === undefined ? '' : ` [${initial}]`;
  return [
    `  ${names.join(', ')}${more}`,
    ...wrapped(option.help, 92).map((line) => `      ${line}`),
  ];
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** docs/configuration.md, as scripts/config-docs.ts writes it. */
export function configurationPage(): string {
  const groups = optionGroups.map((group) => {
    const rows = inGroup(group).map(([key, option]) => optionRow(key, option));
    return [
      `## ${group}`,
      '',
      '| Flag | Environment variable | Default | What it does |',
      '|---|---|---|---|',
      ...rows,
    ].join('\n');
  });
  return `# Configuration

<!-- Generated from packages/server/src/config/options.ts by \`npm run config-docs\`: edit that table. -->

Nothing has to be configured. Everything can be, by a flag or by an environment variable; a flag wins over its
variable, and an empty variable counts as unset. An unknown flag, an unknown \`APPRTC_\` variable or a bad value stops
the start with one clear line. Durations are milliseconds, sizes are bytes.

${groups.join('\n\n')}
`;
}

function optionRow(key: string, option: Option<unknown>): string {
  const flag = flagWithValue(key, option);
  const names = variables(key, option).map((name) => code(name));
  const initial = initialText(option);
  const cells = [
    flag === undefined ? 'none: flags are visible to everyone on the machine' : code(flag),
    names.join(' or '),
    initial === undefined ? 'unset' : code(initial),
    option.help,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** A pipe ends a table's cell even inside code. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
