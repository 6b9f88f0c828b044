import { describe, expect, it } from 'vitest';
import { addressBlocks, externalIps, realm } from './turn-option-kinds.ts';

describe('external addresses', () => {
  it.each([
    '203.0.113.7',
    '203.0.113.7/10.0.0.5',
    '203.0.113.7, 2001:db8::7',
    '2001:db8::7/fd00::1',
  ])('%s', (text) => {
    expect(externalIps.parse(text)).toMatchObject({ ok: true });
  });

  it.each([
    ...['', 'host', '203.0.113.7/', '203.0.113.7/fd00::1', '1.2.3.4/5.6.7.8/9', 'fe80::1%eth0'],
    ...['1.2.3.4,5.6.7.8', '1.2.3.4,::1,5.6.7.8', '1.2.3.4\nlistening-ip=0.0.0.0'],
  ])('%j is refused', (text) => {
    expect(externalIps.parse(text)).toMatchObject({ ok: false });
  });
});

describe('blocks to deny', () => {
  it.each(['203.0.113.7', '203.0.113.0/24, 2001:db8::/32', '0.0.0.0/8'])('%s', (text) => {
    expect(addressBlocks.parse(text)).toMatchObject({ ok: true });
  });

  it.each(['', '10.0.0.0-10.0.0.9', '::', '::/64', '1.2.3.4/33', '1.2.3.4\nallowed-peer-ip=::'])(
    '%j is refused',
    (text) => {
      expect(addressBlocks.parse(text)).toMatchObject({ ok: false });
    },
  );
});

it('a realm can name nothing but itself in a file', () => {
  expect(realm.parse('call.test')).toMatchObject({ ok: true });
  for (const text of ['', 'a b', 'a\nno-auth', 'a=b', 'x'.repeat(128)]) {
    expect(realm.parse(text)).toMatchObject({ ok: false });
  }
});
