import { describe, expect, it } from 'vitest';
import { parseIceServers, parseIceUrl, readIceServers, stunUrlsIn } from './ice-server-list.ts';

const turn = { urls: ['turn:t.test:3478'], username: 'u', credential: 'c' };

describe('an ICE URL', () => {
  it.each([
    ['stun:s.test', { scheme: 'stun', host: 's.test', port: null, transport: null }],
    ['STUN:s.test:1', { scheme: 'stun', host: 's.test', port: 1, transport: null }],
    [
      'turn:192.0.2.1:3478?transport=udp',
      { scheme: 'turn', host: '192.0.2.1', port: 3478, transport: 'udp' },
    ],
    [
      'turns:t.test:443?transport=TCP',
      { scheme: 'turns', host: 't.test', port: 443, transport: 'tcp' },
    ],
    [
      'turn:[2001:db8::1]:3478',
      { scheme: 'turn', host: '[2001:db8::1]', port: 3478, transport: null },
    ],
  ])('[IC14] %s', (text, url) => {
    expect(parseIceUrl(text)).toEqual(url);
  });

  it.each([
    '',
    'stun:',
    'http://s.test',
    'stun://s.test',
    'stun:s.test?transport=udp',
    'turn:t.test:0',
    'turn:t.test:65536',
    'turn:t.test?transport=sctp',
    'turn:t.test/x',
    'turn:u@t.test',
    'turn: t.test',
    'turn:[::1',
    'turn:[zz]',
    'turn:[1:2]',
    `turn:${'a'.repeat(260)}`,
    'turn:t.test\n',
    '"turn:t.test"',
  ])('[IC14] not %j', (text) => {
    expect(parseIceUrl(text)).toBeNull();
  });
});

describe("an operator's list", () => {
  const problem = (list: unknown) => {
    const parsed = parseIceServers(typeof list === 'string' ? list : JSON.stringify(list));
    return parsed.ok ? null : parsed.problem;
  };

  it('[IC14] is taken as it is, urls always an array', () => {
    const list = [
      { urls: 'stun:s.test' },
      { url: 'stun:o.test' },
      { ...turn, credentialType: 'x' },
    ];
    expect(parseIceServers(JSON.stringify(list))).toEqual({
      ok: true,
      value: [{ urls: ['stun:s.test'] }, { urls: ['stun:o.test'] }, turn],
    });
  });

  it.each([
    ['no JSON', '{', /JSON array/],
    ['an object', { iceServers: [turn] }, /JSON array/],
    ['no entry', [], /not be empty/],
    ['too many', Array(17).fill(turn), /at most 16/],
    ['a text', [turn, 'stun:s.test'], /entry 2: it is no object/],
    ['no urls', [{ username: 'u' }], /"urls"/],
    ['empty urls', [{ urls: [] }], /"urls"/],
    ['too many urls', [{ urls: Array(17).fill('stun:s.test') }], /"urls"/],
    ['a number', [{ urls: [1] }], /"urls"/],
    ['another scheme', [{ urls: ['https://s.test'] }], /"urls"/],
    ['TURN without credentials', [{ urls: ['turn:t.test'] }], /"credential"/],
    ['half of them', [{ urls: ['stun:s.test'], username: 'u' }], /"credential"/],
    ['an empty one', [{ ...turn, credential: '' }], /"credential"/],
    ['too long a one', [{ ...turn, username: 'u'.repeat(509) }], /"credential"/],
  ])('[IC14] with %s is refused', (_name, list, expected) => {
    expect(problem(list)).toMatch(expected);
  });

  it('[IC14] is refused without its secrets being repeated', () => {
    expect(problem([{ urls: ['bad'], username: 'u', credential: 'hush' }])).not.toContain('hush');
  });
});

describe("a stranger's list", () => {
  it('[IC15] keeps what is of use', () => {
    const list = [
      null,
      { urls: ['stun:s.test', 'stun:s.test?transport=udp', 7, 'javascript:x'] },
      { urls: ['turn:t.test'] },
      { urls: [] },
      { ...turn, urls: 'turn:t.test:3478' },
    ];
    expect(readIceServers(list)).toEqual([{ urls: ['stun:s.test'] }, turn]);
    expect(readIceServers(turn)).toEqual([turn]);
  });

  it('[IC15] keeps a bounded part', () => {
    expect(readIceServers(Array(1_000).fill(turn))).toHaveLength(16);
    const [server] = readIceServers([{ ...turn, urls: Array(1_000).fill('turn:t.test') }]);
    expect(server?.urls).toHaveLength(16);
  });
});

describe('the STUN part', () => {
  it('[IC11] is every stun: URL once', () => {
    const servers = [
      { urls: ['stun:s.test', 'turn:t.test'] },
      turn,
      { urls: ['stuns:x.test', 'stun:s.test'] },
    ];
    expect(stunUrlsIn(servers)).toEqual(['stun:s.test', 'stuns:x.test']);
  });
});
