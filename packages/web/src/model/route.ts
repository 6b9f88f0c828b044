import { parseRoomId } from '@apprtc/client';

/** What an address asks for. */
export type Route =
  | { readonly name: 'home' }
  | { readonly name: 'room'; readonly room: string }
  | { readonly name: 'bad-room'; readonly text: string };

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Reads the page's path. */
export function routeOf(path: string): Route {
  const match = /^\/r\/([^/]*)\/?$/.exec(path);
  if (match === null) return { name: 'home' };
  const text = decoded(match[1] ?? '');
  const room = parseRoomId(text);
  return room.ok ? { name: 'room', room: room.value } : { name: 'bad-room', text };
}

export function roomPath(room: string): string {
  return `/r/${encodeURIComponent(room)}`;
}
