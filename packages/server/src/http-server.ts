import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Product } from './product.ts';
import { systemErrorCode } from './start-error.ts';
import type { TlsPair } from './tls/tls-source.ts';

export type WebServer =
  | { readonly scheme: 'http'; readonly server: HttpServer }
  | { readonly scheme: 'https'; readonly server: HttpsServer };

/** Time-outs in ms. They bound what a silent or trickling peer costs; a WebSocket has its own from the upgrade on. */
const bounds = {
  /** From the first byte, or from the connection on, to the end of the headers. */
  headersTimeout: 30_000,
  requestTimeout: 60_000,
  /** Above the 60 s after which common proxies drop an idle connection: the proxy must be the one to close it. */
  keepAliveTimeout: 75_000,
  maxHeaderSize: 16 * 1024,
  /** Clients that ship today send HTTP/1.1 without a Host header. */
  requireHostHeader: false,
} as const;

/** A server with every bound set, over a product. It does not listen yet. */
export function createWebServer(
  product: Product,
  pair: TlsPair | undefined,
  maxConnections: number,
): WebServer {
  const web: WebServer =
    pair === undefined
      ? { scheme: 'http', server: createHttpServer(bounds) }
      : // The slowest embedded clients need 20 s for a handshake.
        {
          scheme: 'https',
          server: createHttpsServer({ ...bounds, ...pair, handshakeTimeout: 60_000 }),
        };
  const server: HttpServer = web.server;
  server.maxConnections = maxConnections;
  server.maxRequestsPerSocket = 0;
  server.on('request', (request, response) => product.request(request, response));
  server.on('upgrade', (request, socket, head) => product.upgrade(request, socket, head));
  server.on('clientError', answerUnreadable);
  return web;
}

/** A request that can't be parsed never reaches the product. */
function answerUnreadable(error: Error, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status = statuses.get(systemErrorCode(error) ?? '') ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}

const statuses: ReadonlyMap<string, string> = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', '413 Payload Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);
