import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Place } from './place.ts';

/** One of the two ports of a proxy. */
export interface Door {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** What an HTTPS client trusts. */
  readonly certificate: string;
}

export function doorAt(place: Place, scheme: Door['scheme']): Door {
  const port = scheme === 'https' ? place.httpsPort : place.httpPort;
  return { scheme, port, certificate: place.certificate };
}

export interface Answer {
  readonly status: number;
  /** Names in lower case, each line by itself. */
  readonly lines: readonly (readonly [name: string, value: string])[];
  readonly text: string;
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Where the client sits: this machine has all of 127.0.0.0/8. */
  readonly from?: string;
}

const waitMs = 8000;

/** One request on a connection of its own, as a client outside makes it. */
export function send(
  door: Door,
  method: string,
  path: string,
  { headers = {}, body = '', from = '127.0.0.1' }: Sent = {},
): Promise<Answer> {
  const options = {
    ...{ host: '127.0.0.1', servername: 'localhost', port: door.port, ca: door.certificate },
    ...{ method, path, agent: false, localAddress: from, timeout: waitMs },
    headers: {
      Host: `localhost:${door.port}`,
      ...(method === 'POST' ? { 'Content-Length': String(Buffer.byteLength(body)) } : {}),
      ...headers,
    },
  } as const;
  return new Promise((resolve, reject) => {
    const request = door.scheme === 'https' ? requestHttps(options) : requestHttp(options);
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('No answer in time')));
    request.on('response', (response) => {
      const { rawHeaders, statusCode: status = 0 } = response;
      const lines = rawHeaders.flatMap((name, at) =>
        at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1] ?? ''] as const] : [],
      );
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status, lines, text: String(Buffer.concat(chunks)) }));
    });
    request.end(body);
  });
}

export function get(door: Door, path: string, sent: Sent = {}): Promise<Answer> {
  return send(door, 'GET', path, sent);
}

export function post(door: Door, path: string, sent: Sent = {}): Promise<Answer> {
  return send(door, 'POST', path, sent);
}

/** Every value of a header. */
export function valuesOf({ lines }: Answer, header: string): readonly string[] {
  return lines.flatMap(([name, value]) => (name === header ? [value] : []));
}

export interface Seat {
  readonly roomId: string;
  readonly clientId: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export async function takeSeat(door: Door, roomId: string, sent: Sent = {}): Promise<Seat> {
  const { text } = await post(door, `/join/${roomId}`, sent);
  const { params } = JSON.parse(text) as { params: Record<string, unknown> };
  return { roomId, clientId: String(params['client_id']), params };
}

/** A registered WebSocket. It answers no ping: a pong may take 60 s. */
export async function register(
  door: Door,
  seat: Seat,
  { host = 'localhost' } = {},
): Promise<WebSocket> {
  const scheme = door.scheme === 'https' ? 'wss' : 'ws';
  const options = { ca: door.certificate, perMessageDeflate: false, autoPong: false };
  const socket = new WebSocket(`${scheme}://${host}:${door.port}/ws`, options);
  onTestFinished(() => socket.terminate());
  await once(socket, 'open', { signal: AbortSignal.timeout(waitMs) });
  socket.send(JSON.stringify({ cmd: 'register', roomid: seat.roomId, clientid: seat.clientId }));
  await settled(socket);
  return socket;
}

/** What this socket hears next. */
export async function heard(socket: WebSocket): Promise<unknown> {
  const [data] = await once(socket, 'message', { signal: AbortSignal.timeout(waitMs) });
  return (JSON.parse(String(data)) as { msg: unknown }).msg;
}

/** A frame with an unknown `cmd` is answered in its turn: what came before has been dealt with. */
async function settled(socket: WebSocket): Promise<void> {
  const answer = heard(socket);
  socket.send('{"cmd":"x"}');
  await answer;
}
