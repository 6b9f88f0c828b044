import { hostAndPort, originOf, type Place } from './target.ts';

/** How a client family writes what all of them say. */
export interface Dialect {
  /** Header lines of its HTTP requests; `Content-Length` comes by itself. */
  http(place: Place): readonly string[];
  /** Header lines of its upgrade; `Sec-WebSocket-Key` and `-Version` come by themselves. */
  upgrade(place: Place): readonly string[];
  register(roomId: string, clientId: string): string;
  send(message: string): string;
}

export function hostLine(place: Place): string {
  return `Host: ${hostAndPort(place)}`;
}

/**
 * What the original servers ask of a client, a User-Agent and an Origin, and no more. Rules that say that a header may
 * be absent leave it out on their own.
 */
export const plainDialect: Dialect = {
  http: (place) => [
    hostLine(place),
    'User-Agent: apprtc-conformance',
    `Origin: ${originOf(place)}`,
  ],
  upgrade: (place) => [
    hostLine(place),
    'Upgrade: websocket',
    'Connection: Upgrade',
    'User-Agent: apprtc-conformance',
    `Origin: ${originOf(place)}`,
  ],
  register: (roomid, clientid) => JSON.stringify({ cmd: 'register', roomid, clientid }),
  send: (msg) => JSON.stringify({ cmd: 'send', msg }),
};
