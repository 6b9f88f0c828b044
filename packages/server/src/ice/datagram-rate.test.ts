import { describe, expect, it } from 'vitest';
import { DatagramRate } from './datagram-rate.ts';

describe('the bound on datagrams', () => {
  let now = 0;
  const rateOf = (perAddress: number, total = 1_000_000) =>
    new DatagramRate({ perAddress, total }, () => now, 42);
  const admitted = (rate: DatagramRate, addresses: readonly string[]) =>
    addresses.filter((address) => rate.admits(address)).length;

  it('[SB4] lets an address have so many in a second', () => {
    const rate = rateOf(3);
    expect(admitted(rate, Array(5).fill('192.0.2.1'))).toBe(3);
    expect(admitted(rate, Array(5).fill('192.0.2.2'))).toBe(3);
    now += 999;
    expect(rate.admits('192.0.2.1')).toBe(false);
    now += 1;
    expect(rate.admits('192.0.2.1')).toBe(true);
  });

  it('[SB4] counts the /64 of an IPv6 address', () => {
    const rate = rateOf(2);
    const addresses = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1'];
    expect(admitted(rate, addresses)).toBe(3);
  });

  it('[SB4] bounds all together, however many sources are forged', () => {
    const rate = rateOf(10, 500);
    const forged = Array.from({ length: 2_000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
    expect(admitted(rate, forged)).toBe(500);
  });

  it('[SB4] hardly any two addresses share a bound', () => {
    const rate = rateOf(1);
    const many = Array.from({ length: 1_000 }, (_, at) => `10.1.${at >> 8}.${at & 255}`);
    expect(admitted(rate, many)).toBeGreaterThan(980);
  });
});
