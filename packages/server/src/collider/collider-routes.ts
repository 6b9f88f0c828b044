import { colliderReplies, isBye } from '@apprtc/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { clientDigest } from '../client-ids.ts';
import { onSeat, type SeatPath } from '../http/ids-of.ts';
import { sendBusy, sendText } from '../http/json-reply.ts';
import { bodyText } from '../http/raw-body.ts';
import type { RoomService } from '../rooms/room-service.ts';

/** The Collider's HTTP side, for clients whose socket is down. */
export function addColliderRoutes(app: FastifyInstance, rooms: RoomService): void {
  app.post(
    '/:room/:client',
    onSeat((...given) => post(...given, rooms)),
  );
  app.delete(
    '/:room/:client',
    onSeat((...given) => remove(...given, rooms)),
  );
}

/** [TW7] What a room server elsewhere says of a client that has left. */
export function addColliderBye(app: FastifyInstance, rooms: RoomService): void {
  app.post(
    '/bye/:room/:client',
    onSeat(async ({ roomId, clientId }, request, reply) => {
      await rooms.run(roomId, { type: 'leave', clientId });
      request.log.info({ event: 'leave', room: roomId, client: clientDigest(clientId) });
      return reply.code(200).send();
    }),
  );
}

/** [CP1] A message over HTTP. */
async function post(
  { roomId, clientId }: SeatPath,
  request: FastifyRequest,
  reply: FastifyReply,
  rooms: RoomService,
): Promise<FastifyReply> {
  const text = bodyText(request);
  if (!text.ok) return sendText(reply, colliderReplies.notUtf8, 500);
  if (text.value === '') return sendText(reply, colliderReplies.emptyBody, 500);
  const ran = await rooms.run(roomId, { type: 'post', clientId, message: text.value });
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
  { roomId, clientId }: SeatPath,
  request: FastifyRequest,
  reply: FastifyReply,
  rooms: RoomService,
): Promise<FastifyReply> {
  await rooms.run(roomId, { type: 'delete', clientId });
  request.log.info({ event: 'delete', room: roomId, client: clientDigest(clientId) });
  return sendText(reply, colliderReplies.ok);
}
