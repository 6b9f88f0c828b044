import {
  type ClientId,
  isJsonObject,
  type JsonObject,
  nobody,
  type Parsed,
  parsed,
  parseJsonObject,
  type RoomId,
  refused,
} from '@apprtc/protocol';
import type { JoinCommand, JoinOutcome, PostCommand, PostOutcome } from '@apprtc/signaling';
import type { Ran } from '../rooms/room-service.ts';
import type { Request } from './other-half.ts';

/** [TW1] What a room server asks of our Collider, which keeps the rooms: requests on one side, replies on the other. */
export const roomsPath = '/api/rooms';

export function joinRequest(roomId: RoomId, command: JoinCommand): Request {
  const query = command.loopback ? '?loopback=true' : '';
  return post(`${roomsPath}/${roomId}/join/${inPath(command.clientId)}${query}`);
}

export function messageRequest(roomId: RoomId, command: PostCommand): Request {
  return post(`${roomsPath}/${roomId}/message/${inPath(command.clientId)}`, command.message);
}

export function leaveRequest(roomId: RoomId, clientId: ClientId): Request {
  return post(`${roomsPath}/${roomId}/leave/${inPath(clientId)}`);
}

export function fullRequest(roomId: RoomId): Request {
  return post(`${roomsPath}/${roomId}/full`);
}

export function seatedRequest(roomId: RoomId, clientId: ClientId): Request {
  return post(`${roomsPath}/${roomId}/seated/${inPath(clientId)}`);
}

/**
 * A client id as a segment of a path: it may hold `?`, `#`, `%` and `\`. One that is a dot segment can't be written in a
 * path (RFC 3986 section 5.2.4), so nobody is asked for.
 */
export function inPath(clientId: ClientId): string {
  return clientId === '.' || clientId === '..' ? nobody : encodeURIComponent(clientId);
}

function post(path: string, body = ''): Request {
  return { method: 'POST', path, body };
}

/** Reads what the other side wrote of a join. */
export function parseJoinReply(text: string): Parsed<Ran<JoinOutcome>> {
  return parseRan(text, joinOutcome);
}

/** Reads what the other side wrote of a message. */
export function parseMessageReply(text: string): Parsed<Ran<PostOutcome>> {
  return parseRan(text, postOutcome);
}

export function parseFullReply(text: string): Parsed<boolean> {
  return parseAnswer(text, 'isFull');
}

export function parseSeatedReply(text: string): Parsed<boolean> {
  return parseAnswer(text, 'isSeated');
}

function parseAnswer(text: string, key: 'isFull' | 'isSeated'): Parsed<boolean> {
  const reply = parseJsonObject(text);
  const answer = reply.ok ? reply.value[key] : undefined;
  return typeof answer === 'boolean' ? parsed(answer) : refused(`no ${key}`);
}

function parseRan<OfOutcome extends JoinOutcome | PostOutcome>(
  text: string,
  outcomeOf: (outcome: JsonObject) => OfOutcome | undefined,
): Parsed<Ran<OfOutcome>> {
  const reply = parseJsonObject(text);
  if (!reply.ok) return reply;
  const { kind, outcome, drained, hasOverflowed } = reply.value;
  if (kind === 'store-full') return parsed({ kind });
  const read = isJsonObject(outcome) ? outcomeOf(outcome) : undefined;
  if (kind !== 'ran' || read === undefined) return refused('no outcome');
  if (!isStrings(drained) || typeof hasOverflowed !== 'boolean') return refused('no mail');
  return parsed({ kind, outcome: read, drained, hasOverflowed });
}

function joinOutcome({ kind, isInitiator, isLoopback }: JsonObject): JoinOutcome | undefined {
  if (kind === 'full') return { kind };
  if (kind !== 'joined') return undefined;
  if (typeof isInitiator !== 'boolean' || typeof isLoopback !== 'boolean') return undefined;
  return { kind, isInitiator, isLoopback };
}

function postOutcome({ kind }: JsonObject): PostOutcome | undefined {
  const kinds = ['accepted', 'unknown-room', 'unknown-client'] as const;
  const known = kinds.find((each) => each === kind);
  return known === undefined ? undefined : { kind: known };
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
