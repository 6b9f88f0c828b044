import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { parseCommand } from '../config/parse-config.ts';
import { createApp } from '../http/app.ts';
import { createParts, type ProductParts } from '../product-parts.ts';
import { addStatusRoute } from './status-route.ts';

const logger = pino({ level: 'silent' });
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** What a server of the command answers at `/status`, and after one path that it has not. */
async function statusOf(sourcesOf: (parts: ProductParts) => Parameters<typeof addStatusRoute>[1]) {
  const environment = { HOME: '/nowhere', APPRTC_SECRET: 'a secret of some length' };
  const command = parseCommand(['serve'], environment);
  if (command.kind !== 'serve') throw new Error('no configuration');
  const parts = await createParts(command.config, logger);
  const app = createApp(command.config, logger);
  closers.push(
    () => parts.close(),
    () => parts.collider?.collider.close(),
    () => app.close(),
  );
  const sources = sourcesOf(parts);
  addStatusRoute(app, sources);
  sources.callEvents?.count('3');
  await app.inject('/nothing');
  const reply = await app.inject('/status');
  return reply.json();
}

const collided = { openws: 0, totalws: 0, wserrors: 0, droppedmessages: 0 };
const always = { upsec: expect.any(Number), httperrors: 1 };

describe('the status', () => {
  it('[SU1] of both halves', async () => {
    const status = await statusOf(({ collider, roomServer }) => ({
      collider,
      callEvents: roomServer?.callEvents ?? null,
    }));
    expect(status).toEqual({ ...always, ...collided, callevents: expect.anything() });
    expect(status.callevents['3']).toBe(1);
  });

  it('[SU1] of a Collider that runs alone', async () => {
    const status = await statusOf(({ collider }) => ({ collider, callEvents: null }));
    expect(status).toEqual({ ...always, ...collided });
  });

  it('[SU1] of a room server that runs alone', async () => {
    const status = await statusOf(({ roomServer }) => ({
      collider: null,
      callEvents: roomServer?.callEvents ?? null,
    }));
    expect(status).toEqual({ ...always, callevents: expect.anything() });
  });
});
