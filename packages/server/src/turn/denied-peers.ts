import {
  type AddressRange,
  addressBytes,
  addressRange,
  addressText,
  isInRange,
} from './address-range.ts';

/** A block of addresses that nobody may reach through the relay. */
export interface DeniedBlock {
  /** Always one CIDR block: see `deniedPeers`. */
  readonly block: string;
  /** What the block is, and where that is written. */
  readonly why: string;
  /** Left out by the switch for tests that allows loopback peers. */
  readonly isLoopback?: true;
  /** Browsers name their own addresses in such blocks, so that ordinary calls ask for them: no sign of abuse. */
  readonly isUsual?: true;
}

/**
 * Where the relay sends nothing: every block of the IANA special-purpose registries (RFC 6890) that is not for peers
 * in the open Internet, and every form in which IPv6 carries an IPv4 address, whatever that address is.
 *
 * Each entry is one CIDR block and none starts at `::`, because of how coturn compares:
 * - Before 4.16.0 it compares IPv6 byte by byte, so that a span that is no CIDR block has holes.
 * - A range that starts at `::` counts as one without a start and holds every IPv4 address; `::` alone holds
 *   everything. coturn refuses `::` by itself since 4.5.2. An older one gets no IPv6 relay address, see `coturn-config.ts`.
 * - Before 4.9.0 a range of IPv4 doesn't hold `::ffff:` forms of it, before 4.13.1 none of the other forms.
 */
export const deniedPeers: readonly DeniedBlock[] = [
  { block: '0.0.0.0/8', why: 'this network (RFC 791, RFC 1122 3.2.1.3)' },
  { block: '10.0.0.0/8', why: 'private (RFC 1918)', isUsual: true },
  { block: '100.64.0.0/10', why: 'shared address space of carriers (RFC 6598)', isUsual: true },
  { block: '127.0.0.0/8', why: 'loopback (RFC 1122 3.2.1.3)', isLoopback: true },
  {
    block: '169.254.0.0/16',
    why: 'link-local, and where clouds keep their metadata (RFC 3927)',
    isUsual: true,
  },
  { block: '172.16.0.0/12', why: 'private (RFC 1918)', isUsual: true },
  { block: '192.0.0.0/24', why: 'IETF protocol assignments (RFC 6890)', isUsual: true },
  { block: '192.0.2.0/24', why: 'documentation, TEST-NET-1 (RFC 5737)' },
  { block: '192.31.196.0/24', why: 'AS112-v4 (RFC 7535)' },
  { block: '192.52.193.0/24', why: 'AMT (RFC 7450)' },
  { block: '192.88.99.0/24', why: '6to4 relay anycast (RFC 3068, RFC 7526)' },
  { block: '192.168.0.0/16', why: 'private (RFC 1918)', isUsual: true },
  { block: '192.175.48.0/24', why: 'direct delegation of AS112 (RFC 7534)' },
  { block: '198.18.0.0/15', why: 'benchmarking (RFC 2544)' },
  { block: '198.51.100.0/24', why: 'documentation, TEST-NET-2 (RFC 5737)' },
  { block: '203.0.113.0/24', why: 'documentation, TEST-NET-3 (RFC 5737)' },
  { block: '224.0.0.0/4', why: 'multicast (RFC 5771)' },
  { block: '240.0.0.0/4', why: 'reserved, with the broadcast address (RFC 1112 4, RFC 919)' },
  { block: '::1/128', why: 'loopback (RFC 4291 2.5.3)', isLoopback: true },
  ...compatibleBlocks(),
  { block: '::ffff:0:0/96', why: 'IPv4-mapped (RFC 4291 2.5.5.2)' },
  { block: '::ffff:0:0:0/96', why: 'IPv4-translated (RFC 2765 2.1)' },
  { block: '64:ff9b::/96', why: 'NAT64, well-known prefix (RFC 6052)' },
  { block: '64:ff9b:1::/48', why: 'NAT64, local use (RFC 8215)' },
  { block: '100::/64', why: 'discard only (RFC 6666)' },
  { block: '100:0:0:1::/64', why: 'dummy prefix (RFC 9780)' },
  { block: '2001::/32', why: 'Teredo (RFC 4380)' },
  { block: '2001::/23', why: 'IETF protocol assignments, with benchmarking and ORCHID (RFC 2928)' },
  { block: '2001:db8::/32', why: 'documentation (RFC 3849)' },
  { block: '2002::/16', why: '6to4 (RFC 3056)' },
  { block: '2620:4f:8000::/48', why: 'direct delegation of AS112 (RFC 7534)' },
  { block: '3fff::/20', why: 'documentation (RFC 9637)' },
  { block: '5f00::/16', why: 'segment routing identifiers (RFC 9602)' },
  { block: 'fc00::/7', why: 'unique local (RFC 4193)', isUsual: true },
  { block: 'fe80::/10', why: 'link-local (RFC 4291 2.5.6)', isUsual: true },
  { block: 'fec0::/10', why: 'site-local (RFC 3879)' },
  { block: 'ff00::/8', why: 'multicast (RFC 4291 2.7)' },
];

/** ::/96 without `::` and `::1`, as the 31 blocks `::2/127`, `::4/126` … `::8000:0/97`. */
function compatibleBlocks(): readonly DeniedBlock[] {
  return Array.from({ length: 31 }, (_, at) => {
    const start = 2 ** (at + 1);
    const groups = `${Math.floor(start / 0x10000).toString(16)}:${(start % 0x10000).toString(16)}`;
    return { block: `::${groups}/${127 - at}`, why: 'IPv4-compatible (RFC 4291 2.5.5.1)' };
  });
}

/** The range of a block that is known to be one. */
export function rangeOf(block: string): AddressRange {
  const range = addressRange(block);
  if (range === undefined) throw new Error(`${block} is no CIDR block`);
  return range;
}

/** The range of a block as coturn's configuration and its log have it. */
export function rangeText(block: string): string {
  const { first, last } = rangeOf(block);
  return `${addressText(first)}-${addressText(last)}`;
}

const deniedRanges = deniedPeers.map(({ block }) => rangeOf(block));

/** Whether the table holds the address: then it is not one of the open Internet. `::` counts, see above. */
export function isDeniedPeer(address: string): boolean {
  const bytes = addressBytes(address);
  if (bytes === undefined) return false;
  if (bytes.every((byte) => byte === 0)) return true;
  return deniedRanges.some((range) => isInRange(bytes, range));
}
