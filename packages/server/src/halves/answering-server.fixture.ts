import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';

/** A request as it came. */
export interface Asked {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Handler = (
  response: ServerResponse,
  asked: Asked,
  request: IncomingMessage,
) => void | Promise<void>;

/** A real HTTP server that notes what it is asked, and answers as a test says. */
export class AnsweringServer {
  readonly asked: Asked[] = [];
  handle: Handler;
  readonly #server = createServer((request, response) => void this.#take(request, response));

  private constructor(handle: Handler) {
    this.handle = handle;
  }

  static async start(handle: Handler = answer(200)): Promise<AnsweringServer> {
    const server = new AnsweringServer(handle);
    await server.#listen(0);
    return server;
  }

  /** An origin at which nobody listens. */
  static async nobody(): Promise<string> {
    const server = await AnsweringServer.start();
    await server.close();
    return server.origin;
  }

  #port = 0;

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get lines(): readonly string[] {
    return this.asked.map(({ line }) => line);
  }

  /** Listens again where it did. */
  reopen(): Promise<void> {
    return this.#listen(this.#port);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const line = `${request.method} ${request.url}`;
    const asked = { line, headers: request.headers, body: Buffer.concat(chunks).toString() };
    this.asked.push(asked);
    await this.handle(response, asked, request);
  }
}

export function answer(
  status: number,
  text = '',
  headers: Readonly<Record<string, string>> = {},
): Handler {
  return (response) => void response.writeHead(status, { ...headers }).end(text);
}

export interface Logged {
  readonly level: number;
  readonly event?: string;
  readonly why?: string;
  readonly isOurs?: boolean;
  readonly verdict?: string;
  readonly origin?: string;
}

/** A logger that notes what it is told. */
export function notedLogger(): { readonly logger: Logger; readonly logged: Logged[] } {
  const logged: Logged[] = [];
  const logger = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) });
  return { logger, logged };
}

/** Something that is waited for until a test lets it come. */
export class Gate<Value = void> {
  #resolve: (value: Value) => void = () => {};
  readonly opened = new Promise<Value>((resolve) => {
    this.#resolve = resolve;
  });

  open(value: Value): void {
    this.#resolve(value);
  }
}
