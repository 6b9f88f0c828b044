import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
} from 'node:http';
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
  server.on('upgrade', (request, socket, head) => {
    if (/^websocket$/i.test(request.headers.upgrade ?? '')) product.upgrade(request, socket, head);
    else readAgain(web, request, socket, head);
  });
  server.on('clientError', answerUnreadable);
  return web;
}

/**
 * [HT11] An offer of another protocol, such as the `Upgrade: h2c` of Java's and curl's HTTP clients, is ignored
 * (RFC 9110 section 7.8). Node has taken the request for an upgrade by then and reads no body, so we put it back without
 * the offer and let the server read the connection from there.
 */
function readAgain(
  { scheme, server }: WebServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== 'upgrade') {
      lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
    }
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit(scheme === 'https' ? 'secureConnection' : 'connection', socket);
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
