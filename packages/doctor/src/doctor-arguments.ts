import { parseArgs } from 'node:util';
import { type Parsed, parsed, refused } from '@apprtc/protocol';

/** What a command line asks for. */
export interface DoctorArguments {
  readonly url: URL;
  readonly isJson: boolean;
  /** Warnings count as well. */
  readonly isStrict: boolean;
  /** For the whole examination. */
  readonly timeoutMs: number;
}

export const doctorHelp = `Usage: apprtc doctor [url] [options]

Looks at a deployment from outside, as callers reach it, and says in plain words what is wrong and what to do.
Without a url: http://localhost:8080.

  --strict         Warnings count as well
  --timeout <ms>   For the whole examination, of which one answer may take a fifth [15000]
  --json           Print JSON instead of lines, for monitors

Exit code: 0 all is well, 1 something is wrong, 2 the command line is wrong.
`;

const options = {
  strict: { type: 'boolean' },
  timeout: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the words behind `apprtc doctor`. */
export function parseDoctorArguments(args: readonly string[]): Parsed<DoctorArguments | 'help'> {
  const line = split(args);
  if (!line.ok) return line;
  const { values, positionals } = line.value;
  if (values.help) return parsed('help');
  const [url = 'http://localhost:8080', ...more] = positionals;
  if (more.length > 0) return refused('give one address (see --help)');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    return refused('an address must be such as https://calls.example');
  }
  const timeoutMs = Number(values.timeout ?? 15_000);
  if (!(timeoutMs >= 1000 && timeoutMs <= 120_000)) {
    return refused('--timeout must be milliseconds, 1000 to 120000');
  }
  return parsed({
    url: new URL(new URL(url).origin),
    isJson: values.json === true,
    isStrict: values.strict === true,
    timeoutMs,
  });
}

function split(args: readonly string[]) {
  try {
    return parsed(parseArgs({ args: [...args], options, allowPositionals: true }));
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}
