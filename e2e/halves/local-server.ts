import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Answered {
  readonly status: number;
  readonly body?: string;
}

/** A small HTTP server of a test, on loopback, that writes down what it is asked. */
export class LocalServer {
  readonly asked: Asked[] = [];
  readonly server: Server;
  #heard: (() => void)[] = [];

  constructor(answer: (asked: Asked) => Answered | Promise<Answered>) {
    this.server = createServer(async (request, response) => {
      const { method = '', url = '', headers } = request;
      const asked = { method, path: url, body: await text(request), headers };
      this.asked.push(asked);
      const { status, body = '' } = await answer(asked);
      response.writeHead(status, { 'Content-Length': Buffer.byteLength(body) }).end(body);
      for (const tell of this.#heard.splice(0)) tell();
    });
  }

  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** `METHOD path` of all that came, in order. */
  get lines(): readonly string[] {
    return this.asked.map(({ method, path }) => `${method} ${path}`);
  }

  /** Resolves once a request with this line has been answered. */
  async heard(line: string): Promise<Asked> {
    const endsAt = performance.now() + 10_000;
    for (;;) {
      const found = this.asked.find(({ method, path }) => `${method} ${path}` === line);
      if (found !== undefined) return found;
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) throw new Error(`Never heard ${line}, only ${this.lines.join(', ')}`);
      await this.#next(leftMs);
    }
  }

  #next(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#heard.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
