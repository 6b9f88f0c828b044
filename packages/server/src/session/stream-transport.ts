import type { ServerResponse } from 'node:http';
import type { SessionTransport } from './session-transport.ts';

/**
 * [V48] A session over HTTP, for clients whose WebSockets something blocks: what the server says is an event stream
 * (WHATWG HTML section 9.2), what the client says comes in requests of its own.
 */
export class StreamTransport implements SessionTransport {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      // nginx and others that follow it hold a stream back unless told not to.
      'X-Accel-Buffering': 'no',
      'Access-Control-Allow-Origin': '*',
      Connection: 'close',
    });
    response.flushHeaders();
  }

  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  send(text: string): void {
    this.#response.write(`data: ${text}\n\n`);
  }

  /** The tick is what a client answers here. */
  ping(): void {}

  /** [V50] HTTP knows no close code, so the stream says it last. */
  close(code: number): void {
    this.#response.end(`event: close\ndata: ${code}\n\n`);
  }

  cut(): void {
    this.#response.destroy();
  }
}
