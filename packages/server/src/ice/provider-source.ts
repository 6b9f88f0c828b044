import { parseJson } from '@apprtc/protocol';
import type { Logger } from 'pino';
import { keyPlace } from '../config/ice-kinds.ts';
import type { ProviderRequest } from '../config/ice-mode.ts';
import { systemErrorCode } from '../start-error.ts';
import { stunUrlsIn } from './ice-server-list.ts';
import type { IceGrant, IceRequest, IceSource } from './ice-source.ts';
import { type ProviderAnswer, readProviderAnswer } from './provider-answer.ts';

/** A client waits at most this long for a provider, and a provider has at most this long. */
const deadlineMs = 4_000;
const maxAnswerBytes = 64 * 1024;
/** After a failure the provider is left alone for this long. */
const retryMs = 10_000;
/** An answer is not given away with less left of it than this. */
const minLeftMs = 30_000;
/** How long an answer that names no end is good as a fall-back. */
const dayMs = 86_400_000;

export interface ProviderParts {
  readonly request: ProviderRequest;
  readonly key: string | undefined;
  /** How long one answer serves before the next is fetched, if it lasts that long. */
  readonly freshMs: number;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

interface Kept extends ProviderAnswer {
  readonly staleAtMs: number;
  readonly endsAtMs: number;
}

/**
 * [IC15] ICE servers from a provider. One answer serves all clients while it is fresh; then the next is fetched, and the
 * last good one serves on as long as its credentials do. Clients see neither the provider nor its key.
 */
export class ProviderSource implements IceSource {
  readonly #parts: ProviderParts;
  readonly #closing = new AbortController();
  #kept: Kept | null = null;
  #asking: Promise<void> | null = null;
  #nextTryAtMs = 0;

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  async grant({ lifeSeconds, nowSeconds }: IceRequest): Promise<IceGrant | null> {
    const now = this.#parts.nowMs();
    if (this.#kept === null || now >= this.#kept.staleAtMs) this.#ask(now);
    if (this.#usable() === null) await this.#asking;
    const kept = this.#usable();
    if (kept === null) return null;
    const leftSeconds = Math.floor((kept.endsAtMs - this.#parts.nowMs()) / 1000);
    const life = kept.lifeSeconds === null ? lifeSeconds : Math.min(leftSeconds, dayMs / 1000);
    return { servers: kept.servers, expiresAtSeconds: nowSeconds + life };
  }

  stunUrls(): readonly string[] {
    return this.#kept === null ? [] : stunUrlsIn(this.#kept.servers);
  }

  close(): void {
    this.#closing.abort();
  }

  #usable(): Kept | null {
    const kept = this.#kept;
    return kept !== null && kept.endsAtMs - this.#parts.nowMs() > minLeftMs ? kept : null;
  }

  #ask(nowMs: number): void {
    if (this.#asking !== null || nowMs < this.#nextTryAtMs || this.#closing.signal.aborted) return;
    this.#asking = this.#fetch().finally(() => {
      this.#asking = null;
    });
  }

  /** Never rejects. Logs neither address, key nor answer: each may hold a secret. */
  async #fetch(): Promise<void> {
    const { logger, nowMs, freshMs } = this.#parts;
    const outcome = await this.#request().catch((error: unknown) => reasonOf(error));
    const now = nowMs();
    if (typeof outcome === 'string') {
      this.#nextTryAtMs = now + retryMs;
      if (this.#closing.signal.aborted) return;
      const isServed = this.#usable() !== null;
      logger.warn({ event: 'ice.provider.failed', reason: outcome, lastAnswerServes: isServed });
      return;
    }
    const lifeMs = outcome.lifeSeconds === null ? dayMs : outcome.lifeSeconds * 1000;
    const staleAfterMs = outcome.lifeSeconds === null ? freshMs : Math.min(freshMs, lifeMs / 2);
    // However short-lived its answers, a provider is not asked more often than this.
    this.#nextTryAtMs = now + Math.min(retryMs, freshMs);
    this.#kept = { ...outcome, staleAtMs: now + staleAfterMs, endsAtMs: now + lifeMs };
  }

  /** An answer, or in words why there is none. */
  async #request(): Promise<ProviderAnswer | string> {
    const { request, key, freshMs, nowMs } = this.#parts;
    const hasBody = request.method !== 'GET';
    // An answer that outlives its freshness twice leaves each client a whole life.
    const ttl = Math.min(Math.ceil(freshMs / 500), dayMs / 1000);
    const response = await fetch(request.url.replaceAll(keyPlace, encodeURIComponent(key ?? '')), {
      method: request.method,
      headers: {
        Accept: 'application/json',
        ...(hasBody ? { 'Content-Type': 'application/json' } : {}),
        ...authorization(request, key),
      },
      ...(hasBody ? { body: JSON.stringify({ ttl }) } : {}),
      // Elsewhere the key would be somebody else's to read.
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(deadlineMs), this.#closing.signal]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return `status ${response.status}`;
    }
    const text = await boundedText(response);
    if (text === null) return `more than ${maxAnswerBytes} bytes`;
    const json = parseJson(text);
    if (!json.ok) return 'not JSON';
    const answer = readProviderAnswer(json.value, Math.floor(nowMs() / 1000));
    return answer ?? 'no usable server in it';
  }
}

function authorization(
  { url, auth }: ProviderRequest,
  key: string | undefined,
): Readonly<Record<string, string>> {
  if (key === undefined || url.includes(keyPlace)) return {};
  if (auth === 'bearer') return { Authorization: `Bearer ${key}` };
  return { Authorization: `Basic ${Buffer.from(key).toString('base64')}` };
}

/** Null where there is more than the bound. */
async function boundedText(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A code or a kind of error, never its text: that may hold the URL, and the URL the key. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return systemErrorCode(error.cause) ?? error.name;
}
