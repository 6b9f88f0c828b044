import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, parseJson } from '@apprtc/protocol';
import { ClientSocket } from './client-socket.ts';
import { plainDialect } from './dialect.ts';
import { Journal } from './journal.ts';
import { Mismatch } from './mismatch.ts';
import { RawConnection, type Reply } from './raw-connection.ts';
import { type Place, placeOf, type Target } from './target.ts';

export interface Ask {
  /** The header lines instead of the plain dialect's; `Content-Length` comes by itself. */
  readonly lines?: readonly string[];
  readonly body?: string | Uint8Array;
  /** Where, if not at the room server. */
  readonly place?: Place;
  readonly httpVersion?: string;
}

/** One check at work: its requests, its expectations, and what it must undo. */
export class Trial {
  readonly target: Target;
  readonly journal = new Journal();
  readonly #undo: (() => unknown)[] = [];

  constructor(target: Target) {
    this.target = target;
  }

  /** A room of 10 characters that nobody else uses. */
  newRoom(): string {
    return `c${randomBytes(5).toString('hex').slice(0, 9)}`;
  }

  /** What is to be done when the check is over, whatever came of it; the last comes first. */
  onEnd(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  async end(): Promise<void> {
    for (const undo of this.#undo.reverse()) {
      try {
        await undo();
      } catch {
        // A server that fails here has failed its rule before.
      }
    }
  }

  /** One request on a connection of its own, with exactly these header lines. */
  async ask(method: string, path: string, what: Ask = {}): Promise<Reply> {
    const place = what.place ?? this.target.place;
    const lines = what.lines ?? plainDialect.http(place);
    const body = Buffer.from(what.body ?? '');
    const head = [
      `${method} ${path} HTTP/${what.httpVersion ?? '1.1'}`,
      ...lines,
      ...contentLength(method, lines, body),
    ];
    this.journal.sent([...head, ...(body.length === 0 ? [] : ['', shown(body)])].join('\n'));
    const connection = await RawConnection.open(place, this.target);
    try {
      connection.write(`${head.join('\r\n')}\r\n\r\n`);
      connection.write(body);
      const reply = await connection.reply(method);
      this.journal.came(`HTTP ${reply.status} ${shown(Buffer.from(reply.text))}`);
      return reply;
    } finally {
      connection.destroy();
    }
  }

  /** A request to a whole URL, such as `ice_server_url`. */
  askUrl(method: string, url: string, what: Ask = {}): Promise<Reply> {
    const { pathname, search } = new URL(url);
    return this.ask(method, pathname + search, { ...what, place: placeOf(url) });
  }

  async openRaw(place = this.target.place): Promise<RawConnection> {
    const connection = await RawConnection.open(place, this.target);
    this.onEnd(() => connection.destroy());
    return connection;
  }

  /** A WebSocket, whatever the answer to its upgrade. `lines` are header lines without key and version. */
  async upgrade(wssUrl: string, lines?: readonly string[]): Promise<ClientSocket> {
    const place = placeOf(wssUrl);
    const { pathname, search } = new URL(wssUrl);
    const head = ClientSocket.upgradeLines(pathname + search, lines ?? plainDialect.upgrade(place));
    const socket = await ClientSocket.open(place, head, this.target, this.journal);
    this.onEnd(() => socket.discard());
    return socket;
  }

  /** A WebSocket that is open. */
  async connect(wssUrl: string): Promise<ClientSocket> {
    const socket = await this.upgrade(wssUrl);
    this.same(socket.head.status, 101, 'status of the upgrade');
    return socket;
  }

  /** The JSON object in a reply that must be a 200. */
  json(reply: Reply): JsonObject {
    this.same(reply.status, 200, 'status');
    const parsed = parseJson(reply.text);
    if (parsed.ok && isJsonObject(parsed.value)) return parsed.value;
    throw new Mismatch('a JSON object', printed(reply.text));
  }

  /** @throws {Mismatch} unless the two are deeply equal. */
  same(seen: unknown, expected: unknown, what: string): void {
    if (isDeepStrictEqual(seen, expected)) return;
    throw new Mismatch(`${what} ${printed(expected)}`, `${printed(seen)}`);
  }

  /** @throws {Mismatch} unless `isSo`. `expected` says in words what was wanted of `seen`. */
  holds(isSo: boolean, expected: string, seen: unknown): void {
    if (!isSo) throw new Mismatch(expected, printed(seen));
  }

  /**
   * Asks again until the answer is the expected one, for what a server tells nobody when it happens.
   * @throws {Mismatch} after `withinMs`.
   */
  async becomes(
    probe: () => Promise<unknown>,
    expected: unknown,
    what: string,
    withinMs = this.target.timeoutMs,
  ): Promise<void> {
    const endsAt = performance.now() + withinMs;
    for (let waitMs = 10; ; waitMs = Math.min(waitMs * 2, 500)) {
      const seen = await probe();
      if (isDeepStrictEqual(seen, expected)) return;
      if (performance.now() > endsAt) this.same(seen, expected, `${what} within ${withinMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

function contentLength(method: string, lines: readonly string[], body: Buffer): readonly string[] {
  const isTold = lines.some((line) => /^(content-length|transfer-encoding):/i.test(line));
  if (isTold || (method !== 'POST' && body.length === 0)) return [];
  return [`Content-Length: ${body.length}`];
}

const shownBytes = 600;

/** Bytes for a person, cut where they go on for long. */
function shown(bytes: Buffer): string {
  const text = bytes.subarray(0, shownBytes).toString('utf8');
  return bytes.length > shownBytes ? `${text}… (${bytes.length} bytes)` : text;
}

function printed(value: unknown): string {
  if (value === undefined) return 'nothing';
  return shown(Buffer.from(JSON.stringify(value)));
}
