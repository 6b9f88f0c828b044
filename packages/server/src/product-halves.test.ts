import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RoomId } from '@apprtc/protocol';
import { roomCommands } from '@apprtc/testkit';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Config } from './config/config.ts';
import { parseCommand } from './config/parse-config.ts';
import { createProduct } from './create-product.ts';
import { AnsweringServer, answer } from './halves/answering-server.fixture.ts';
import { createParts, type ProductParts } from './product-parts.ts';

const { join, post, leave, delete: remove } = roomCommands;
const roomId = 'room' as RoomId;
const logger = pino({ level: 'silent' });
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function configure(...args: readonly string[]): Config {
  const environment = { HOME: '/nowhere', APPRTC_SECRET: 'a secret of some length' };
  const command = parseCommand(args, environment);
  if (command.kind !== 'serve') throw new Error(`expected a server, not ${command.kind}`);
  return command.config;
}

async function partsOf(...args: readonly string[]): Promise<ProductParts> {
  const parts = await createParts(configure(...args), logger);
  closers.push(() => parts.close());
  return parts;
}

async function otherHalf(...given: Parameters<typeof answer>): Promise<AnsweringServer> {
  const server = await AnsweringServer.start(answer(...given));
  closers.push(() => server.close());
  return server;
}

/** The origin of a product that listens. */
async function serve(...args: readonly string[]): Promise<string> {
  const product = await createProduct(configure(...args), logger);
  closers.push(() => product.close());
  const server = createServer((request, response) => product.request(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the parts of a server', () => {
  it('are both halves on one port, and nobody else may ask for rooms', async () => {
    const parts = await partsOf('serve');
    expect(parts.roomServer?.rooms).toBe(parts.collider?.rooms);
    expect(parts.commands).toBeNull();
  });

  it('[TW8] an open Collider believes whom another room server lets in, only where it runs alone', async () => {
    const outcomes = await Promise.all(
      [['collider', '--open-collider'], ['serve', '--open-collider'], ['collider'], ['serve']].map(
        async (args) => (await partsOf(...args)).collider?.rooms.run(roomId, post('A', 'x')),
      ),
    );
    const kinds = outcomes.map((ran) => ran?.kind === 'ran' && ran.outcome.kind);
    expect(kinds).toEqual(['accepted', 'unknown-room', 'unknown-room', 'unknown-room']);
  });

  it('[TW6] a Collider tells its room server of seats that end, and who it is', async () => {
    const roomServer = await otherHalf(404);
    const parts = await partsOf('collider', '--room-server', roomServer.origin);
    expect(parts.roomServer).toBeNull();
    const rooms = parts.collider?.rooms;
    for (const name of ['A', 'B?']) await rooms?.run(roomId, join(name));
    await rooms?.run(roomId, remove('A'));
    await vi.waitFor(() => expect(roomServer.asked).toHaveLength(1), { timeout: 10_000 });
    await rooms?.run(roomId, post('B?', '{"type":"bye"}'));
    await vi.waitFor(() => expect(roomServer.asked).toHaveLength(2), { timeout: 10_000 });
    expect(roomServer.lines).toEqual(['POST /bye/room/A', 'POST /bye/room/B%3F']);
    for (const { headers } of roomServer.asked) expect(headers['apprtc-half']).toBe('collider');
  });

  it('[TW5] [TW6] of a leave it does not tell', async () => {
    const roomServer = await otherHalf(200);
    const parts = await partsOf('collider', '--room-server', roomServer.origin);
    const rooms = parts.collider?.rooms;
    await rooms?.run(roomId, join('A'));
    await rooms?.run(roomId, leave('A'));
    await rooms?.run(roomId, join('B'));
    await rooms?.run(roomId, remove('B'));
    await vi.waitFor(() => expect(roomServer.asked).toHaveLength(1), { timeout: 10_000 });
    expect(roomServer.lines).toEqual(['POST /bye/room/B']);
  });

  it('[TW13] [TW15] a room server keeps the seats of another’s Collider, not for good', async () => {
    const collider = await otherHalf(404);
    const address = ['--collider', collider.origin];
    const parts = await partsOf('room-server', ...address, '--foreign-seat-ms', '50');
    const rooms = parts.roomServer?.rooms;
    expect(parts.collider).toBeNull();
    await rooms?.run(roomId, join('A'));
    await rooms?.run(roomId, join('B'));
    // Seats of rooms of ours wait for a register for a minute; of these nobody says whether they did.
    await vi.waitFor(
      async () => {
        const ran = await rooms?.run(roomId, post('A', '{"type":"candidate"}'));
        expect(ran).toMatchObject({ outcome: { kind: 'unknown-room' } });
      },
      { timeout: 10_000 },
    );
  });
});

describe('the routes of a half', () => {
  it('[SU1] [TW13] a Collider that runs alone counts its own, and says who it is', async () => {
    const origin = await serve('collider');
    const status = await (await fetch(`${origin}/status`)).json();
    expect(status).toMatchObject({ openws: 0, totalws: 0, wserrors: 0, droppedmessages: 0 });
    expect(status).not.toHaveProperty('callevents');
    expect((await fetch(`${origin}/api/half`)).headers.get('apprtc-half')).toBe('collider');
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  });

  it('[TW1] [TW7] it does what its room server says, and is no room server', async () => {
    const origin = await serve('collider', '--open-collider');
    const ask = async (path: string, body = '') =>
      (await fetch(`${origin}${path}`, { method: 'POST', body })).status;
    expect(await ask('/api/rooms/room/full')).toBe(401);
    expect(await ask('/room/A', 'offer')).toBe(200);
    expect(await ask('/room/B', 'answer')).toBe(200);
    expect(await ask('/room/C', 'no seat is free')).toBe(500);
    expect(await ask('/bye/room/A')).toBe(200);
    expect(await ask('/room/C', 'there is now')).toBe(200);
    expect(await ask('/join/room')).not.toBe(200);
  });
});
