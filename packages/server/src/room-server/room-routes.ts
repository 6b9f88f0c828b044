import {
  type JoinReplyBody,
  parseCallEvent,
  type Result,
  results,
  unreachable,
} from '@apprtc/protocol';
import type { PostOutcome } from '@apprtc/signaling';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { clientDigest } from '../client-ids.ts';
import { halfHeader } from '../halves/half-identity.ts';
import { onSeat, roomIdOf, type SeatPath } from '../http/ids-of.ts';
import { sendBusy, sendJson, sendOutOfReach } from '../http/json-reply.ts';
import { bodyText } from '../http/raw-body.ts';
import { colliderOf, originOf, queryOf, type RouteContext } from '../http/route-context.ts';
import type { Ran } from '../rooms/room-service.ts';
import type { Messenger, RoomsPort } from '../rooms/rooms-port.ts';
import { makeParams, makeSeatParams, type ParamsRequest } from './params.ts';

/** The room server: seats clients, keeps the first one's messages, forwards, frees seats. */
export function addRoomRoutes(app: FastifyInstance, context: RouteContext): void {
  app.post('/join/:room', (request, reply) => join(request, reply, context));
  app.post(
    '/message/:room/:client',
    onSeat((...given) => message(...given, context)),
  );
  app.post(
    '/leave/:room/:client',
    onSeat((seat, request, reply) => leave(seat, request, reply, context.rooms, 'client')),
  );
  // [BY1] The same as leave: what a Collider says for a client that is gone.
  app.post(
    '/bye/:room/:client',
    onSeat((seat, request, reply) =>
      leave(seat, request, reply, context.rooms, byeMessenger(request)),
    ),
  );
  app.get('/params', async (request, reply) => {
    const isLoopback = queryOf(request).get('debug') === 'loopback';
    const iceKey = context.ice.addressKey(request.ip);
    const params = await paramsRequest(request, context, isLoopback, iceKey);
    return sendJson(reply, makeParams(params));
  });
  app.post('/a/', (request, reply) => callEvent(request, reply, context));
}

async function join(
  request: FastifyRequest,
  reply: FastifyReply,
  context: RouteContext,
): Promise<FastifyReply> {
  const roomId = roomIdOf(request, reply);
  if (roomId === null) return reply;
  const clientId = context.clientIds.issue(roomId);
  const loopback = queryOf(request).get('debug') === 'loopback';
  const ran = await context.rooms.run(roomId, { type: 'join', clientId, loopback });
  if (ran.kind === 'store-full') return sendBusy(reply);
  if (ran.kind === 'out-of-reach') return sendOutOfReach(reply, ran.retryAfterMs);
  request.log.info({
    event: 'join',
    room: roomId,
    client: clientDigest(clientId),
    outcome: ran.outcome.kind,
  });
  if (ran.outcome.kind === 'full') {
    const body: JoinReplyBody = { result: results.full, params: { messages: [] } };
    return sendJson(reply, body);
  }
  const { isInitiator, isLoopback } = ran.outcome;
  const iceKey = context.ice.seatKey(roomId, clientId);
  const params = makeSeatParams(await paramsRequest(request, context, isLoopback, iceKey), {
    roomId,
    clientId,
    isInitiator,
    messages: ran.drained,
  });
  const body: JoinReplyBody = { result: results.success, params };
  return sendJson(reply, body);
}

async function message(
  { roomId, clientId }: SeatPath,
  request: FastifyRequest,
  reply: FastifyReply,
  context: RouteContext,
): Promise<FastifyReply> {
  const text = bodyText(request);
  if (!text.ok || text.value === '') return sendJson(reply, { result: results.error });
  const ran = await context.rooms.run(roomId, { type: 'post', clientId, message: text.value });
  if (ran.kind === 'store-full') return sendBusy(reply);
  if (ran.kind === 'out-of-reach') return sendOutOfReach(reply, ran.retryAfterMs);
  return sendJson(reply, { result: messageResult(ran) });
}

function messageResult(ran: Ran<PostOutcome> & { readonly kind: 'ran' }): Result {
  if (ran.hasOverflowed) return results.error;
  switch (ran.outcome.kind) {
    case 'accepted':
      return results.success;
    case 'forward':
      throw new Error('A message was to be forwarded, and nobody did');
    case 'unknown-room':
      return results.unknownRoom;
    case 'unknown-client':
      return results.unknownClient;
    default:
      return unreachable(ran.outcome);
  }
}

async function leave(
  { roomId, clientId }: SeatPath,
  request: FastifyRequest,
  reply: FastifyReply,
  rooms: RoomsPort,
  saidBy: Messenger,
): Promise<FastifyReply> {
  await rooms.leave(roomId, clientId, saidBy);
  request.log.info({ event: 'leave', room: roomId, client: clientDigest(clientId) });
  return reply.code(200).send();
}

/** [TW6] A Collider of ours says who it is. */
function byeMessenger(request: FastifyRequest): Messenger {
  return request.headers[halfHeader] === 'collider' ? 'our-collider' : 'collider';
}

/** [AN1] [AN2] [AN3] What clients say has happened in their calls. */
function callEvent(
  request: FastifyRequest,
  reply: FastifyReply,
  { callEvents }: RouteContext,
): FastifyReply {
  const text = bodyText(request);
  const event = text.ok ? parseCallEvent(text.value) : text;
  if (!event.ok) return sendJson(reply, { result: results.invalidRequest });
  callEvents.count(event.value.eventType);
  return sendJson(reply, { result: results.success });
}

async function paramsRequest(
  request: FastifyRequest,
  context: RouteContext,
  isLoopback: boolean,
  iceKey: string,
): Promise<ParamsRequest> {
  return {
    origin: originOf(request, context),
    query: queryOf(request),
    userAgent: request.headers['user-agent'] ?? '',
    headerMessage: context.config.headerMessage ?? '',
    isLoopback,
    iceKey,
    isOverrideAllowed: context.config.allowSignalingOverride,
    collider: colliderOf(context),
    takesSessions: await context.rooms.takesSessions(),
  };
}
