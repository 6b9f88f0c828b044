import type { SessionEvent } from '@apprtc/protocol';
import { onTestFinished } from 'vitest';
import type { Address } from './product.ts';
import { type Named, SessionEvents } from './session-client.ts';

/** A session over HTTP, as a client has it whose WebSockets are blocked. */
export class SessionStream {
  readonly events = new SessionEvents();
  readonly headers: Headers;
  readonly secret: string;
  readonly #base: string;
  readonly #abort: AbortController;

  private constructor(base: string, secret: string, headers: Headers, abort: AbortController) {
    this.#base = base;
    this.secret = secret;
    this.headers = headers;
    this.#abort = abort;
  }

  /** Sends the first frame and reads what comes for as long as it comes. */
  static async open(at: Address, first: unknown): Promise<SessionStream> {
    const base = `http://127.0.0.1:${at.colliderPort}/api/session`;
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    const response = await fetch(base, {
      method: 'POST',
      body: JSON.stringify(first),
      signal: abort.signal,
    });
    if (response.status !== 200 || response.body === null) throw new Error(await response.text());
    const blocks = blocksOf(response.body);
    const opened = await blocks.next();
    const { id } = JSON.parse(dataOf(String(opened.value))) as Named<'session'>;
    const stream = new SessionStream(base, id, response.headers, abort);
    void stream.#read(blocks);
    return stream;
  }

  async #read(blocks: AsyncGenerator<string>): Promise<void> {
    try {
      for await (const block of blocks) {
        if (block.startsWith('event: close\n')) this.events.ended(Number(dataOf(block)));
        else this.events.take(dataOf(block));
      }
    } catch {
      // It was cut; what has come is kept.
    }
    this.events.ended(0);
  }

  /** Posts frames, one a line; none is a sign of life. Answers the status. */
  async post(...frames: readonly unknown[]): Promise<number> {
    const body = frames.map((frame) => JSON.stringify(frame)).join('\n');
    const response = await fetch(`${this.#base}/${this.secret}`, { method: 'POST', body });
    await response.arrayBuffer();
    return response.status;
  }

  next<OfName extends SessionEvent['event']>(name: OfName): Promise<Named<OfName>> {
    return this.events.next(name);
  }

  closed(): Promise<number> {
    return this.events.closed();
  }

  cut(): void {
    this.#abort.abort();
  }
}

/** The events of a stream (WHATWG HTML section 9.2), which end with an empty line. */
async function* blocksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks;
  }
}

function dataOf(block: string): string {
  return /^data: (.*)$/m.exec(block)?.[1] ?? '';
}
