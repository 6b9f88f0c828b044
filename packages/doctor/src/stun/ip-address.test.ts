import { describe, expect, it } from 'vitest';
import { bytesOfIp, ipOfBytes, isInside, isLoopbackIp } from './ip-address.ts';

describe('an IP address', () => {
  it.each([
    ['192.0.2.1', 'c0000201'],
    ['::', '0'.repeat(32)],
    ['::1', `${'0'.repeat(31)}1`],
    ['::ffff:127.0.0.1', '00000000000000000000ffff7f000001'],
    ['64:ff9b::7f00:1', '0064ff9b00000000000000007f000001'],
    ['2002:7f00:1::', '20027f00000100000000000000000000'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ])('%s has the bytes %s', (address, hex) => {
    expect(bytesOfIp(address).toString('hex')).toBe(hex);
    expect(bytesOfIp(ipOfBytes(bytesOfIp(address))).toString('hex')).toBe(hex);
  });

  it('throws for a name', () => {
    expect(() => bytesOfIp('localhost')).toThrow(TypeError);
  });

  it.each(['10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.1.1', '100.127.0.1', '127.0.0.5'])(
    '%s means another place to everyone',
    (address) => {
      expect(isInside(address)).toBe(true);
      expect(isInside(`::ffff:${address}`)).toBe(true);
    },
  );

  it.each(['::1', '::', 'fd00::1', 'fe80::1'])('%s too', (address) => {
    expect(isInside(address)).toBe(true);
  });

  it.each(['192.0.2.1', '172.32.0.1', '100.128.0.1', '2001:db8::1', 'calls.example'])(
    '%s does not',
    (address) => {
      expect(isInside(address)).toBe(false);
    },
  );

  it('knows loopback', () => {
    expect(['127.9.9.9', '::1', '10.0.0.1', '::2'].map(isLoopbackIp)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
