import { describe, expect, it } from 'vitest';
import { closestName } from './closest-name.ts';
import type { Config } from './config.ts';
import { configurationPage, helpText } from './help-text.ts';
import { environmentVariable, flagName, options } from './options.ts';
import { type Environment, parseCommand } from './parse-config.ts';

function configure(args: readonly string[], environment: Environment = {}): Config {
  const command = parseCommand(args, { HOME: '/home/someone', ...environment });
  if (command.kind !== 'serve') throw new Error(`expected serve, not ${command.kind}`);
  return command.config;
}

describe('defaults', () => {
  it('serves plain HTTP on localhost:8080 and keeps its state in the home folder', () => {
    expect(configure([])).toMatchObject({
      port: 8080,
      host: 'localhost',
      publicUrl: undefined,
      trustProxy: false,
      openCollider: false,
      allowSignalingOverride: false,
      tls: { kind: 'none' },
      secretSource: { kind: 'data-dir' },
      dataDir: '/home/someone/.local/state/apprtc',
      logLevel: 'info',
    });
  });

  it('has the deadlines that clients in the field expect', () => {
    expect(configure([])).toMatchObject({
      graceMs: 10_000,
      registerTimeoutMs: 30_000,
      pendingSeatMs: 60_000,
      loopbackWaitMs: 30_000,
      leaverCloseMs: 10_000,
      lapsedMailMs: 600_000,
      pingIntervalMs: 15_000,
      pongTimeoutMs: 60_000,
    });
  });

  it('bounds what strangers can make it hold', () => {
    expect(configure([])).toMatchObject({
      maxConnections: 20_000,
      maxRooms: 50_000,
      maxSockets: 15_000,
      maxQueuedBytes: 268_435_456,
      maxSendBufferBytes: 4_194_304,
      maxMessagesPerSecond: 200,
      maxMessagesBurst: 2000,
      maxRequestsPerSecond: 100,
      maxRequestsBurst: 1000,
    });
  });
});

describe('where a value comes from', () => {
  it('takes every option from its environment variable', () => {
    expect(configure([], { APPRTC_GRACE_MS: '1500', APPRTC_OPEN_COLLIDER: 'true' })).toMatchObject({
      graceMs: 1500,
      openCollider: true,
      allowSignalingOverride: false,
    });
  });

  it('prefers a flag to APPRTC_PORT and APPRTC_PORT to PORT', () => {
    const environment = { PORT: '1', APPRTC_PORT: '2' };
    expect(configure(['--port', '3'], environment).port).toBe(3);
    expect(configure([], environment).port).toBe(2);
    expect(configure([], { PORT: '1' }).port).toBe(1);
  });

  it('leaves the words behind conformance to the kit', () => {
    const args = ['conformance', 'https://calls.example', '--only', 'JN2'];
    const environment = { APPRTC_NO_SUCH: 'it serves nothing' };
    expect(parseCommand(args, environment)).toEqual({ kind: 'conformance', args: args.slice(1) });
  });

  it('leaves the words behind doctor to the doctor', () => {
    const args = ['doctor', 'https://calls.example', '--json'];
    const environment = { APPRTC_NO_SUCH: 'it serves nothing' };
    expect(parseCommand(args, environment)).toEqual({ kind: 'doctor', args: args.slice(1) });
  });

  it('takes flags with = and the last of several', () => {
    expect(configure(['serve', '--port=1', '--port=2', '--open-collider=false'])).toMatchObject({
      port: 2,
      openCollider: false,
      allowSignalingOverride: false,
    });
  });

  it('counts an empty variable as unset', () => {
    expect(configure([], { APPRTC_PORT: '', APPRTC_PUBLIC_URL: '' }).port).toBe(8080);
  });

  it('follows XDG_STATE_HOME when it is absolute', () => {
    expect(configure([], { XDG_STATE_HOME: '/var/state' }).dataDir).toBe('/var/state/apprtc');
    expect(configure([], { XDG_STATE_HOME: 'state' }).dataDir).toMatch(/^\/home\/someone/);
  });
});

describe('values', () => {
  it.each([
    ['true', true],
    ['false', false],
    ['0', false],
    ['2', 2],
    ['10.0.0.0/8, ::1,loopback', ['10.0.0.0/8', '::1', 'loopback']],
  ])('reads --trust-proxy %s', (text, value) => {
    expect(configure(['--trust-proxy', text]).trustProxy).toEqual(value);
  });

  it.each([
    ['https://apprtc.example.org/', 'https://apprtc.example.org'],
    ['http://[::1]:9000', 'http://[::1]:9000'],
    ['https://Example.org:443', 'https://example.org'],
  ])('brings --public-url %s into the form of an origin', (text, value) => {
    expect(configure(['--public-url', text]).publicUrl).toBe(value);
  });

  it('reads an IPv6 host with and without brackets', () => {
    expect(configure(['--host', '[::]']).host).toBe('::');
    expect(configure(['--host', '::1']).host).toBe('::1');
  });

  it('tells the forms of TLS and of secrets apart', () => {
    expect(configure(['--tls', 'self-signed']).tls).toEqual({ kind: 'self-signed' });
    expect(configure(['--tls-cert', '/c.pem', '--tls-key', '/k.pem']).tls).toEqual({
      kind: 'files',
      certPath: '/c.pem',
      keyPath: '/k.pem',
    });
    expect(configure(['--secret-file', '/s']).secretSource).toEqual({ kind: 'file', path: '/s' });
    expect(configure([], { APPRTC_SECRET: 'sixteen letters!' }).secretSource).toEqual({
      kind: 'given',
      secret: 'sixteen letters!',
    });
  });
});

