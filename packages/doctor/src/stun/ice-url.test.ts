import { describe, expect, it } from 'vitest';
import { parseIceUrl } from './ice-url.ts';

describe('the URL of an ICE server', () => {
  it.each([
    ['stun:a.example', false, 'a.example', 3478, 'udp'],
    ['turn:a.example', true, 'a.example', 3478, 'udp'],
    ['TURN:a.example:80?transport=tcp', true, 'a.example', 80, 'tcp'],
    ['turns:a.example:443?transport=tcp', true, 'a.example', 443, 'tls'],
    ['turns:a.example', true, 'a.example', 5349, 'tls'],
    ['stun:[2001:db8::1]:1', false, '2001:db8::1', 1, 'udp'],
  ])('%s', (text, isRelay, host, port, transport) => {
    expect(parseIceUrl(text)).toEqual({
      ok: true,
      value: { text, isRelay, host, port, transport },
    });
  });

  it.each([
    ['turns:a.example?transport=udp', 'unknown-transport'],
    ['turn:a.example?transport=sctp', 'unknown-transport'],
    ['turn://a.example', 'not-an-ice-url'],
    ['https://a.example', 'not-an-ice-url'],
    ['stun:a.example:70000', 'not-an-ice-url'],
    ['stun:[a.example]', 'not-an-ice-url'],
    ['', 'not-an-ice-url'],
  ])('%s is refused: %s', (text, problem) => {
    expect(parseIceUrl(text)).toEqual({ ok: false, problem });
  });
});
