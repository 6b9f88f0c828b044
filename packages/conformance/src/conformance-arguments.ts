import { parseArgs } from 'node:util';
import { type Parsed, parsed, refused } from '@apprtc/protocol';
import { allChecks } from './all-checks.ts';
import { type Check, families } from './check.ts';
import { type Target, targetAt } from './target.ts';

/** What a command line asks for. */
export interface ConformanceArguments {
  readonly target: Target;
  readonly checks: readonly Check[];
  readonly isStrict: boolean;
  readonly isJson: boolean;
  readonly junitPath: string | undefined;
}

export const conformanceHelp = `Usage: apprtc conformance <url> [options]

Plays every AppRTC client family against the server at <url> and prints a line for each rule of PROTOCOL.md.

  --only <ids|families>  Such as JN2,HT1 or esp32,aiortc. Families: ${families.join(' ')}
  --quick                Leave out the rules that wait for a deadline of 10 to 60 s
  --strict               Rules that only this project's server keeps (extras) count as well
  --timeout <ms>         For one reply or frame [5000]
  --collider <url>       Instead of the wss_url that the server names
  --insecure             Take any TLS certificate
  --json                 Print JSON instead of lines
  --junit <file>         Write a JUnit report too

Exit code: 0 all rules kept, 1 a rule broken, 2 the server does not answer or the command line is wrong.
`;

const options = {
  only: { type: 'string' },
  quick: { type: 'boolean' },
  strict: { type: 'boolean' },
  timeout: { type: 'string' },
  collider: { type: 'string' },
  insecure: { type: 'boolean' },
  json: { type: 'boolean' },
  junit: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the words behind `apprtc conformance`. */
export function parseConformanceArguments(
  args: readonly string[],
): Parsed<ConformanceArguments | 'help'> {
  const line = split(args);
  if (!line.ok) return line;
  const { values, positionals } = line.value;
  if (values.help) return parsed('help');
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) return refused('give one address (see --help)');
  const timeoutMs = Number(values.timeout ?? 5000);
  if (!(timeoutMs >= 1 && timeoutMs <= 600_000)) return refused('--timeout must be milliseconds');
  const isAddress = [url, values.collider ?? url].every(isWebAddress);
  if (!isAddress) return refused('an address must be such as https://calls.example');
  const checks = chosen(values.only, values.quick === true);
  if (!checks.ok) return checks;
  return parsed({
    target: targetAt(url, {
      colliderUrl: values.collider,
      timeoutMs,
      isInsecure: values.insecure === true,
    }),
    checks: checks.value,
    isStrict: values.strict === true,
    isJson: values.json === true,
    junitPath: values.junit,
  });
}

function split(args: readonly string[]) {
  try {
    return parsed(parseArgs({ args: [...args], options, allowPositionals: true }));
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}

function isWebAddress(url: string): boolean {
  return /^(https?|wss?):\/\//.test(url) && URL.canParse(url);
}

function chosen(only: string | undefined, isQuick: boolean): Parsed<readonly Check[]> {
  const checks = allChecks.filter(({ isSlow }) => !(isQuick && isSlow));
  if (only === undefined) return parsed(checks);
  const words = only.split(',').map((word) => word.trim().toLowerCase());
  const known = new Set([...families, ...allChecks.map(({ id }) => id.toLowerCase())]);
  const unknown = words.find((word) => !known.has(word));
  if (unknown !== undefined) return refused(`--only: no rule or family ${unknown}`);
  const isChosen = ({ id, families: concerned }: Check) =>
    words.includes(id.toLowerCase()) || concerned.some((family) => words.includes(family));
  return parsed(checks.filter(isChosen));
}
