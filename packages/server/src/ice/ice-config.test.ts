import { parseIceConfig } from '@apprtc/protocol';
import { describe, expect, it } from 'vitest';
import { defaultIceConfig } from './ice-config.ts';

describe('the ICE configuration', () => {
  const config = defaultIceConfig('calls.example', 1_700_000_000);
  const [server] = config.iceServers;

  it('[IC6] [IC4] is one STUN server of our own host', () => {
    expect(config.iceServers).toHaveLength(1);
    expect(server?.urls).toEqual(['stun:calls.example:3478']);
  });

  it('[IC5] has a username that starts with its expiry, and a credential', () => {
    expect(server?.username).toBe('1700086400:apprtc');
    expect(server?.credential).toMatch(/./);
  });

  it('[IC1] says how long it is good for', () => {
    expect(config.lifetimeDuration).toBe('86400s');
  });

  it('[IC6] names an IPv6 host in brackets', () => {
    expect(defaultIceConfig('[::1]', 0).iceServers[0]?.urls).toEqual(['stun:[::1]:3478']);
  });

  it('[IC1] is one that our own client reads', () => {
    expect(parseIceConfig(JSON.stringify(config))).toMatchObject({ ok: true });
  });
});
