import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { roomIdIn } from '../http/ids-of.ts';
import { colliderOf, type RouteContext } from '../http/route-context.ts';
import { addSecurityHeaders } from '../http/security-headers.ts';
import { StartError } from '../start-error.ts';
import { colliderOrigins, foreignOrigins } from './signaling-addresses.ts';

const fullRoomState = '<meta name="apprtc-room-state" content="full">';
const fullRoomText = '<p>Sorry, this room is full.</p>';

/** The page, the same for home and every room; [HM3] where a join would be FULL it says so by itself. */
export async function addPages(
  app: FastifyInstance,
  context: RouteContext,
  webRoot: string,
): Promise<void> {
  const page = readPage(webRoot, 'index.html');
  const paramsPage = readPage(webRoot, 'params.html');
  const fullPage = page
    .replace('<!--room-state-->', fullRoomState)
    .replace('<!--room-text-->', fullRoomText);
  const { tls, allowSignalingOverride } = context.config;
  const collider = colliderOrigins(colliderOf(context));
  await addSecurityHeaders(app, {
    isTls: tls.kind !== 'none',
    connectsTo: (query) => [...collider, ...(allowSignalingOverride ? foreignOrigins(query) : [])],
  });
  app.get('/', (_request, reply) => sendPage(reply, page));
  app.get('/params.html', (_request, reply) => sendPage(reply, paramsPage));
  app.get('/r/:room', async (request, reply) => {
    const roomId = roomIdIn(request);
    // [HM6] The page itself says what is wrong with the name.
    if (!roomId.ok) return sendPage(reply.code(404), page);
    return sendPage(reply, (await context.rooms.isFull(roomId.value)) ? fullPage : page);
  });
  await app.register(fastifyStatic, {
    root: join(webRoot, 'assets'),
    prefix: '/assets/',
    // Names carry a hash of their content.
    immutable: true,
    maxAge: '365d',
    index: false,
    decorateReply: false,
  });
}

function readPage(webRoot: string, name: string): string {
  try {
    return readFileSync(join(webRoot, name), 'utf8');
  } catch {
    throw new StartError(`the page is not built: ${join(webRoot, name)} is missing`);
  }
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .header('Content-Type', 'text/html; charset=utf-8')
    .header('Cache-Control', 'no-cache')
    .send(page);
}
