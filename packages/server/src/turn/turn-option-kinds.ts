import { isIP } from 'node:net';
import { parsed, refused } from '@apprtc/protocol';
import type { ValueKind } from '../config/value-kind.ts';
import { addressBytes, addressRange } from './address-range.ts';

/** `public` or `public/private`, one of each family at most: for the parser of `turnExternalIp`. */
export const externalIps: ValueKind<readonly string[]> = {
  placeholder: '<ip[/ip],…>',
  parse(text) {
    const given = text.split(',').map((part) => part.trim());
    if (given.length <= 2 && given.every(isPair) && areOfTwoFamilies(given)) return parsed(given);
    return refused(
      'must be an IP address, or public/private behind NAT; with IPv6 two of them, as 203.0.113.7,2001:db8::7',
    );
  },
};

function isPair(text: string): boolean {
  const [outer = '', inner, ...rest] = text.split('/');
  if (rest.length > 0 || addressBytes(outer) === undefined) return false;
  return inner === undefined || (addressBytes(inner) !== undefined && isIP(inner) === isIP(outer));
}

function areOfTwoFamilies(given: readonly string[]): boolean {
  const families = given.map((pair) => isIP(pair.split('/')[0] ?? ''));
  return new Set(families).size === families.length;
}

/** A list of addresses and CIDR blocks. `::/…` is none: coturn would take it for everything, see denied-peers.ts. */
export const addressBlocks: ValueKind<readonly string[]> = {
  placeholder: '<ip[/bits],…>',
  parse(text) {
    const blocks = text.split(',').map((part) => part.trim());
    const areFine = blocks.every((block) => {
      const range = addressRange(block);
      if (range === undefined) return false;
      return range.first.length === 4 || range.first.some((byte) => byte !== 0);
    });
    return areFine
      ? parsed(blocks)
      : refused('must be a list of addresses and blocks such as 203.0.113.0/24,2001:db8::/32');
  },
};

/** It goes into a configuration file and into every challenge. */
export const realm: ValueKind<string> = {
  placeholder: '<name>',
  parse: (text) =>
    /^[A-Za-z0-9.-]{1,127}$/.test(text)
      ? parsed(text)
      : refused('must be letters, digits, dots and hyphens'),
};
