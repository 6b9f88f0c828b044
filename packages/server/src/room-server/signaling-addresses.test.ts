import { describe, expect, it } from 'vitest';
import { foreignOrigins, signalingAddresses } from './signaling-addresses.ts';

const own = {
  wssUrl: 'wss://calls.example/ws',
  wssPostUrl: 'https://calls.example',
  isForeign: false,
  iceServerOrigin: null,
};

function addresses(query: string, isOverrideAllowed = true) {
  return signalingAddresses({
    origin: { isSecure: true, host: 'calls.example' },
    collider: null,
    query: new URLSearchParams(query),
    isOverrideAllowed,
  });
}

describe('addresses of the signaling', () => {
  it('[PR11] [PR19] are our own while the link names no other', () => {
    expect(addresses('')).toEqual({ ...own, warnings: [] });
    expect(addresses('wshpp=&wstls=&ts=')).toEqual({ ...own, warnings: [] });
    expect(foreignOrigins(new URLSearchParams('x=1'))).toEqual([]);
  });

  it('[PR12] [PR13] are our own whatever the link names, unless the operator lets it', () => {
    const { warnings, ...rest } = addresses('ts=https://i.test&wstls=false&wshpp=c.test', false);
    expect(rest).toEqual(own);
    expect(warnings).toHaveLength(3);
  });

  it.each([
    ['wshpp=c.test:8089', 'wss://c.test:8089/ws', 'https://c.test:8089'],
    ['wshpp=c.test&wstls=true', 'wss://c.test/ws', 'https://c.test'],
    ['wshpp=127.0.0.1:8089&wstls=false', 'ws://127.0.0.1:8089/ws', 'http://127.0.0.1:8089'],
    ['wshpp=[::1]:8089', 'wss://[::1]:8089/ws', 'https://[::1]:8089'],
  ])('[PR19] %s names another Collider', (query, wssUrl, wssPostUrl) => {
    const found = addresses(query);
    expect(found).toMatchObject({ ...own, isForeign: true, wssUrl, wssPostUrl });
    expect(found.warnings).toHaveLength(1);
    expect(found.warnings[0]).toContain('another server');
    expect(foreignOrigins(new URLSearchParams(query))).toEqual([
      wssUrl.replace(/\/ws$/, ''),
      wssPostUrl,
    ]);
  });

  it.each(['https://ice.test', 'HTTPS://ice.test/', 'https://ice.test'])(
    '[PR19] ts=%s says where ICE servers are asked for',
    (ts) => {
      const found = addresses(`ts=${ts}`);
      expect(found).toMatchObject({ ...own, iceServerOrigin: 'https://ice.test' });
      expect(found.warnings).toHaveLength(1);
      expect(foreignOrigins(new URLSearchParams({ ts }))).toEqual(['https://ice.test']);
    },
  );

  it.each([
    'wshpp=a b',
    'wshpp=c.test/x',
    'wshpp=u@c.test',
    'wshpp=c.test:99999',
    'wshpp=https://c.test',
    "wshpp=c.test;script-src '*'",
    'wshpp=*',
    'wshpp=[x]',
    'wshpp=999.1.1.1',
    'wstls=false',
    'ts=ice.test',
    'ts=javascript:alert(1)',
    'ts=https://ice.test/path',
    'ts=https://u:p@ice.test',
    'ts=https://ice.test,https://x',
    'ts=ftp://ice.test',
    `ts=https://${'x'.repeat(400)}`,
  ])('[PR19] %s names no server, and is warned about', (query) => {
    const { warnings, ...rest } = addresses(query);
    expect(rest).toEqual(own);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('not used');
    expect(foreignOrigins(new URLSearchParams(query))).toEqual([]);
  });
});
