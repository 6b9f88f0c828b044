import { describe, expect, it } from 'vitest';
import type { Config } from './config.ts';
import { type Environment, parseCommand } from './parse-config.ts';

function configOf(args: readonly string[], environment: Environment = {}): Config {
  const command = parseCommand(['serve', ...args], environment);
  if (command.kind !== 'serve') throw new Error('Nothing is served');
  return command.config;
}

const servers = [{ urls: ['turn:t.test'], username: 'u', credential: 'hush-hush' }];
const turn = { APPRTC_TURN_SECRET: 'north-star' };

describe('where ICE servers come from', () => {
  it('is nowhere by default', () => {
    const { ice, stunPort, openIce, iceCredentialLifeMs } = configOf([]);
    expect([ice, stunPort, openIce, iceCredentialLifeMs]).toEqual([
      { kind: 'none' },
      undefined,
      false,
      600_000,
    ]);
  });

  it('[IC14] is a list, in a variable, a file or, without credentials, a flag', () => {
    const APPRTC_ICE_SERVERS = JSON.stringify(servers);
    expect(configOf([], { APPRTC_ICE_SERVERS }).ice).toEqual({ kind: 'list', servers });
    expect(configOf(['--ice-servers-file', '/l']).ice).toEqual({ kind: 'list-file', path: '/l' });
    expect(configOf(['--ice-servers', '[{"urls":"stun:s.test"}]']).ice).toEqual({
      kind: 'list',
      servers: [{ urls: ['stun:s.test'] }],
    });
  });

  it('[IC14] a list with a credential is no flag, and a bad one is not repeated', () => {
    const flag = (text: string) => () => configOf(['--ice-servers', text]);
    expect(flag(JSON.stringify(servers))).toThrow(/holds a secret.*environment variable/);
    expect(flag(`${JSON.stringify(servers)}x`)).toThrow(/^--ice-servers must be a JSON array/);
    expect(flag(`${JSON.stringify(servers)}x`)).not.toThrow(/hush/);
  });

  it('[IC12] is TURN servers with a secret; a host is its two transports', () => {
    const urls = 't.test, 192.0.2.1:99 ,turns:t.test:443?transport=tcp';
    expect(configOf(['--turn-urls', urls], turn).ice).toEqual({
      kind: 'turn',
      urls: [
        'turn:t.test?transport=udp',
        'turn:t.test?transport=tcp',
        'turn:192.0.2.1:99?transport=udp',
        'turn:192.0.2.1:99?transport=tcp',
        'turns:t.test:443?transport=tcp',
      ],
      secret: { kind: 'given', secret: 'north-star' },
    });
    expect(configOf(['--turn-urls', 't.test:3478', '--turn-secret-file', '/s']).ice).toMatchObject({
      urls: ['turn:t.test:3478?transport=udp', 'turn:t.test:3478?transport=tcp'],
      secret: { kind: 'file', path: '/s' },
    });
  });

  it('[IC15] is a provider with a key', () => {
    const url = 'https://p.test/servers?k={key}';
    const key = { APPRTC_ICE_PROVIDER_KEY: 'k' };
    expect(configOf(['--ice-provider-url', url, '--ice-provider-method', 'GET'], key).ice).toEqual({
      kind: 'provider',
      request: { url, method: 'GET', auth: 'bearer' },
      key: { kind: 'given', secret: 'k' },
    });
    expect(configOf(['--ice-provider-url', 'http://127.0.0.1:9/x']).ice.kind).toBe('provider');
  });

  it.each<[readonly string[], Environment, RegExp]>([
    [
      ['--turn-urls', 't.test', '--ice-servers-file', '/l'],
      turn,
      /--ice-servers-file and --turn-urls exclude/,
    ],
    [['--ice-provider-url', 'https://p.test', '--turn-urls', 't.test'], turn, /exclude each other/],
    [['--turn-urls', 't.test'], {}, /needs APPRTC_TURN_SECRET or --turn-secret-file/],
    [[], turn, /a TURN secret needs --turn-urls/],
    [
      ['--turn-secret-file', '/s', '--turn-urls', 't.test'],
      turn,
      /APPRTC_TURN_SECRET and --turn-secret-file exclude/,
    ],
    [[], { APPRTC_ICE_PROVIDER_KEY: 'k' }, /a provider key needs --ice-provider-url/],
    [['--ice-provider-url', 'https://p.test/{key}'], {}, /needs APPRTC_ICE_PROVIDER_KEY/],
    [['--ice-provider-url', 'http://p.test'], {}, /must look like https:/],
    [['--ice-provider-url', 'https://u:p@p.test'], {}, /without a user/],
    [['--ice-provider-url', 'p.test'], {}, /must look like/],
    [['--turn-urls', 'stun:s.test'], turn, /--turn-urls must be/],
    [['--turn-urls', 't.test,,'], turn, /--turn-urls must be/],
    [['--turn-secret', 'north-star'], {}, /unknown option/],
    [['--ice-credential-life-ms', '86400001'], {}, /from 60000 to 86400000/],
    [['--stun-port', '65536'], {}, /from 0 to 65535, or off/],
  ])('%j is refused', (args, environment, problem) => {
    expect(() => configOf(args, environment)).toThrow(problem);
  });

  it('a STUN port is a number or off', () => {
    expect(configOf(['--stun-port', '0']).stunPort).toBe(0);
    expect(configOf(['--stun-port', 'off']).stunPort).toBe('off');
  });
});
