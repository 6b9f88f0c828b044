import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { brotliDecompressSync, unzipSync } from 'node:zlib';
import { Mismatch } from './mismatch.ts';
import type { Place, Target } from './target.ts';

/** The head of a response, names in lower case. Repeated headers are joined with a comma. */
export interface Head {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Bytes up to and with the empty line. */
  readonly length: number;
}

export interface Reply extends Head {
  /** As it travelled. */
  readonly body: Buffer;
  /** Decompressed where it had to be. */
  readonly text: string;
}

/** What was made of the first bytes, and how many they were. */
export interface Taken<Value> {
  readonly value: Value;
  readonly length: number;
}

type Find<Value> = (bytes: Buffer) => Taken<Value> | undefined;

/** A TCP or TLS connection that writes exactly the given bytes. */
export class RawConnection {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #waiters = new Set<() => void>();
  #unread: Buffer = Buffer.alloc(0);
  #hasEnded = false;

  private constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
      this.#wake();
    });
    for (const event of ['end', 'close', 'error']) {
      socket.on(event, () => {
        this.#hasEnded = true;
        this.#wake();
      });
    }
  }

  /** @throws whatever `node:net` and `node:tls` say when nothing listens there. */
  static open(place: Place, target: Target): Promise<RawConnection> {
    const { host, port, isSecure } = place;
    const { promise, resolve, reject } = openPromise<RawConnection>();
    const socket = isSecure
      ? connectTls({
          host,
          port,
          // RFC 6066 section 3: an address is no server name.
          ...(isIP(host) === 0 ? { servername: host } : {}),
          rejectUnauthorized: !target.isInsecure,
        })
      : connectTcp(port, host);
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection to ${host}:${port}`)),
      target.timeoutMs,
    );
    socket.once('error', reject);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      resolve(new RawConnection(socket, target.timeoutMs));
    });
    socket.once('close', () => clearTimeout(timer));
    return promise;
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }

  write(bytes: string | Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Ends this side without a word and waits until the server has ended its own: then it knows. */
  async end(): Promise<void> {
    this.#socket.end();
    await this.#until(() => this.#hasEnded).catch(() => undefined);
    this.destroy();
  }

  #until(isDone: () => boolean, timeoutMs = this.#timeoutMs): Promise<void> {
    if (isDone()) return Promise.resolve();
    const { promise, resolve, reject } = openPromise<void>();
    const check = () => {
      if (!isDone()) return;
      stop();
      resolve();
    };
    const timer =
      timeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => {
            stop();
            reject(new Mismatch('a reply', `none within ${timeoutMs} ms`));
          }, timeoutMs);
    const stop = () => {
      clearTimeout(timer);
      this.#waiters.delete(check);
    };
    this.#waiters.add(check);
    return promise;
  }

  /** Waits until `find` makes something of what has come, and takes it. */
  async take<Value>(find: Find<Value>, timeoutMs = this.#timeoutMs): Promise<Value> {
    let found = find(this.#unread);
    await this.#until(() => {
      found ??= find(this.#unread);
      return found !== undefined || this.#hasEnded;
    }, timeoutMs);
    found ??= find(this.#unread);
    if (found === undefined) {
      const rest = JSON.stringify(this.#unread.toString('latin1').slice(0, 200));
      throw new Mismatch('a reply', `the connection was closed after ${rest}`);
    }
    this.#unread = this.#unread.subarray(found.length);
    return found.value;
  }

  async head(): Promise<Head> {
    for (;;) {
      const head = await this.take(findHead);
      // 100 Continue and 103 Early Hints come before the answer.
      if (head.status >= 200 || head.status === 101) return head;
    }
  }

  async reply(method: string): Promise<Reply> {
    const head = await this.head();
    const body = await this.#body(method, head);
    return { ...head, body, text: decompressed(body, head).toString('utf8') };
  }

  async #body(method: string, { status, headers }: Head): Promise<Buffer> {
    if (method === 'HEAD' || status === 204 || status === 304) return Buffer.alloc(0);
    if (headers.get('transfer-encoding') === 'chunked') return this.#chunkedBody();
    const length = headers.get('content-length');
    if (length !== undefined) return this.#bytes(Number(length));
    await this.#until(() => this.#hasEnded);
    return this.#unread;
  }

  #bytes(length: number): Promise<Buffer> {
    return this.take((bytes) =>
      bytes.length < length ? undefined : { value: bytes.subarray(0, length), length },
    );
  }

  async #chunkedBody(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (;;) {
      const size = await this.take(findChunkSize);
      const piece = await this.#bytes(size + 2);
      if (size === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, size));
    }
  }
}

function decompressed(body: Buffer, { headers }: Head): Buffer {
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (body.length === 0 || encoding === 'identity') return body;
  return encoding === 'br' ? brotliDecompressSync(body) : unzipSync(body);
}

function findHead(bytes: Buffer): Taken<Head> | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  const length = end + 4;
  return { value: { status: Number(statusLine.split(' ')[1]), headers, length }, length };
}

function findChunkSize(bytes: Buffer): Taken<number> | undefined {
  const end = bytes.indexOf('\r\n');
  if (end < 0) return undefined;
  const value = Number.parseInt(bytes.subarray(0, end).toString('latin1'), 16);
  return { value, length: end + 2 };
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function openPromise<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (why: unknown) => void = () => {};
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
