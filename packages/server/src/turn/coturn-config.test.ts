import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { options } from '../config/options.ts';
import { type CoturnConfigParts, coturnConfig } from './coturn-config.ts';
import type { TurnConfig, TurnPlan } from './turn-plan.ts';

const config: TurnConfig = {
  ...(Object.fromEntries(
    Object.entries(options).map(([key, { initial }]) => [key, initial]),
  ) as unknown as TurnConfig),
  tls: { kind: 'none' },
  dataDir: '/data',
  searchPath: '',
};
const plan: TurnPlan = {
  relays: [
    { local: '10.0.0.5', external: '8.8.4.4' },
    { local: '2a00::5', external: '2a00::5' },
  ],
  ownOthers: ['127.0.0.1', '::1', '9.9.9.9'],
  urls: [],
};
const files = {
  config: '/p/c',
  pid: '/p/run/pid',
  database: '/p/run/db',
  certificate: '/p/cert',
  key: '/p/key',
};

function linesOf(
  more: Partial<TurnConfig> = {},
  parts: Partial<CoturnConfigParts> = {},
): readonly string[] {
  const text = coturnConfig({
    ...{ config: { ...config, ...more }, plan, files, secret: 'SECRET', version: [4, 6, 1] },
    ...parts,
  });
  return text.split('\n');
}

describe('turnserver.conf', () => {
  it('has the addresses, with the public one of a NAT', () => {
    const lines = linesOf();
    expect(lines).toEqual(
      expect.arrayContaining([
        ...['listening-port=3478', 'listening-ip=10.0.0.5', 'listening-ip=2a00::5'],
        ...['relay-ip=10.0.0.5', 'relay-ip=2a00::5', 'external-ip=8.8.4.4/10.0.0.5'],
        ...['min-port=49152', 'max-port=65535'],
      ]),
    );
    expect(lines.filter((line) => line.startsWith('external-ip'))).toHaveLength(1);
  });

  it('takes credentials that expire, and closes every other door', () => {
    expect(linesOf()).toEqual(
      expect.arrayContaining([
        ...['use-auth-secret', 'static-auth-secret=SECRET', 'realm=apprtc', 'fingerprint'],
        ...['stale-nonce=600', 'no-cli', 'no-tls', 'no-dtls', 'no-tcp-relay', 'no-multicast-peers'],
        ...['no-rfc5780', 'no-software-attribute', 'log-file=stdout'],
        ...['pidfile=/p/run/pid', 'userdb=/p/run/db'],
      ]),
    );
  });

  it('leaves out words that a newer coturn has made its default', () => {
    const words = (version: CoturnConfigParts['version']) =>
      linesOf({}, { version }).filter((line) => /^(no|response)-/.test(line));
    expect(words([4, 17, 0])).toEqual(['no-tcp-relay', 'no-multicast-peers', 'no-tls']);
    expect(words([4, 9, 0])).toEqual(
      expect.arrayContaining(['no-tcp-relay', 'no-multicast-peers', 'no-cli', 'no-dtls', 'no-tls']),
    );
    expect(words(undefined)).toContain('no-rfc5780');
  });

  it('bounds users, all together, and bandwidth in bytes', () => {
    const lines = linesOf({
      turnUserQuota: 3,
      turnTotalQuota: 5,
      turnSessionMbps: 2,
      turnTotalMbps: 80,
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        'user-quota=3',
        'total-quota=5',
        'max-bps=250000',
        'bps-capacity=10000000',
      ]),
    );
  });

  it('allows the relay its own addresses, and denies the others of this machine', () => {
    const lines = linesOf({ turnDeny: ['4.4.4.0/24'] });
    expect(lines.filter((line) => line.startsWith('allowed-peer-ip'))).toEqual([
      'allowed-peer-ip=10.0.0.5',
      'allowed-peer-ip=2a00::5',
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        ...['denied-peer-ip=9.9.9.9-9.9.9.9', 'denied-peer-ip=4.4.4.0-4.4.4.255'],
        ...['denied-peer-ip=127.0.0.0-127.255.255.255', 'denied-peer-ip=10.0.0.0-10.255.255.255'],
        'denied-peer-ip=0:0:0:0:0:ffff:0:0-0:0:0:0:0:ffff:ffff:ffff',
      ]),
    );
    expect(lines).not.toContain('allow-loopback-peers');
  });

  it('opens loopback alone under the switch for tests', () => {
    const [usual, open] = [linesOf(), linesOf({ turnAllowLoopback: true })];
    expect(open.filter((line) => !usual.includes(line))).toEqual(['allow-loopback-peers']);
    expect(usual.filter((line) => !open.includes(line)).sort()).toEqual([
      'denied-peer-ip=0:0:0:0:0:0:0:1-0:0:0:0:0:0:0:1',
      'denied-peer-ip=127.0.0.0-127.255.255.255',
      'denied-peer-ip=127.0.0.1-127.0.0.1',
    ]);
  });

  it('gives a coturn that would relay to :: no IPv6 address', () => {
    for (const version of [[4, 5, 1], undefined] as const) {
      expect(linesOf({}, { version })).not.toContain('relay-ip=2a00::5');
      const onlyIpv6 = { ...plan, relays: [{ local: '2a00::5', external: '2a00::5' }] } as const;
      expect(() => linesOf({}, { version, plan: onlyIpv6 })).toThrow(
        "can't relay over IPv6 safely",
      );
    }
  });

  it('serves TLS with the files that are given', () => {
    const lines = linesOf({ turnTlsPort: 443 });
    expect(lines).toEqual(
      expect.arrayContaining(['tls-listening-port=443', 'cert=/p/cert', 'pkey=/p/key', 'no-tlsv1']),
    );
    expect(lines).not.toContain('no-tls');
  });
});

it('docs/coturn-denied-peers.conf is the same list, for a coturn elsewhere', () => {
  const path = new URL('../../../../docs/coturn-denied-peers.conf', import.meta.url);
  const documented = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('denied-peer-ip='));
  const generated = linesOf({}, { plan: { ...plan, ownOthers: [] } });
  expect(documented).toEqual(generated.filter((line) => line.startsWith('denied-peer-ip=')));
});
