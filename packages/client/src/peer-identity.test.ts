import { expect, test } from 'vitest';
import { peerIdentity } from './peer-identity.ts';

test('is the fingerprint, which an ICE restart keeps', () => {
  const first = 'v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\na=ice-ufrag:a\r\na=fingerprint:sha-256 AA\r\n';
  const restart = first.replace('ufrag:a', 'ufrag:b').replace('1 2 IN', '1 3 IN');
  expect(peerIdentity(restart)).toBe(peerIdentity(first));
  expect(peerIdentity(first.replace('AA', 'BB'))).not.toBe(peerIdentity(first));
});

test('is the session id where there is no fingerprint', () => {
  expect(peerIdentity('v=0\r\no=- 17 2 IN IP4 0.0.0.0\r\n')).toBe('17');
});
