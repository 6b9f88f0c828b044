import type { Logger } from 'pino';
import { BackOff } from '../back-off.ts';
import { systemErrorCode } from '../start-error.ts';

/** What the other half answered, whatever it was. */
export interface Answer {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** [TW11] The other half doesn't answer, or a proxy answers in its place. */
export interface Unreachable {
  readonly kind: 'unreachable';
  readonly retryAfterMs: number;
  /** Whether the request may have arrived although no answer came. */
  readonly mayHaveArrived: boolean;
}

export interface Request {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Arriving twice it does no more than once: sent again at once where an idle connection closed under it. */
  readonly isRepeatable?: boolean;
}

export interface OtherHalfParts {
  /** `scheme://host[:port]` */
  readonly origin: string;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly deadlineMs?: number;
}

const defaultDeadlineMs = 5_000;
/** A full mailbox, each of its bytes escaped in JSON. */
const maxReplyBytes = 4 * 1024 * 1024;
const bounds = { minMs: 250, maxMs: 5_000 };
/** What proxies answer for a server that is not there. */
const gatewayStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** The connection was never made. */
const notConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The server that runs the other half of AppRTC, over HTTP. While it is down it is left alone for a while. */
export class OtherHalf {
  readonly #parts: OtherHalfParts;
  readonly #backOff = new BackOff(bounds);
  readonly #closing = new AbortController();
  #isDown = false;

  constructor(parts: OtherHalfParts) {
    this.#parts = parts;
  }

  get origin(): string {
    return this.#parts.origin;
  }

  /** One request, with a deadline. */
  async ask(request: Request): Promise<Answer | Unreachable> {
    const retryAfterMs = this.#backOff.waitMs(this.#parts.nowMs());
    if (retryAfterMs > 0) return { kind: 'unreachable', retryAfterMs, mayHaveArrived: false };
    try {
      const answer = await this.#fetch(request).catch((error: unknown) => {
        if (request.isRepeatable !== true || !isLostConnection(error)) throw error;
        return this.#fetch(request);
      });
      if (gatewayStatuses.has(answer.status)) return this.#failed(`status ${answer.status}`, true);
      this.#succeeded();
      return answer;
    } catch (error) {
      const code = causeOf(error);
      return this.#failed(code, !notConnected.has(code));
    }
  }

  /** Ends what is under way. Idempotent. */
  close(): void {
    this.#closing.abort();
  }

  async #fetch({ method, path, body, headers }: Request): Promise<Answer> {
    const { origin, deadlineMs = defaultDeadlineMs } = this.#parts;
    const response = await fetch(`${origin}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(deadlineMs)]),
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
    });
    const text = await boundedText(response);
    return { kind: 'answered', status: response.status, headers: response.headers, text };
  }

  #failed(why: string, mayHaveArrived: boolean): Unreachable {
    const nowMs = this.#parts.nowMs();
    this.#backOff.failed(nowMs);
    if (!this.#isDown && !this.#closing.signal.aborted) {
      this.#parts.logger.warn({ event: 'half.unreachable', origin: this.origin, why });
    }
    this.#isDown = true;
    return { kind: 'unreachable', retryAfterMs: this.#backOff.waitMs(nowMs), mayHaveArrived };
  }

  #succeeded(): void {
    this.#backOff.succeeded();
    if (this.#isDown) this.#parts.logger.info({ event: 'half.reachable', origin: this.origin });
    this.#isDown = false;
  }
}

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxReplyBytes) throw new Error('The reply is too long');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Made or reused, but closed before the answer. */
function isLostConnection(error: unknown): boolean {
  const code = causeOf(error);
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** fetch wraps the system's error; a deadline is an error by itself. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return systemErrorCode(error.cause) ?? error.name;
}
