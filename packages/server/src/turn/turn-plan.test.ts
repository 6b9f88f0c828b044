import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { options } from '../config/options.ts';
import { planTurn, type TurnConfig } from './turn-plan.ts';

const config: TurnConfig = {
  ...(Object.fromEntries(
    Object.entries(options).map(([key, { initial }]) => [key, initial]),
  ) as unknown as TurnConfig),
  tls: { kind: 'none' },
  dataDir: '/data',
  searchPath: '',
};

function interfaces(...addresses: readonly string[]) {
  const all = ['127.0.0.1', '::1', ...addresses].map((address) => ({
    address,
    family: address.includes(':') ? 'IPv6' : 'IPv4',
    internal: address === '127.0.0.1' || address === '::1',
  }));
  return { all: all as unknown as readonly NetworkInterfaceInfo[] };
}

const plan = (more: Partial<TurnConfig>, ...addresses: readonly string[]) =>
  planTurn({ ...config, ...more }, interfaces(...addresses));

const relaysOf = (more: Partial<TurnConfig>, ...addresses: readonly string[]) =>
  plan(more, ...addresses).relays.map(({ external, local }) => `${external}/${local}`);

describe('an address that is found', () => {
  it('is one of the open Internet before a private one', () => {
    expect(relaysOf({}, '10.0.0.5', '8.8.4.4', 'fe80::1', 'fd00::2', '2a00::5')).toEqual([
      '8.8.4.4/8.8.4.4',
      '2a00::5/2a00::5',
    ]);
  });

  it('is a private one where there is no other, and no private IPv6 one', () => {
    expect(relaysOf({}, '10.0.0.5', 'fd00::2')).toEqual(['10.0.0.5/10.0.0.5']);
  });

  it('is missed with words on how to give one', () => {
    expect(() => plan({})).toThrow('--turn-external-ip');
    expect(() => plan({}, 'fe80::1', 'fd00::2')).toThrow('--turn-external-ip');
  });
});

describe('an address that is given', () => {
  it.each([
    ['10.0.0.5', '10.0.0.5/10.0.0.5'],
    ['8.8.4.4/10.0.0.5', '8.8.4.4/10.0.0.5'],
    // Behind NAT, the machine's one outer address stands behind it.
    ['8.8.4.4', '8.8.4.4/10.0.0.5'],
    ['fd00:0::2', 'fd00::2/fd00::2'],
  ])('%s is %s', (given, relay) => {
    expect(relaysOf({ turnExternalIp: [given] }, '10.0.0.5', 'fd00::2')).toEqual([relay]);
  });

  it('is refused when this machine has no such private one', () => {
    expect(() => plan({ turnExternalIp: ['8.8.4.4/10.0.0.6'] }, '10.0.0.5')).toThrow(
      'no address 10.0.0.6',
    );
    expect(() => plan({ turnExternalIp: ['2a00::5'] }, '10.0.0.5')).toThrow('2a00::5/PRIVATE');
  });

  it('is a loopback one only under the switch for tests', () => {
    const turnExternalIp = ['127.0.0.1'];
    expect(() => plan({ turnExternalIp })).toThrow('--turn-allow-loopback');
    expect(relaysOf({ turnExternalIp, turnAllowLoopback: true })).toEqual(['127.0.0.1/127.0.0.1']);
  });
});

it("this machine's other addresses are known, for the deny list", () => {
  expect(plan({}, '8.8.4.4', '9.9.9.9', 'fe80::1').ownOthers).toEqual([
    '127.0.0.1',
    '::1',
    '9.9.9.9',
  ]);
});

describe('URLs', () => {
  it('are UDP before TCP, and IPv6 in brackets', () => {
    expect(plan({}, '8.8.4.4', '2a00::5').urls).toEqual([
      'turn:8.8.4.4:3478?transport=udp',
      'turn:[2a00::5]:3478?transport=udp',
      'turn:8.8.4.4:3478?transport=tcp',
      'turn:[2a00::5]:3478?transport=tcp',
    ]);
  });

  it('for TLS name the host of the certificate', () => {
    const tls = { kind: 'files', certPath: '/c', keyPath: '/k' } as const;
    const more = { tls, turnTlsPort: 443, publicUrl: 'https://call.test:8443' };
    expect(plan(more, '8.8.4.4').urls.at(-1)).toBe('turns:call.test:443?transport=tcp');
  });
});

describe('ports', () => {
  it.each([
    [{ turnMinPort: 5, turnMaxPort: 4 }, '--turn-min-port'],
    [{ turnTlsPort: 443 }, '--tls-cert'],
    [
      { turnTlsPort: 3478, tls: { kind: 'files', certPath: '/c', keyPath: '/k' } } as const,
      'must differ',
    ],
  ])('%j is refused', (more, words) => {
    expect(() => plan(more, '8.8.4.4')).toThrow(words);
  });
});
