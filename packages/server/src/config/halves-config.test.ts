import { describe, expect, it } from 'vitest';
import type { Config } from './config.ts';
import { type Environment, parseCommand } from './parse-config.ts';

function configure(args: readonly string[], environment: Environment = {}): Config {
  const command = parseCommand(args, { HOME: '/home/someone', ...environment });
  if (command.kind !== 'serve') throw new Error(`expected a server, not ${command.kind}`);
  return command.config;
}

/** What a file of variables for both halves would hold. */
const forBoth: Environment = {
  APPRTC_COLLIDER: 'https://collider.example',
  APPRTC_ROOM_SERVER: 'https://rooms.example',
  APPRTC_FOREIGN_SEAT_MS: '5000',
  APPRTC_OPEN_COLLIDER: 'true',
};

describe('the commands', () => {
  it('start both halves where none is named', () => {
    expect(configure([]).command).toBe('serve');
    expect(configure(['--port', '1']).command).toBe('serve');
    expect(configure(['serve', '--port', '1'])).toMatchObject({ command: 'serve', port: 1 });
  });

  it('start a room server, which names its Collider', () => {
    const config = configure(['room-server', '--collider', 'https://Collider.example:443/']);
    expect(config).toMatchObject({
      command: 'room-server',
      collider: 'https://collider.example',
      foreignSeatMs: 86_400_000,
    });
    expect(configure(['room-server'], { APPRTC_COLLIDER: 'http://127.0.0.1:1' }).collider).toBe(
      'http://127.0.0.1:1',
    );
  });

  it('start a Collider, which may name its room server', () => {
    expect(configure(['collider'])).toMatchObject({ command: 'collider', roomServer: undefined });
    const args = ['collider', '--room-server', 'https://rooms.example', '--open-collider'];
    expect(configure(args)).toMatchObject({
      roomServer: 'https://rooms.example',
      openCollider: true,
    });
  });

  it('say what both can be told', () => {
    for (const command of ['room-server', 'collider']) {
      const args = [command, '--collider=https://c.example', '--port', '1', '--grace-ms', '2'];
      const given = command === 'collider' ? args.toSpliced(1, 1) : args;
      expect(configure(given)).toMatchObject({ port: 1, graceMs: 2 });
    }
  });

  it.each<[readonly string[], string]>([
    [['room-server'], 'room-server needs --collider, the address of the Collider'],
    [['--collider', 'https://c.example'], '--collider is for apprtc room-server, not for serve'],
    [
      ['serve', '--room-server', 'https://r.example'],
      '--room-server is for apprtc collider, not for serve',
    ],
    [
      ['room-server', '--collider', 'https://c.example', '--room-server', 'https://r.example'],
      '--room-server is for apprtc collider, not for room-server',
    ],
    [
      ['collider', '--collider', 'https://c.example'],
      '--collider is for apprtc room-server, not for collider',
    ],
    [
      ['collider', '--foreign-seat-ms', '1'],
      '--foreign-seat-ms is for apprtc room-server, not for collider',
    ],
    [
      ['room-server', '--collider', 'https://c.example', '--open-collider'],
      '--open-collider is for apprtc serve and collider, not for room-server',
    ],
    [
      ['collider', '--allow-signaling-override'],
      '--allow-signaling-override is for apprtc serve and room-server, not for collider',
    ],
    [
      ['collider', '--header-message', 'hello'],
      '--header-message is for apprtc serve and room-server, not for collider',
    ],
    [['collider', 'room-server'], 'unknown command room-server (see --help)'],
  ])('%j is refused', (args, message) => {
    expect(() => configure(args)).toThrow(expect.objectContaining({ name: 'StartError', message }));
  });

  it.each(['https://c.example/path', 'c.example', 'wss://c.example'])(
    'a Collider is named by its origin, not by %s',
    (text) => {
      expect(() => configure(['room-server', '--collider', text])).toThrow(/^--collider /);
    },
  );

  it('leave alone what the environment says to the other half', () => {
    expect(configure(['serve'], forBoth)).toMatchObject({ command: 'serve', collider: undefined });
    expect(configure(['collider'], forBoth)).toMatchObject({
      collider: undefined,
      roomServer: 'https://rooms.example',
    });
    expect(configure(['room-server'], forBoth)).toMatchObject({
      collider: 'https://collider.example',
      foreignSeatMs: 5_000,
    });
  });
});
