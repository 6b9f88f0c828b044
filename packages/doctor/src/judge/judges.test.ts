import type { PeerCertificate } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { lineOf } from '../finding.ts';
import { judgeAddresses } from './judge-addresses.ts';
import { judgeCertificate } from './judge-certificate.ts';
import { judgeClock } from './judge-clock.ts';
import { judgeDenyList } from './judge-deny-list.ts';
import { judgeIceConfig } from './judge-ice-config.ts';
import { judgeOrigin } from './judge-origin.ts';
import { judgePlainReplies } from './judge-plain-replies.ts';

const nowMs = Date.parse('2030-06-01T12:00:00Z');
const nowSeconds = nowMs / 1000;
const dayMs = 86_400_000;

describe('a certificate', () => {
  const line = lineOf('certificate', 'the certificate');
  const judged = (over: {
    fromDays?: number;
    leftDays?: number;
    names?: string;
    distrust?: string;
  }) => {
    const { fromDays = -30, leftDays = 60, names = 'DNS:calls.example', distrust } = over;
    const certificate = {
      valid_from: new Date(nowMs + fromDays * dayMs).toUTCString(),
      valid_to: new Date(nowMs + leftDays * dayMs).toUTCString(),
      subject: { CN: 'calls.example' },
      subjectaltname: names,
    } as PeerCertificate;
    return judgeCertificate(line, 'calls.example', { certificate, distrust }, nowMs);
  };

  it.each([
    [{}, 'fine', /trusted, good for another 60 days/],
    [{ leftDays: 14 }, 'fine', /14 days/],
    [{ leftDays: 13 }, 'warning', /13 days/],
    [{ leftDays: 1.5 }, 'warning', /another 1 day$/],
    [{ leftDays: 0 }, 'problem', /expired 0 days ago/],
    [{ leftDays: -3, distrust: 'CERT_HAS_EXPIRED' }, 'problem', /expired 3 days ago/],
    [{ fromDays: 1 }, 'problem', /good only from/],
    [{ names: 'DNS:other.example' }, 'problem', /for other\.example, not for calls\.example/],
    [{ distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'problem', /vouches.*SELF_SIGNED/],
  ])('%j is %s', (over, verdict, words) => {
    const finding = judged(over);
    expect(finding.verdict).toBe(verdict);
    expect(finding.seen).toMatch(words);
  });

  it('that has expired is called that, whatever else is wrong', () => {
    const finding = judged({
      leftDays: -1,
      names: 'DNS:x',
      distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(finding.seen).toMatch(/expired/);
  });
});

describe('the clock', () => {
  it.each([
    [0, 'fine', 'they agree'],
    [-20_000, 'fine', 'it is 20 s slow'],
    [31_000, 'warning', 'it is 31 s fast'],
    [-290_000, 'warning', 'it is 5 min slow'],
    [301_000, 'problem', 'it is 5 min fast'],
  ])('%i ms off is %s', (offMs, verdict, seen) => {
    const finding = judgeClock(new Date(nowMs + offMs).toUTCString(), nowMs);
    expect([finding.verdict, finding.seen]).toEqual([verdict, seen]);
  });

  it.each([undefined, 'soon'])('is not judged by %s', (date) => {
    expect(judgeClock(date, nowMs).verdict).toBe('unjudged');
  });
});

describe('an origin', () => {
  it.each([
    ['https://calls.example', 'fine'],
    ['http://localhost:8080', 'fine'],
    ['http://a.localhost', 'fine'],
    ['http://127.0.0.1:8080', 'fine'],
    ['http://[::1]:8080', 'fine'],
    ['http://192.168.1.2:8080', 'problem'],
    ['http://calls.example', 'problem'],
    ['http://localhost.example', 'problem'],
  ])('%s is %s', (url, verdict) => {
    expect(judgeOrigin(new URL(url)).verdict).toBe(verdict);
  });
});

describe('the addresses of a join', () => {
  const named = (origin: string) => ({
    wss_url: `${origin.replace(/^http/, 'ws')}/ws`,
    wss_post_url: origin,
    room_link: `${origin}/r/x`,
    ice_server_url: `${origin}/v1alpha/iceconfig?key=sesame`,
  });
  const outside = new URL('https://calls.example');
  const right = named('https://calls.example');

  it.each([
    ['as they should be', right, 'fine', /match https:\/\/calls\.example/],
    ['without ICE servers', { ...right, ice_server_url: '' }, 'fine', /match/],
    [
      'http behind https',
      named('http://calls.example'),
      'problem',
      /wss_url is ws:.*may not use it/,
    ],
    [
      'a port that is not open outside',
      named('https://calls.example:8080'),
      'problem',
      /calls\.example:8080/,
    ],
    ['an inner address', { ...right, wss_url: 'wss://10.0.0.7/ws' }, 'problem', /10\.0\.0\.7/],
    [
      'the name of a container',
      { ...right, wss_post_url: 'https://apprtc' },
      'problem',
      /https:\/\/apprtc/,
    ],
    [
      'a Collider of its own',
      { ...right, wss_url: 'wss://collider.example/ws' },
      'warning',
      /collider/,
    ],
    [
      'a Collider on a port of its own',
      { ...right, wss_url: 'wss://calls.example:8089/ws' },
      'warning',
      /8089/,
    ],
    [
      'links that lead elsewhere',
      { ...right, room_link: 'https://old.example/r/x' },
      'problem',
      /old/,
    ],
    [
      'no WebSocket address',
      { ...right, wss_url: 'https://calls.example/ws' },
      'problem',
      /wss_url/,
    ],
    ['nothing', { ...right, wss_url: '' }, 'problem', /wss_url is empty/],
  ])('%s', (_, join, verdict, words) => {
    const { finding } = judgeAddresses(outside, join, {});
    expect(finding.verdict).toBe(verdict);
    expect(finding.seen).toMatch(words);
    expect(finding.seen).not.toContain('sesame');
  });

  it('in /params are looked at where they differ', () => {
    const params = { ice_server_url: 'http://calls.example/v1alpha/iceconfig?key=other' };
    const { finding } = judgeAddresses(outside, right, params);
    expect([finding.verdict, finding.seen]).toEqual([
      'problem',
      '/params ice_server_url is http://calls.example/v1alpha/iceconfig: a page over HTTPS may not use it',
    ]);
    const same = { ice_server_url: 'https://calls.example/v1alpha/iceconfig?key=other' };
    expect(judgeAddresses(outside, right, same).finding.verdict).toBe('fine');
  });

  it('of a server that takes itself for another are all wrong', () => {
    const { finding, mended } = judgeAddresses(outside, named('https://old.example:8443'), {});
    expect([finding.verdict, mended]).toEqual([
      'problem',
      { ...right, room_link: mended.room_link },
    ]);
  });

  it('that are wrong are mended, and no others', () => {
    const join = {
      ...named('http://calls.example'),
      wss_post_url: 'https://calls.example:8089',
      room_link: 'https://old.example/r/x',
    };
    expect(judgeAddresses(outside, join, {}).mended).toEqual({
      ...right,
      wss_post_url: 'https://calls.example:8089',
    });
  });

  it('at home may be those of home', () => {
    const home = 'http://localhost:8080';
    expect(judgeAddresses(new URL(home), named(home), {}).finding.verdict).toBe('fine');
  });
});

describe('the list of ICE servers', () => {
  const relay = {
    urls: ['turn:calls.example'],
    username: `${nowSeconds + 600}:c`,
    credential: 'secret-1',
  };
  const judged = (iceServers: readonly unknown[], lifetimeDuration = '600s') => {
    const { findings } = judgeIceConfig(JSON.stringify({ lifetimeDuration, iceServers }), nowMs);
    return findings.map(({ check, verdict, seen }) => ({ check, verdict, seen }));
  };

  it('[IC1] [IC5] is fine as the server makes it', () => {
    expect(judged([relay])).toEqual([
      { check: 'ice-config', verdict: 'fine', seen: '1 entry, 1 URL' },
      { check: 'ice-credential', verdict: 'fine', seen: 'for 10 min' },
    ]);
  });

  it.each([
    ['[IC6] nothing', [], /no server/],
    ['[IC4] urls as a text', [{ ...relay, urls: 'turn:calls.example' }], /not a list/],
    ['[IC4] no urls', [relay, { ...relay, urls: [] }], /not a list/],
    ['[IC5] a first entry without username', [{ urls: ['stun:calls.example'] }, relay], /ESP32/],
    ['a URL that no browser takes', [{ ...relay, urls: ['turn://calls.example'] }], /turn:\/\//],
  ])('%s is a problem', (_, servers, words) => {
    const [shape] = judged(servers);
    expect(shape?.verdict).toBe('problem');
    expect(shape?.seen).toMatch(words);
  });

  it.each(['', 'x', '[]', '{}', '{"iceServers":1}'])('%j is a problem', (text) => {
    const { findings, servers } = judgeIceConfig(text, nowMs);
    expect([findings.length, findings[0]?.verdict, servers]).toEqual([1, 'problem', undefined]);
  });

  it.each([
    [-1, '600s', 'problem', /ended 1 s ago/],
    [600, '0s', 'problem', /ended/],
    [30, '600s', 'warning', /for 30 s only/],
    [86_400, '86400s', 'fine', /24 h/],
    [86_400 * 30, '86400s', 'warning', /720 h/],
  ])('a credential for %i s, told as %s, is %s', (seconds, lifetime, verdict, words) => {
    const username = `${nowSeconds + seconds}:c`;
    const [, expiry] = judged([{ ...relay, username }], lifetime);
    expect(expiry?.verdict).toBe(verdict);
    expect(expiry?.seen).toMatch(words);
  });

  it('a credential that never ends is a warning', () => {
    const [, expiry] = judged([{ ...relay, username: 'me' }], 'for ever');
    expect(expiry?.verdict).toBe('warning');
  });
});

describe('replies for small devices', () => {
  it.each([
    ['a length', { 'content-length': '5' }, 'fine'],
    ['chunks', { 'transfer-encoding': 'chunked' }, 'problem'],
    ['compression', { 'content-length': '5', 'content-encoding': 'br' }, 'problem'],
  ])('[HT1] %s', (_, headers, verdict) => {
    expect(judgePlainReplies([{ path: '/join', headers }]).verdict).toBe(verdict);
  });
});

describe('a deny list', () => {
  const line = lineOf('relay-deny-list', 'x');
  const refused = (code: number) => ({ kind: 'refused', code, reason: 'No' }) as const;
  const granted = {
    kind: 'granted',
    message: { method: 8, kind: 'success', transactionId: Buffer.alloc(12), attributes: [] },
  } as const;

  it('is at work when all is refused with 403', () => {
    const probes = ['::1', 'fe80::1'].map((address) => ({ address, reply: refused(403) }));
    expect(judgeDenyList(line, probes)).toMatchObject({
      verdict: 'fine',
      seen: 'all 2 refused (403)',
    });
  });

  it('proves nothing when something else is refused', () => {
    const probes = [{ address: '::1', reply: refused(443) }];
    expect(judgeDenyList(line, probes).verdict).toBe('unjudged');
  });

  it('that lets one through is a problem, which names it', () => {
    const probes = [
      { address: '10.0.0.1', reply: refused(403) },
      { address: '127.0.0.1', reply: granted },
      { address: '::1', reply: { kind: 'silent', why: 'no answer' } as const },
    ];
    const finding = judgeDenyList(line, probes);
    expect([finding.verdict, finding.seen]).toEqual([
      'problem',
      'your relay reaches inside your network: it lets a caller send to 127.0.0.1',
    ]);
  });
});
