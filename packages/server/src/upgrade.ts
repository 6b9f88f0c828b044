import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Collider } from './collider/collider.ts';
import type { RequestRate } from './http/request-rate.ts';

export interface UpgradeParts {
  /** The client's, behind trusted proxies. */
  readonly address: string;
  /** Null where only the room server runs. */
  readonly collider: Pick<Collider, 'hasRoom' | 'upgrade'> | null;
  readonly rate: Pick<RequestRate, 'secondsToWait'>;
}

/** [WS1] [LM8] Answers an upgrade: `/ws` opens a socket, anything else is refused in HTTP's words. */
export async function upgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { address, collider, rate }: UpgradeParts,
): Promise<void> {
  // Until the WebSocket layer takes over, a reset of the connection must not end the process.
  const ignoreReset = (): void => {};
  socket.on('error', ignoreReset);
  if (collider === null || pathOf(request.url ?? '') !== '/ws') {
    refuse(socket, '404 Not Found');
    return;
  }
  const seconds = await rate.secondsToWait(address);
  if (seconds !== null) {
    refuse(socket, '429 Too Many Requests', seconds);
  } else if (!collider.hasRoom) {
    refuse(socket, '503 Service Unavailable', 5);
  } else {
    socket.off('error', ignoreReset);
    collider.upgrade(request, socket, head, address);
  }
}

/** The path of a request target, which may be a whole URL (RFC 9112 section 3.2.2), without doubled slashes. */
function pathOf(target: string): string {
  return target
    .replace(/^https?:\/\/[^/?]*/i, '')
    .replace(/\?.*$/, '')
    .replace(/\/{2,}/g, '/');
}

/** Says why and closes: the HTTP server watches an upgraded connection no more, so it would stay half open. */
function refuse(socket: Duplex, status: string, retryAfterSeconds?: number): void {
  const retry = retryAfterSeconds === undefined ? '' : `Retry-After: ${retryAfterSeconds}\r\n`;
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n${retry}Content-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}
