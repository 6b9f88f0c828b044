import type { RoomId } from '@apprtc/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { onSeat, roomIdOf, type SeatPath } from '../http/ids-of.ts';
import { sendText } from '../http/json-reply.ts';
import { bodyText } from '../http/raw-body.ts';
import type { RequestRate } from '../http/request-rate.ts';
import { queryOf } from '../http/route-context.ts';
import type { RoomService } from '../rooms/room-service.ts';
import { type CommandSeal, sealHeader } from './command-seal.ts';
import { type Half, halfHeader, halfPath } from './half-identity.ts';
import { RecentReplies } from './recent-replies.ts';
import { roomsPath } from './room-commands.ts';

/** [TW13] Says which half this is. */
export function addHalfIdentity(app: FastifyInstance, half: Half): void {
  app.get(halfPath, (_request, reply) => sendText(reply.header(halfHeader, half), `${half}\n`));
}

export interface CommandRouteParts {
  readonly rooms: RoomService;
  readonly seal: CommandSeal;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
  /** Bounds those whose seal is no good. */
  readonly rate: Pick<RequestRate, 'secondsToWait'>;
}

/** [TW1] What our room server asks of the rooms, for nobody else: an unsealed request is answered 401. */
export function addCommandRoutes(
  app: FastifyInstance,
  { rooms, seal, nowMs, rate }: CommandRouteParts,
): void {
  const replies = new RecentReplies(nowMs);
  /** Carries a command out once, however often it comes. */
  const obey = (
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => unknown,
  ): Promise<FastifyReply> => answerSealed(request, reply, { seal, replies, rate, work });
  const onCommand = (
    command: (seat: SeatPath, request: FastifyRequest) => unknown,
  ): ReturnType<typeof onSeat> =>
    onSeat((seat, request, reply) => obey(request, reply, () => command(seat, request)));

  app.post(
    `${roomsPath}/:room/join/:client`,
    onCommand(({ roomId, clientId }, request) => {
      const loopback = queryOf(request).get('loopback') === 'true';
      return rooms.run(roomId, { type: 'join', clientId, loopback });
    }),
  );
  app.post(
    `${roomsPath}/:room/message/:client`,
    onCommand(({ roomId, clientId }, request) => {
      const text = bodyText(request);
      if (!text.ok) throw new Error('A sealed message is not UTF-8');
      return rooms.run(roomId, { type: 'post', clientId, message: text.value });
    }),
  );
  app.post(
    `${roomsPath}/:room/leave/:client`,
    onCommand(({ roomId, clientId }) => rooms.run(roomId, { type: 'leave', clientId })),
  );
  app.post(
    `${roomsPath}/:room/seated/:client`,
    onCommand(async ({ roomId, clientId }) => ({
      isSeated: await rooms.isSeated(roomId, clientId),
    })),
  );
  app.post(`${roomsPath}/:room/full`, async (request, reply) => {
    const roomId = roomIdOf(request, reply);
    if (roomId === null) return reply;
    return obey(request, reply, () => fullness(rooms, roomId));
  });
}

async function fullness(rooms: RoomService, roomId: RoomId): Promise<{ isFull: boolean }> {
  return { isFull: await rooms.isFull(roomId) };
}

interface Sealed {
  readonly seal: CommandSeal;
  readonly replies: RecentReplies;
  readonly rate: CommandRouteParts['rate'];
  readonly work: () => unknown;
}

async function answerSealed(
  request: FastifyRequest,
  reply: FastifyReply,
  { seal, replies, rate, work }: Sealed,
): Promise<FastifyReply> {
  const { body, headers, method, raw } = request;
  const given = headers[sealHeader];
  const sealed = { method, path: raw.url ?? '', body: body instanceof Uint8Array ? body : '' };
  const verdict = seal.verify(sealed, typeof given === 'string' ? given : '', Date.now());
  if (verdict.kind !== 'genuine') {
    if ((await rate.secondsToWait(request.ip)) !== null) return sendText(reply, 'Too many\n', 429);
    request.log.warn({ event: 'half.refused', verdict: verdict.kind });
    return sendText(reply, `The seal is ${verdict.kind}\n`, 401);
  }
  const text = await replies.once(verdict.requestId, async () => JSON.stringify(await work()));
  return reply.header('Content-Type', 'application/json; charset=utf-8').send(text);
}
