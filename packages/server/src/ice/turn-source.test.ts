import { describe, expect, it } from 'vitest';
import { turnCredential, turnSource } from './turn-source.ts';

describe('a TURN credential', () => {
  it('[IC12] is what `openssl dgst -sha1 -hmac` makes of the username', () => {
    // printf 1700000600:owner | openssl dgst -sha1 -hmac 'north' -binary | base64
    expect(turnCredential('north', 'owner', 1_700_000_600)).toEqual({
      username: '1700000600:owner',
      credential: 'SDzp4WI+U2GkjGo9zAGslNH7RI4=',
    });
  });

  it('[IC12] is another for another owner, time and secret', () => {
    const all = [
      turnCredential('north', 'owner', 1),
      turnCredential('south', 'owner', 1),
      turnCredential('north', 'other', 1),
      turnCredential('north', 'owner', 2),
    ];
    expect(new Set(all.map(({ credential }) => credential)).size).toBe(4);
  });
});

describe('TURN servers with a shared secret', () => {
  const urls = [
    'turn:t.test:3478?transport=udp',
    'turn:t.test?transport=tcp',
    'turn:[2001:db8::1]',
    'turns:t.test:443?transport=tcp',
  ];
  const source = turnSource({ urls, secret: 'north' });
  const request = { owner: 'owner', lifeSeconds: 600, nowSeconds: 1_700_000_000 };

  it('[IC12] are one entry with its credential, and STUN beside', () => {
    expect(source.grant(request)).toEqual({
      expiresAtSeconds: 1_700_000_600,
      servers: [
        { urls, ...turnCredential('north', 'owner', 1_700_000_600) },
        { urls: ['stun:t.test:3478', 'stun:[2001:db8::1]:3478'] },
      ],
    });
  });

  it('[IC11] answer STUN over UDP to anyone', () => {
    expect(source.stunUrls()).toEqual(['stun:t.test:3478', 'stun:[2001:db8::1]:3478']);
    expect(turnSource({ urls: urls.slice(3), secret: 'north' }).stunUrls()).toEqual([]);
  });

  it('[IC12] never show their secret', () => {
    const text = JSON.stringify([source.grant(request), source.stunUrls()]);
    expect(text).not.toContain('north');
  });
});
