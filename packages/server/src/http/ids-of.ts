import { type ClientId, nobody, parseClientId, parseRoomId, type RoomId } from '@apprtc/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendText } from './json-reply.ts';

interface SeatPath {
  readonly roomId: RoomId;
  readonly clientId: ClientId;
}

function pathValue(request: FastifyRequest, key: 'room' | 'client'): unknown {
  const { params } = request;
  return typeof params === 'object' && params !== null && key in params
    ? (params as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** The room in the path. */
export function roomIdIn(request: FastifyRequest): ReturnType<typeof parseRoomId> {
  return parseRoomId(pathValue(request, 'room'));
}

/** [ID1] [ID3] The room in the path; a name that can't be a room's is answered 404 and given as null. */
export function roomIdOf(request: FastifyRequest, reply: FastifyReply): RoomId | null {
  const roomId = roomIdIn(request);
  if (roomId.ok) return roomId.value;
  sendText(reply, 'Not a room\n', 404);
  return null;
}

/** The room and the client in the path; null where the reply is already sent. */
export function seatPathOf(request: FastifyRequest, reply: FastifyReply): SeatPath | null {
  const roomId = roomIdOf(request, reply);
  if (roomId === null) return null;
  const clientId = parseClientId(pathValue(request, 'client'));
  return { roomId, clientId: clientId.ok ? clientId.value : nobody };
}
