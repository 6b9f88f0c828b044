import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { decodeFrame, encodeFrame, opcodes, type WebSocketFrame } from '@apprtc/conformance';

export interface PassingRequest {
  readonly method: string;
  readonly path: string;
  /** As they came, name and value in turn. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface PassingReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Written in pieces without a length. */
  readonly isChunked?: boolean;
}

/** What a connection has done so far. */
export interface Session {
  /** Text frames that the client has sent. */
  sent: number;
}

/** One thing that a server does wrong. What is left out passes untouched. */
export interface Fault {
  /** Answers in the server's place. */
  answer?(request: PassingRequest): PassingReply | undefined;
  request?(request: PassingRequest): PassingRequest;
  reply?(reply: PassingReply, request: PassingRequest): PassingReply;
  /** The status with which an upgrade is refused. */
  refuseUpgrade?(headers: IncomingMessage['headers']): number | undefined;
  /** Header lines that the head of a 101 gets too. */
  readonly moreUpgradeLines?: readonly string[];
  /** Text frames for the client as soon as it is connected. */
  readonly greeting?: readonly string[];
  toServer?(text: string): string;
  /** What the client gets for a text frame of the server. */
  toClient?(text: string): readonly string[];
  /** What the client gets at once when it has sent a text frame. */
  echo?(text: string): readonly string[];
  closeCode?(code: number): number;
  /** The server is not told that a client has lost its connection. */
  readonly hidesDrops?: boolean;
}

/** A key and a certificate, in PEM. */
export interface ProxyTls {
  readonly key: string;
  readonly cert: string;
}

/** A reverse proxy in front of a product that does right, which does one thing wrong. */
export class FaultyProxy {
  fault: Fault = {};
  readonly #upstreamPort: number;
  readonly #server: Server;
  readonly #scheme: 'http' | 'https';
  readonly #sockets = new Set<Duplex>();

