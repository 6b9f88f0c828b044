import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { settle } from '@apprtc/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { upgrade } from './upgrade.ts';

/** The server's end of a connection: what is written to it can be read here. */
class NotedSocket extends Duplex {
  written = '';

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written += chunk.toString();
    done();
  }
}

let socket: NotedSocket;
let taken: string[];
let waitSeconds: number | null;
const collider = {
  hasRoom: true,
  upgrade: (request: IncomingMessage) => void taken.push(request.url ?? ''),
};

beforeEach(() => {
  socket = new NotedSocket();
  taken = [];
  waitSeconds = null;
  collider.hasRoom = true;
});

async function ask(url: string): Promise<void> {
  const request = { url } as IncomingMessage;
  const rate = {
    secondsToWait: async (address: string) => {
      expect(address).toBe('192.0.2.1');
      return waitSeconds;
    },
  };
  await upgrade(request, socket, Buffer.alloc(0), { address: '192.0.2.1', collider, rate });
  await settle();
}

describe('an upgrade', () => {
  it.each(['/ws', '/ws?x=1', '//ws', '/ws?/../', 'http://calls.example:8080/ws'])(
    '[WS1] to %s goes to the Collider',
    async (url) => {
      await ask(url);
      expect(taken).toEqual([url]);
      expect(socket.written).toBe('');
      expect(socket.destroyed).toBe(false);
      // From here on the WebSocket layer hears of errors.
      expect(socket.listenerCount('error')).toBe(0);
    },
  );

  it.each(['/', '/wss', '/ws/', '/a/ws', '/?/ws', ''])(
    '[WS1] to %j is refused with 404',
    async (url) => {
      await ask(url);
      expect(taken).toEqual([]);
      expect(socket.written).toMatch(/^HTTP\/1\.1 404 Not Found\r\n(.+\r\n)*\r\n$/);
      expect(socket.written).not.toContain('Retry-After');
    },
  );

  it('[LM8] to a server that is full is refused with 503', async () => {
    collider.hasRoom = false;
    await ask('/ws');
    expect(taken).toEqual([]);
    expect(socket.written).toContain('HTTP/1.1 503 Service Unavailable\r\n');
    expect(socket.written).toContain('\r\nRetry-After: 5\r\n');
  });

  it('[LM12] of an address that asks too often is refused with 429', async () => {
    waitSeconds = 7;
    await ask('/ws');
    expect(taken).toEqual([]);
    expect(socket.written).toContain('HTTP/1.1 429 Too Many Requests\r\n');
    expect(socket.written).toContain('\r\nRetry-After: 7\r\n');
  });

  it('that is refused leaves no connection half open', async () => {
    await ask('/elsewhere');
    expect(socket.destroyed).toBe(true);
  });

  it('whose connection is reset while it is refused does no harm', async () => {
    await ask('/elsewhere');
    expect(() => socket.emit('error', new Error('reset'))).not.toThrow();
  });
});
