import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { ClientIds } from '../client-ids.ts';
import type { RoomService } from '../rooms/room-service.ts';
import { ColliderSocket } from './collider-socket.ts';

test('[LM10] error frames that nobody reads count like messages', () => {
  const done: string[] = [];
  // A socket whose client reads nothing: all that is sent stays in the buffer.
  const webSocket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send(frame: string) {
      this.bufferedAmount += frame.length;
    },
    close: (code: number) => done.push(`close ${code}`),
    terminate: () => done.push('terminate'),
  };
  const socket = new ColliderSocket(1, webSocket as unknown as WebSocket, {
    rooms: {} as RoomService,
    clientIds: new ClientIds('secret'),
    logger: pino({ level: 'silent' }),
    nowMs: () => 0,
    registerTimeoutMs: 30_000,
    maxSendBufferBytes: 100,
    messageRate: { perSecond: 0, burst: 1 },
    countError: () => {},
  });
  const unexpected = Buffer.from('{}');
  socket.receive(unexpected, false);
  expect(done).toEqual([]);
  socket.receive(unexpected, false);
  expect(done).toEqual(['close 1011', 'terminate']);
  socket.closed();
});
