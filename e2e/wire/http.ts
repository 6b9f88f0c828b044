import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type Address, portFor } from './product.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** One HTTP request on a connection of its own; no header but Host, Connection and Content-Length is added. */
export function ask(at: Address, method: string, path: string, what: Ask = {}): Promise<Reply> {
  const body = what.body === undefined ? undefined : bytesOf(what.body);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port: portFor(at, method, path),
      method,
      path,
      agent: false,
      headers: {
        ...(method === 'POST' ? { 'Content-Length': String(body?.length ?? 0) } : {}),
        ...what.headers,
      },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, body: bytes, text: bytes.toString('utf8') });
      });
    });
    request.end(body);
  });
}

/** An object of a JSON reply. */
export function jsonOf(reply: Reply): Record<string, unknown> {
  return JSON.parse(reply.text) as Record<string, unknown>;
}

/** `POST /message/:room/:client`: its `result`. */
export async function postMessage(
  at: Address,
  roomId: string,
  clientId: string,
  message: string | Uint8Array,
): Promise<unknown> {
  const reply = await ask(at, 'POST', `/message/${roomId}/${clientId}`, { body: message });
  if (reply.status !== 200) throw new Error(`/message answered ${reply.status} ${reply.text}`);
  return jsonOf(reply)['result'];
}

/**
 * Polls `probe` until it answers `expected`, for 5 s at most. Only for what the product tells nobody when it
 * happens, such as the end of a seat.
 */
export async function eventually<Value>(
  probe: () => Promise<Value>,
  expected: Value,
): Promise<void> {
  const endsAt = performance.now() + 5000;
  for (;;) {
    const value = await probe();
    if (value === expected) return;
    if (performance.now() > endsAt) {
      throw new Error(`Still ${JSON.stringify(value)}, never ${JSON.stringify(expected)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function bytesOf(body: string | Uint8Array): Buffer {
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : Buffer.from(body);
}
