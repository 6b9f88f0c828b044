import { describe, expect, it } from 'vitest';
import { readyLines } from './ready-lines.ts';

type Given = Parameters<typeof readyLines>[0];

const listeners = { scheme: 'http', port: 8080 } as const;
const plain: Given = {
  command: 'serve',
  host: '127.0.0.1',
  publicUrl: undefined,
  tls: { kind: 'none' },
  collider: undefined,
  roomServer: undefined,
};

function lines(changes: Partial<Given>): readonly string[] {
  return readyLines({ ...plain, ...changes }, listeners, []);
}

const otherHalves = { collider: 'https://c.example', roomServer: 'https://r.example' } as const;

describe('what a server prints when it is ready', () => {
  it('is where it is, both halves on one port', () => {
    expect(lines({})).toEqual(['AppRTC is ready: http://127.0.0.1:8080']);
    expect(lines(otherHalves)).toEqual(['AppRTC is ready: http://127.0.0.1:8080']);
  });

  it('is which half it is, and where the other one', () => {
    expect(lines({ ...otherHalves, command: 'room-server' })).toEqual([
      "AppRTC's room server is ready: http://127.0.0.1:8080",
      'Its Collider: https://c.example',
    ]);
    expect(lines({ ...otherHalves, command: 'collider' })).toEqual([
      "AppRTC's Collider is ready: http://127.0.0.1:8080",
      'Its room server: https://r.example',
    ]);
    expect(lines({ command: 'collider' })).toEqual([
      "AppRTC's Collider is ready: http://127.0.0.1:8080",
    ]);
  });

  it('has the public address first, then the other half, then the local one', () => {
    const publicUrl = 'https://wss.example';
    expect(lines({ ...otherHalves, command: 'collider', publicUrl })).toEqual([
      "AppRTC's Collider is ready: https://wss.example",
      'Its room server: https://r.example',
      'Listening on: http://127.0.0.1:8080',
    ]);
  });
});
