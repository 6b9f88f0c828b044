import { colliderReplies, isBye } from '@apprtc/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { seatPathOf } from '../http/ids-of.ts';
import { sendBusy, sendJson, sendText } from '../http/json-reply.ts';
import { bodyText } from '../http/raw-body.ts';
import type { RouteContext } from '../http/route-context.ts';
import type { Collider } from './collider.ts';

/** The Collider's HTTP side, for clients whose socket is down. */
export function addColliderRoutes(
  app: FastifyInstance,
  context: RouteContext,
  collider: Collider,
): void {
  const startedMs = performance.now();
  let httpErrors = 0;
  app.addHook('onResponse', async (_request, reply) => {
    if (reply.statusCode >= 400) httpErrors += 1;
  });
  app.post('/:room/:client', (request, reply) => post(request, reply, context));
  app.delete('/:room/:client', (request, reply) => remove(request, reply, context));
  app.get('/status', (_request, reply) =>
    sendJson(reply, {
      upsec: (performance.now() - startedMs) / 1000,
      openws: collider.openSockets,
      totalws: collider.acceptedSockets,
      wserrors: collider.errors,
      httperrors: httpErrors,
      // Beyond the original: messages that found a full queue, and what clients told of their calls.
      droppedmessages: context.rooms.droppedMessages,
      callevents: context.callEvents.counts,
    }),
  );
}

/** [CP1] A message over HTTP. */
async function post(
  request: FastifyRequest,
  reply: FastifyReply,
  context: RouteContext,
): Promise<FastifyReply> {
  const path = seatPathOf(request, reply);
  if (path === null) return reply;
  const text = bodyText(request);
  if (!text.ok) return sendText(reply, colliderReplies.notUtf8, 500);
  if (text.value === '') return sendText(reply, colliderReplies.emptyBody, 500);
  const ran = await context.rooms.run(path.roomId, {
    type: 'post',
    clientId: path.clientId,
    message: text.value,
  });
  if (ran.kind === 'store-full') return sendBusy(reply);
  if (ran.hasOverflowed) return sendText(reply, colliderReplies.queueFull, 500);
  // [ST25] Most clients leave first and then say bye: it is welcome whether or not anyone still needs it.
  if (ran.outcome.kind === 'accepted' || isBye(text.value)) {
    return sendText(reply, colliderReplies.ok);
  }
  return sendText(reply, colliderReplies.unknownClient, 500);
}

/** [DL1] Frees the seat and closes its socket, known or not. */
async function remove(
  request: FastifyRequest,
  reply: FastifyReply,
  context: RouteContext,
): Promise<FastifyReply> {
  const path = seatPathOf(request, reply);
  if (path === null) return reply;
  const { roomId, clientId } = path;
  await context.rooms.run(roomId, { type: 'delete', clientId });
  return sendText(reply, colliderReplies.ok);
}
