import { describe, expect, it } from 'vitest';
import { readProviderAnswer } from './provider-answer.ts';

const now = 1_700_000_000;
const stun = { urls: ['stun:s.test'] };
const turn = { urls: ['turn:t.test'], username: 'u', credential: 'c' };

describe("a provider's answer", () => {
  it.each<[string, unknown]>([
    ['{iceServers:[…]}', { iceServers: [stun, turn] }],
    ['a bare list', [stun, turn]],
    ['{ice_servers:[…]}', { ice_servers: [stun, turn] }],
    ['{v:{iceServers:[…]}}', { s: 'ok', v: { iceServers: [stun, turn] } }],
    ['url for urls', [{ url: 'stun:s.test' }, { ...turn, urls: 'turn:t.test' }]],
    ['url beside urls', [{ url: 'x', urls: 'stun:s.test' }, turn]],
  ])('[IC15] as %s', (_name, json) => {
    expect(readProviderAnswer(json, now)).toEqual({ servers: [stun, turn], lifeSeconds: null });
  });

  it.each<[string, unknown]>([
    ['{iceServers:{…}}', { iceServers: turn }],
    ['one server', turn],
    ['{v:{iceServers:{…}}}', { v: { iceServers: turn } }],
  ])('[IC15] as %s', (_name, json) => {
    expect(readProviderAnswer(json, now)?.servers).toEqual([turn]);
  });

  it.each<[string, unknown, number | null]>([
    ['lifetimeDuration', { lifetimeDuration: '600s', iceServers: [turn] }, 600],
    ['its fraction', { lifetimeDuration: '600.5s', iceServers: [turn] }, 600],
    ['ttl', { ttl: '1200', ice_servers: [turn] }, 1200],
    ['a number', { ttl: 60, iceServers: [turn] }, 60],
    ['the username', [{ ...turn, username: `${now + 900}:x` }], 900],
    ['the least of them', { ttl: 60, iceServers: [{ ...turn, username: `${now + 900}` }] }, 60],
    ['an expiry that is over', [{ ...turn, username: `${now - 9}:x` }], 0],
    ['nothing', { lifetimeDuration: 'long', iceServers: [turn] }, null],
  ])('[IC15] is good as long as %s says', (_name, json, life) => {
    expect(readProviderAnswer(json, now)?.lifeSeconds).toBe(life);
  });

  it.each([
    null,
    7,
    'text',
    {},
    [],
    { iceServers: [] },
    { iceServers: null },
    { error: 'x' },
    { v: {} },
  ])('[IC15] is none: %j', (json) => {
    expect(readProviderAnswer(json, now)).toBeNull();
  });
});
