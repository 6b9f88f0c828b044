import { limits } from './limits.ts';
import { type Parsed, parsed, refused } from './parsed.ts';

declare const brand: unique symbol;

/** The name of a room: 1 to 128 of letters, digits, `_` and `-`, case kept, none of `reservedNames`. */
export type RoomId = string & { readonly [brand]: 'RoomId' };

/** Names a client in a room. Opaque to every client, and a bearer secret: whoever has it holds the seat. */
export type ClientId = string & { readonly [brand]: 'ClientId' };

/** [ID3] First path segments of our own routes. They can't be rooms: `POST /join/x` would also be `POST /:room/:client`. */
export const reservedNames: ReadonlySet<string> = new Set(
  (
    'join leave message bye params v1alpha a r ws status healthz readyz metrics docs api js css ' +
    'images assets'
  ).split(' '),
);

const roomIdPattern = /^[A-Za-z0-9_-]+$/;

/** [ID1] [ID2] [ID3] Reads a room name. */
export function parseRoomId(
  text: unknown,
): Parsed<RoomId, 'malformed-room-id' | 'room-id-too-long' | 'reserved-room-id'> {
  if (typeof text !== 'string' || !roomIdPattern.test(text)) return refused('malformed-room-id');
  if (text.length > limits.maxRoomIdLength) return refused('room-id-too-long');
  if (reservedNames.has(text)) return refused('reserved-room-id');
  return parsed(text as RoomId);
}

/** [HM2] What the page lets a person type: the original's rule, five or more characters of a room name. */
export function isTypableRoomName(text: string): boolean {
  return text.length >= 5 && parseRoomId(text).ok;
}

const clientIdPattern = /^[!-.0-~]+$/;

/** [ID4] Reads a client id: 1 to 128 printable ASCII characters, no space, no `/`. */
export function parseClientId(text: unknown): Parsed<ClientId, 'malformed-client-id'> {
  if (typeof text !== 'string' || text.length > limits.maxClientIdLength) {
    return refused('malformed-client-id');
  }
  return clientIdPattern.test(text) ? parsed(text as ClientId) : refused('malformed-client-id');
}

/** Stands for an id that no client can have. It is no id itself, so nobody is ever seated under it. */
export const nobody = '' as ClientId;

/** [LB1] Who sits opposite in a loopback room. */
export const loopbackClientId = 'LOOPBACK_CLIENT_ID' as ClientId;

/** [LB2] The original page registers the loopback seat in lower case, iOS in upper case. */
export function isLoopbackClientId(clientId: string): boolean {
  return clientId === loopbackClientId || clientId === 'loopback_client_id';
}
