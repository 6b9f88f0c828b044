import type { JsonObject } from '@apprtc/protocol';
import { type Finding, lineOf } from '../finding.ts';
import { bareHost, withoutQuery } from '../look/visit.ts';
import { isInside, isLoopbackIp } from '../stun/ip-address.ts';

/** The addresses that a join tells its client; `/params` has them without `room_link`. */
export interface NamedAddresses {
  readonly wss_url: string;
  readonly wss_post_url: string;
  readonly room_link: string;
  /** Empty where the server has none. */
  readonly ice_server_url: string;
}

interface Named {
  /** As a person finds it: `wss_url`, `/params wss_url`. */
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

type Judged = { readonly isWrong: boolean; readonly what: string; readonly mend: string };

const mends = {
  own: 'That is right if the Collider or the ICE service runs there, apart from the room server; else start with --public-url.',
  scheme:
    'The server behind a proxy that speaks HTTPS takes itself for an HTTP one: start it with --public-url https://NAME, or let the proxy send X-Forwarded-Proto and start with --trust-proxy.',
  host: 'Start the server with --public-url and the address that people use, or let the proxy pass Host (or X-Forwarded-Host) on and start with --trust-proxy.',
};

/** What the addresses are worth, and those to go on with. */
export interface JudgedAddresses {
  readonly finding: Finding;
  /** Wrong ones led to the outside, so that one mistake is one line. */
  readonly mended: NamedAddresses;
}

/** Whether the addresses that the server gives to clients are those of the outside. `params`: what `GET /params` said. */
export function judgeAddresses(
  url: URL,
  join: NamedAddresses,
  params: JsonObject,
): JudgedAddresses {
  return { finding: findingOn(url, join, params), mended: mendedOf(url, join) };
}

function findingOn(url: URL, join: NamedAddresses, params: JsonObject): Finding {
  const line = lineOf('addresses', 'the addresses in a join and in /params');
  const judged = namedIn(join, params).flatMap((named) => judgeAddress(url, named, join) ?? []);
  if (judged.length === 0) return line.fine(`they match ${url.origin}`);
  const seen = judged.map(({ what }) => what).join('; ');
  const advice = [...new Set(judged.map(({ mend }) => mend))].join(' ');
  return judged.some(({ isWrong }) => isWrong)
    ? line.problem(seen, advice)
    : line.warning(seen, advice);
}

function mendedOf(outside: URL, join: NamedAddresses): NamedAddresses {
  const mend = (key: keyof NamedAddresses) => {
    const value = join[key];
    const isWrong = judgeAddress(outside, { name: key, key, value }, join)?.isWrong === true;
    if (!isWrong || !URL.canParse(value)) return value;
    const { pathname, search } = new URL(value);
    const origin = key === 'wss_url' ? outside.origin.replace(/^http/, 'ws') : outside.origin;
    return `${origin}${pathname === '/' ? '' : pathname}${search}`;
  };
  return {
    wss_url: mend('wss_url'),
    wss_post_url: mend('wss_post_url'),
    room_link: mend('room_link'),
    ice_server_url: mend('ice_server_url'),
  };
}

/** `/params` is named only where it differs. */
function namedIn(join: NamedAddresses, params: JsonObject): readonly Named[] {
  const entries = Object.entries(join).map(([key, value]) => ({
    name: key,
    key,
    value: String(value),
  }));
  return entries.flatMap((entry) => {
    const inParams = params[entry.key];
    const isOther =
      typeof inParams === 'string' && withoutQuery(inParams) !== withoutQuery(entry.value);
    const isAbsent = entry.key === 'ice_server_url' && entry.value === '';
    return [
      ...(isAbsent ? [] : [entry]),
      ...(isOther ? [{ ...entry, name: `/params ${entry.key}`, value: inParams }] : []),
    ];
  });
}

function judgeAddress(
  outside: URL,
  { name, key, value }: Named,
  join: NamedAddresses,
): Judged | undefined {
  const shown = `${name} is ${withoutQuery(value) || 'empty'}`;
  if (!URL.canParse(value)) return { isWrong: true, what: shown, mend: mends.host };
  const inside = new URL(value);
  const schemes = key === 'wss_url' ? ['wss:', 'ws:'] : ['https:', 'http:'];
  const expected = outside.protocol === 'https:' ? schemes[0] : schemes[1];
  if (!schemes.includes(inside.protocol)) return { isWrong: true, what: shown, mend: mends.host };
  if (outside.protocol === 'https:' && inside.protocol !== expected) {
    const what = `${shown}: a page over HTTPS may not use it`;
    return { isWrong: true, what, mend: mends.scheme };
  }
  if (inside.host === outside.host && inside.protocol === expected) return undefined;
  const isWrong = isMistaken(inside, join) || isInsideOnly(outside, inside);
  const what = `${shown}, not at ${outside.host}`;
  return { isWrong, what, mend: isWrong ? mends.host : mends.own };
}

/**
 * A Collider or an ICE service may have a name or a port of its own. A room link leads here: where it does not, the server
 * takes itself for somebody else.
 */
function isMistaken(inside: URL, { room_link: link }: NamedAddresses): boolean {
  return URL.canParse(link) && new URL(link).host === inside.host;
}

/** Nobody outside reaches the inside. */
function isInsideOnly(outside: URL, inside: URL): boolean {
  return isHome(bareHost(inside)) && !isHome(bareHost(outside));
}

function isHome(host: string): boolean {
  return host === 'localhost' || isLoopbackIp(host) || isInside(host) || !/[.:]/.test(host);
}
