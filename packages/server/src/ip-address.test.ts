import { describe, expect, it } from 'vitest';
import { ipBytes, isLoopbackAddress, subscriberOf } from './ip-address.ts';

describe('the bytes of an address', () => {
  it.each([
    ['192.0.2.1', 'c0000201'],
    ['::ffff:192.0.2.1', 'c0000201'],
    ['::FFFF:c000:201', 'c0000201'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::', '20010db8000000000000000000000000'],
    ['2001:db8:1234:5678:11:2233:4455:6677', '20010db8123456780011223344556677'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ])('of %s', (text, hex) => {
    expect(ipBytes(text)?.toString('hex')).toBe(hex);
  });

  it.each(['', 'localhost', '1.2.3', '1.2.3.4.5', ':::', '1::2::3', '256.1.1.1'])(
    'of %s are none',
    (text) => {
      expect(ipBytes(text)).toBeNull();
    },
  );
});

describe('who counts as one', () => {
  it('is an IPv4 address, mapped or not', () => {
    expect(subscriberOf('::ffff:192.0.2.1')).toBe(subscriberOf('192.0.2.1'));
    expect(subscriberOf('192.0.2.2')).not.toBe(subscriberOf('192.0.2.1'));
  });

  it('is the /64 of an IPv6 address', () => {
    expect(subscriberOf('2001:db8:0:1:ffff::9')).toBe(subscriberOf('2001:db8:0:1::1'));
    expect(subscriberOf('2001:db8:0:2::1')).not.toBe(subscriberOf('2001:db8:0:1::1'));
  });
});

describe('this machine', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '0:0::1', '::ffff:127.0.0.1'])('is %s', (text) => {
    expect(isLoopbackAddress(text)).toBe(true);
  });

  it.each(['128.0.0.1', '::2', '::', '::127.0.0.1', 'localhost', ''])('is not %s', (text) => {
    expect(isLoopbackAddress(text)).toBe(false);
  });
});
