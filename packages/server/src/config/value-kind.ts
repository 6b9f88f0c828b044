import { isIP } from 'node:net';
import { type Parsed, parsed, refused } from '@apprtc/protocol';

/** How one option's text becomes a value. A problem completes the sentence "`--port` …". */
export interface ValueKind<Value> {
  /** What `--help` shows after the flag, such as `<number>`; undefined for a switch that needs no value. */
  readonly placeholder: string | undefined;
  parse(text: string): Parsed<Value>;
}

export function integer(min: number, max: number): ValueKind<number> {
  return {
    placeholder: '<number>',
    parse(text) {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= min && value <= max) return parsed(value);
      return refused(`must be a whole number from ${min} to ${max}`);
    },
  };
}

export const dayMs = 24 * 60 * 60 * 1000;

/** A duration up to a day: far below the 24.8 days at which a timer overflows and fires at once. */
export const milliseconds: ValueKind<number> = { ...integer(1, dayMs), placeholder: '<ms>' };

export const text: ValueKind<string> = {
  placeholder: '<text>',
  parse: (value) => (value === '' ? refused('must not be empty') : parsed(value)),
};

export const path: ValueKind<string> = { ...text, placeholder: '<path>' };

export function minimumText(minLength: number): ValueKind<string> {
  return {
    placeholder: '<text>',
    parse: (value) =>
      value.length >= minLength
        ? parsed(value)
        : refused(`must have at least ${minLength} characters`),
  };
}

export const onOff: ValueKind<boolean> = {
  placeholder: undefined,
  parse(value) {
    const word = value.toLowerCase();
    if (word === 'true' || word === '1') return parsed(true);
    if (word === 'false' || word === '0') return parsed(false);
    return refused('must be true or false');
  },
};

export function oneOf<Word extends string>(...words: readonly Word[]): ValueKind<Word> {
  return {
    placeholder: `<${words.join('|')}>`,
    parse(value) {
      const word = words.find((candidate) => candidate === value);
      return word === undefined ? refused(`must be one of: ${words.join(', ')}`) : parsed(word);
    },
  };
}

/** A host name or an IP address to listen on, without a port. */
export const host: ValueKind<string> = {
  placeholder: '<host>',
  parse(value) {
    const bare = value.replace(/^\[(.*)\]$/, '$1');
    if (isIP(bare) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(bare)) {
      return parsed(bare);
    }
    return refused('must be a host name or an IP address, without a port');
  },
};

/** `scheme://host[:port]`: clients append paths of their own to it, so it can't have one. */
export const origin: ValueKind<string> = {
  placeholder: '<url>',
  parse(value) {
    const example = 'must look like https://apprtc.example.org or http://host:8080';
    if (!URL.canParse(value)) return refused(example);
    const url = new URL(value);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return refused(example);
    if (url.href !== `${url.origin}/`) return refused(`${example}, without a path or a query`);
    return parsed(url.origin);
  },
};

/** Which proxies to believe: all, none, the nearest `n`, or those at some addresses. As Fastify's `trustProxy`. */
export type TrustProxy = boolean | number | readonly string[];

const namedRanges = new Set(['loopback', 'linklocal', 'uniquelocal']);

export const trustProxy: ValueKind<TrustProxy> = {
  placeholder: '<who>',
  parse(value) {
    if (value === 'true') return parsed(true);
    if (value === 'false') return parsed(false);
    if (/^\d{1,3}$/.test(value)) return parsed(value === '0' ? false : Number(value));
    const ranges = value.split(',').map((range) => range.trim());
    if (ranges.every(isAddressRange)) return parsed(ranges);
    return refused(
      'must be true, false, a number of proxies, or a list of addresses such as 10.0.0.0/8,loopback',
    );
  },
};

function isAddressRange(range: string): boolean {
  if (namedRanges.has(range)) return true;
  const [address = '', prefix, ...rest] = range.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}
