import { type IceServers, isJsonObject, parseIceConfig, parseJsonObject } from '@apprtc/protocol';
import { type Finding, lineOf } from '../finding.ts';
import { parseIceUrl } from '../stun/ice-url.ts';

const daySeconds = 86_400;
const shortSeconds = 60;
/** An hour of slack: a day-long credential may be counted from a clock that is ahead. */
const longSeconds = daySeconds + 3600;

/** What the reply of the ICE configuration is worth, and what is in it. */
export interface JudgedIceConfig {
  readonly findings: readonly Finding[];
  /** Undefined where nothing can be made of it. */
  readonly servers: IceServers | undefined;
}

/** [IC1] [IC4] [IC5] [IC6] One reply of `/v1alpha/iceconfig`, by the needs of every client. */
export function judgeIceConfig(text: string, nowMs: number): JudgedIceConfig {
  const line = lineOf('ice-config', 'the list of ICE servers, as a caller asks for it');
  const advice = 'See what the server’s log says about its ICE configuration (docs/turn.md).';
  const config = parseIceConfig(text);
  if (!config.ok) {
    return {
      findings: [line.problem(`it can’t be read: ${config.problem}`, advice)],
      servers: undefined,
    };
  }
  const { servers } = config.value;
  if (servers.length === 0) {
    const seen =
      'there is no server in it: small devices (ESP32) stop there, and nobody has a relay';
    return { findings: [line.problem(seen, advice)], servers: undefined };
  }
  const flaw = flawIn(text) ?? urlFlaw(config.value);
  const listed = `${counted(servers.length, 'entry', 'entries')}, ${counted(urlsOf(config.value).length, 'URL', 'URLs')}`;
  const shape = flaw === undefined ? line.fine(listed) : line.problem(flaw, advice);
  return { findings: [shape, judgeExpiry(config.value, nowMs)], servers: config.value };
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function urlsOf({ servers }: IceServers): readonly string[] {
  return servers.flatMap(({ urls }) => urls);
}

/** What `parseIceConfig` forgives and a client in the field does not. */
function flawIn(text: string): string | undefined {
  const json = parseJsonObject(text);
  const list: unknown = json.ok ? json.value['iceServers'] : undefined;
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  for (const entry of entries) {
    const urls: unknown = isJsonObject(entry) ? entry['urls'] : undefined;
    const isList =
      Array.isArray(urls) && urls.length > 0 && urls.every((url) => typeof url === 'string');
    if (!isList) return 'urls is not a list of texts: iOS, Android and ESP32 read nothing else';
  }
  const [first] = entries;
  const hasBoth =
    isJsonObject(first) &&
    typeof first['username'] === 'string' &&
    typeof first['credential'] === 'string';
  return hasBoth
    ? undefined
    : 'the first entry has no username and credential: ESP32 reads only that one';
}

function urlFlaw(config: IceServers): string | undefined {
  const bad = urlsOf(config).find((url) => !parseIceUrl(url).ok);
  return bad === undefined ? undefined : `no browser takes the URL ${bad}`;
}

/** The seconds at which a credential ends; undefined where its name tells none (draft-uberti-behave-turn-rest section 2.2). */
export function expiryOf(username: string | undefined): number | undefined {
  const digits = /^(\d{9,11})(?::|$)/.exec(username ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function judgeExpiry({ servers, lifetimeSeconds }: IceServers, nowMs: number): Finding {
  const line = lineOf('ice-credential', 'how long the ICE servers and their credentials are good');
  const leftSeconds = servers
    .map(({ username }) => expiryOf(username))
    .filter((expiry) => expiry !== undefined)
    .map((expiry) => Math.round(expiry - nowMs / 1000));
  const shortest = Math.min(...leftSeconds, lifetimeSeconds ?? Number.POSITIVE_INFINITY);
  const longest = Math.max(...leftSeconds);
  const clocks = 'Compare the clocks of the server and of whatever makes the credentials.';
  if (shortest <= 0) return line.problem(`they ended ${spanOf(-shortest)} ago`, clocks);
  if (shortest === Number.POSITIVE_INFINITY) {
    const seen = 'for ever: whoever has seen them can use the relay as long as they like';
    return line.warning(
      seen,
      'Let the server make credentials from a shared secret (docs/turn.md).',
    );
  }
  if (shortest < shortSeconds) {
    return line.warning(`for ${spanOf(shortest)} only: slow callers come too late`, clocks);
  }
  if (longest > longSeconds) {
    const seen = `for ${spanOf(longest)}: a leaked one is of use that long`;
    return line.warning(seen, 'Give credentials minutes, at most a day.');
  }
  return line.fine(`for ${spanOf(shortest)}`);
}

function spanOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
