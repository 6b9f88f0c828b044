import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddressRange, addressBytes, addressRange, addressText } from './address-range.ts';
import { deniedPeers, isDeniedPeer, rangeOf } from './denied-peers.ts';

type Bytes = readonly number[];

/**
 * How coturn tells whether a denied-peer-ip holds a peer, after its source: before 4.16.0 IPv6 is compared byte by byte,
 * since then as numbers. A first address of zeros counts as none in both, and an IPv4 address is less than any IPv6 one.
 */
function coturnHolds(range: AddressRange, peer: Bytes, isBytewise: boolean): boolean {
  const isFrom =
    range.first.every((byte) => byte === 0) || isLessEqual(range.first, peer, isBytewise);
  return (
    isFrom && (range.last.every((byte) => byte === 0) || isLessEqual(peer, range.last, isBytewise))
  );
}

function isLessEqual(one: Bytes, other: Bytes, isBytewise: boolean): boolean {
  if (one.length !== other.length) return one.length < other.length;
  if (isBytewise && one.length === 16) return one.every((byte, at) => byte <= (other[at] ?? 0));
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) <= 0;
}

const ranges = deniedPeers.map(({ block }) => rangeOf(block));

function coturnDenies(peer: Bytes, isBytewise: boolean): boolean {
  return ranges.some((range) => coturnHolds(range, peer, isBytewise));
}

function within({ first, last }: AddressRange): fc.Arbitrary<Bytes> {
  return fc.tuple(
    ...first.map((byte, at) => fc.integer({ min: byte, max: last[at] ?? 0 })),
  ) as fc.Arbitrary<Bytes>;
}

const anyOf = (blocks: readonly string[]) =>
  fc.oneof(...blocks.map((block) => within(rangeOf(block))));

const anyIpv4 = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });
const anyIpv6 = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 16, maxLength: 16 });

/** Every way in which an IPv6 address can carry an IPv4 one that has a prefix of its own. */
const forms: readonly ((ipv4: Bytes) => Bytes)[] = [
  (ipv4) => [...zeros(10), 0xff, 0xff, ...ipv4],
  (ipv4) => [...zeros(12), ...ipv4],
  (ipv4) => [...zeros(8), 0xff, 0xff, 0, 0, ...ipv4],
  (ipv4) => [0, 0x64, 0xff, 0x9b, ...zeros(8), ...ipv4],
  (ipv4) => [0, 0x64, 0xff, 0x9b, 0, 1, ...zeros(6), ...ipv4],
  (ipv4) => [0x20, 0x02, ...ipv4, ...zeros(10)],
  // Teredo: the server's address plain, the client's inverted.
  (ipv4) => [0x20, 0x01, 0, 0, ...ipv4, ...zeros(8)],
  (ipv4) => [0x20, 0x01, 0, 0, ...zeros(8), ...ipv4.map((byte) => byte ^ 0xff)],
];

function zeros(count: number): Bytes {
  return Array.from({ length: count }, () => 0);
}

const isZero = (bytes: Bytes) => bytes.every((byte) => byte === 0);

describe('the deny list', () => {
  it.each([true, false])(
    'holds every address of the blocks that are asked for (bytewise: %s)',
    (isBytewise) => {
      const inner = anyOf([
        ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
        ...['172.16.0.0/12', '192.168.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '198.18.0.0/15'],
        ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '255.255.255.255'],
        ...['::1', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '2001::/32', '2002::/16'],
        ...['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8', '2001:db8::/32'],
      ]);
      fc.assert(
        fc.property(inner, (peer) => coturnDenies(peer, isBytewise)),
        { numRuns: 3000 },
      );
    },
  );

  it.each([true, false])(
    'holds every IPv6 form of every IPv4 address (bytewise: %s)',
    (isBytewise) => {
      fc.assert(
        fc.property(anyIpv4, fc.constantFrom(...forms), (ipv4, form) => {
          const peer = form(ipv4);
          // `::` can't be listed: coturn refuses it by itself.
          return isZero(peer) || coturnDenies(peer, isBytewise);
        }),
        { numRuns: 3000 },
      );
    },
  );

  it.each([true, false])('holds nothing else (bytewise: %s)', (isBytewise) => {
    fc.assert(
      fc.property(fc.oneof(anyIpv4, anyIpv6), (peer) => {
        return (
          coturnDenies(peer, isBytewise) === (isDeniedPeer(addressText(peer)) && !isZeroIpv6(peer))
        );
      }),
      { numRuns: 3000 },
    );
    for (const open of [
      '8.8.8.8',
      '100.63.0.1',
      '172.32.0.1',
      '2606:4700::1',
      '2a00::',
      'fe00::1',
    ]) {
      expect(coturnDenies(addressBytes(open) ?? [], isBytewise), open).toBe(false);
      expect(isDeniedPeer(open), open).toBe(false);
    }
  });

  it('has no range from ::, which coturn would take for every IPv4 address too', () => {
    for (const { first } of ranges) expect(first.length === 16 && isZero(first)).toBe(false);
    const wide = rangeOf('::/96');
    expect(coturnHolds(wide, [8, 8, 8, 8], true)).toBe(true);
  });

  it('says of each block where that is written', () => {
    for (const { block, why } of deniedPeers) expect(why, block).toMatch(/RFC \d+/);
  });
});

const isZeroIpv6 = (bytes: Bytes) => bytes.length === 16 && isZero(bytes);

describe('address ranges', () => {
  it('texts and bytes are the same address', () => {
    fc.assert(
      fc.property(fc.oneof(anyIpv4, anyIpv6), (bytes) => {
        expect(addressBytes(addressText(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['::ffff:127.0.0.1', '0:0:0:0:0:ffff:7f00:1'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['fe80::1', 'fe80:0:0:0:0:0:0:1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['10.1.2.3', '10.1.2.3'],
  ])('%s is %s', (text, same) => {
    expect(addressText(addressBytes(text) ?? [])).toBe(same);
  });

  it.each([
    ['10.0.0.0/8', '10.0.0.0', '10.255.255.255'],
    ['172.16.5.4/12', '172.16.0.0', '172.31.255.255'],
    ['8.8.8.8', '8.8.8.8', '8.8.8.8'],
    ['fe80::/10', 'fe80:0:0:0:0:0:0:0', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['::2/127', '0:0:0:0:0:0:0:2', '0:0:0:0:0:0:0:3'],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
  ])('%s is %s to %s', (block, first, last) => {
    const range = addressRange(block);
    expect(addressText(range?.first ?? [])).toBe(first);
    expect(addressText(range?.last ?? [])).toBe(last);
  });

  it.each([
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    '::/129',
    'x',
    '1.2.3.4/8/8',
    '1.2.3.4/',
    'fe80::1%eth0',
  ])('%s is none', (block) => {
    expect(addressRange(block)).toBeUndefined();
  });
});