  private constructor(upstreamPort: number, tls?: ProxyTls) {
    this.#upstreamPort = upstreamPort;
    this.#scheme = tls === undefined ? 'http' : 'https';
    const pass = (request: IncomingMessage, response: ServerResponse) => {
      void this.#pass(request, response);
    };
    this.#server =
      tls === undefined
        ? createServer({ requireHostHeader: false }, pass)
        : createTlsServer({ requireHostHeader: false, ...tls }, pass);
    this.#server.on('upgrade', (request: IncomingMessage, socket: Socket) =>
      this.#upgrade(request, socket),
    );
  }

  /** With `tls` it speaks HTTPS and tells the server so. */
  static async listen(upstreamPort: number, tls?: ProxyTls): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(upstreamPort, tls);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get origin(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fault } = this;
    const request = await read(incoming);
    try {
      const own = fault.answer?.(request);
      const right = own ?? (await this.#ask(fault.request?.(request) ?? request));
      write(response, own ?? fault.reply?.(right, request) ?? right);
    } catch {
      response.destroy();
    }
  }

  #ask({ method, path, rawHeaders, body }: PassingRequest): Promise<PassingReply> {
    const headers = [...without(rawHeaders, /^(content-length|transfer-encoding|connection)$/i)];
    if (method === 'POST') headers.push('Content-Length', String(body.length));
    if (this.#scheme === 'https') headers.push('X-Forwarded-Proto', 'https');
    this.#namePort(headers);
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        host: '127.0.0.1',
        port: this.#upstreamPort,
        method,
        path,
        headers,
        agent: false,
      });
      request.on('error', reject);
      request.on('response', (response) => {
        read(response).then(({ body: bytes }) => {
          const { statusCode: status = 0 } = response;
          resolve({ status, headers: plainHeaders(response), body: bytes });
        }, reject);
      });
      request.end(body);
    });
  }

  /** A Host without a port means the port that the request arrived on: here, not at the product. */
  #namePort(headers: string[]): void {
    const at = headers.findIndex((name) => /^host$/i.test(name)) + 1;
    if (at > 0 && headers[at] === '127.0.0.1') headers[at] = new URL(this.origin).host;
  }

  #upgrade(request: IncomingMessage, client: Socket): void {
    const { fault } = this;
    const isWebSocket = /^websocket$/i.test(String(request.headers.upgrade));
    const status = isWebSocket ? fault.refuseUpgrade?.(request.headers) : undefined;
    if (status !== undefined) {
      client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const server = connect({ port: this.#upstreamPort, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    }
    const lines = [`${request.method} ${request.url} HTTP/1.1`, ...headerLines(request.rawHeaders)];
    server.write(`${lines.join('\r\n')}\r\n\r\n`);
    if (isWebSocket) connectBoth(client, server, fault);
    // Node takes every Upgrade for one; the product knows better ([HT11]).
    else client.pipe(server).pipe(client);
  }
}

function connectBoth(client: Socket, server: Socket, fault: Fault): void {
  const tell = (text: string) => client.write(encodeFrame(textFrame(text), false));
  onFrames(client, (frame) => {
    if (!isText(frame)) {
      server.write(encodeFrame(frame, true));
      return;
    }
    const text = frame.payload.toString('utf8');
    server.write(encodeFrame(textFrame(fault.toServer?.(text) ?? text), true));
    for (const more of fault.echo?.(text) ?? []) tell(more);
  });
  onHead(server, (head) => {
    const more = (fault.moreUpgradeLines ?? []).map((line) => `${line}\r\n`).join('');
    client.write(head.replace(/\r\n\r\n$/, `\r\n${more}\r\n`));
    for (const text of fault.greeting ?? []) tell(text);
    onFrames(server, (frame) => {
      if (isText(frame)) {
        const text = frame.payload.toString('utf8');
        for (const told of fault.toClient?.(text) ?? [text]) tell(told);
      } else {
        client.write(encodeFrame(withCloseCode(frame, fault), false));
      }
    });
  });
  client.on('end', () => {
    if (fault.hidesDrops) client.end();
    else server.end();
  });
  server.on('end', () => client.end());
  server.on('close', () => client.destroy());
  if (!fault.hidesDrops) client.on('close', () => server.destroy());
}

function isText({ opcode, isFinal }: WebSocketFrame): boolean {
  return opcode === opcodes.text && isFinal;
}

function textFrame(text: string): WebSocketFrame {
  return { isFinal: true, opcode: opcodes.text, payload: Buffer.from(text) };
}

function withCloseCode(frame: WebSocketFrame, fault: Fault): WebSocketFrame {
  if (frame.opcode !== opcodes.close || frame.payload.length < 2) return frame;
  const payload = Buffer.from(frame.payload);
  const code = payload.readUInt16BE(0);
  payload.writeUInt16BE(fault.closeCode?.(code) ?? code, 0);
  return { ...frame, payload };
}

function onHead(socket: Socket, take: (head: string) => void): void {
  let unread = Buffer.alloc(0);
  const read = (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    const end = unread.indexOf('\r\n\r\n');
    if (end < 0) return;
    socket.off('data', read);
    take(unread.subarray(0, end + 4).toString('latin1'));
    if (unread.length > end + 4) socket.emit('data', unread.subarray(end + 4));
  };
  socket.on('data', read);
}

function onFrames(socket: Socket, take: (frame: WebSocketFrame) => void): void {
  let unread = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    for (;;) {
      const found = decodeFrame(unread);
      if (found === undefined) return;
      unread = unread.subarray(found.length);
      take(found.value);
    }
  });
}

async function read(message: IncomingMessage): Promise<PassingRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  const { method = '', url: path = '', rawHeaders, headers } = message;
  return { method, path, rawHeaders, headers, body: Buffer.concat(pieces) };
}

function write(response: ServerResponse, { status, headers, body, isChunked }: PassingReply): void {
  response.writeHead(status, {
    ...headers,
    ...(isChunked ? {} : { 'content-length': String(Buffer.from(body).length) }),
  });
  response.end(body);
}

function plainHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const kept = Object.entries(headers).filter(
    ([name]) => !/^(content-length|transfer-encoding|connection|keep-alive|date)$/.test(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function* without(rawHeaders: readonly string[], name: RegExp): Iterable<string> {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (!name.test(rawHeaders[at] ?? '')) yield* rawHeaders.slice(at, at + 2);
  }
}

function headerLines(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
}