describe('what stops the start', () => {
  it.each<[readonly string[], Environment, string]>([
    [['--prot', '1'], {}, 'unknown option --prot: did you mean --port?'],
    [['--frobnicate'], {}, 'unknown option --frobnicate (see --help)'],
    [['-x'], {}, 'unknown option -x (see --help)'],
    [['--secret', 'x'], {}, 'unknown option --secret (see --help)'],
    [['--port'], {}, '--port needs a value'],
    [['--log-level', '--port', '1'], {}, '--log-level needs a value'],
    [['--port', '-1'], {}, '--port must be a whole number from 0 to 65535 (it is "-1")'],
    [['--port', '8e3'], {}, '--port must be a whole number from 0 to 65535 (it is "8e3")'],
    [['start'], {}, 'unknown command start (see --help)'],
    [['serve', 'more'], {}, 'unknown command more (see --help)'],
    [[], { PORT: 'x' }, 'PORT must be a whole number from 0 to 65535 (it is "x")'],
    [
      [],
      { APPRTC_GRACE: '1' },
      'unknown environment variable APPRTC_GRACE: did you mean APPRTC_GRACE_MS?',
    ],
    [
      [],
      { APPRTC_SOMETHING_ELSE: '' },
      'unknown environment variable APPRTC_SOMETHING_ELSE (see --help)',
    ],
    [[], { APPRTC_SECRET: 'short' }, 'APPRTC_SECRET must have at least 16 characters'],
    [['--tls-cert', '/c'], {}, '--tls-cert needs --tls-key too'],
    [['--tls-key', '/k'], {}, '--tls-key needs --tls-cert too'],
    [
      ['--tls', 'self-signed', '--tls-key', '/k'],
      {},
      '--tls self-signed and --tls-cert/--tls-key exclude each other',
    ],
    [
      ['--turn', '--turn-urls', 'turn.example.org'],
      { APPRTC_TURN_SECRET: 'eight or more' },
      '--turn and other ICE servers exclude each other: they have one source',
    ],
    [
      ['--secret-file', '/s'],
      { APPRTC_SECRET: 'sixteen letters!' },
      'APPRTC_SECRET and --secret-file exclude each other',
    ],
  ])('%j with %j', (args, environment, message) => {
    expect(() => configure(args, environment)).toThrow(expect.objectContaining({ message }));
  });

  it.each([
    ['--public-url', 'apprtc.example.org'],
    ['--public-url', 'ftp://example.org'],
    ['--public-url', 'https://example.org/path'],
    ['--public-url', 'https://user@example.org'],
    ['--host', 'localhost:8080'],
    ['--host', 'http://localhost'],
    ['--host', ''],
    ['--data-dir', ''],
    ['--trust-proxy', 'somebody'],
    ['--trust-proxy', '10.0.0.0/33'],
    ['--open-collider=maybe', ''],
    ['--log-level', 'loud'],
    ['--grace-ms', '0'],
    ['--grace-ms', '86400001'],
    ['--max-queued-bytes', '10'],
  ])('%s %s', (flag, value) => {
    expect(() => configure(value === '' ? [`${flag}`, ''] : [flag, value])).toThrow(
      expect.objectContaining({ name: 'StartError' }),
    );
  });
});

describe('help', () => {
  it('is asked for before anything is checked', () => {
    expect(parseCommand(['--help', '--port', 'x'], { APPRTC_X: '1' })).toEqual({ kind: 'help' });
    expect(parseCommand(['-v'], {})).toEqual({ kind: 'version' });
  });

  it('and the docs page name every option', () => {
    for (const key of Object.keys(options)) {
      for (const text of [helpText('1.2.3'), configurationPage()]) {
        expect(text).toContain(environmentVariable(key));
        if (key !== 'secret') expect(text).toContain(`--${flagName(key)}`);
      }
    }
  });

  it('never offers the secret as a flag', () => {
    expect(helpText('1.2.3')).not.toMatch(/--secret /);
  });
});

describe('closestName', () => {
  it('is the nearest of several, or none when all are far', () => {
    expect(closestName('hots', ['port', 'host'])).toBe('host');
    expect(closestName('hots', ['max-rooms'])).toBeUndefined();
    expect(closestName('hots', [])).toBeUndefined();
  });
});
