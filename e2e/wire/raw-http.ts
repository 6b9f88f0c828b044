import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Address, portFor } from './product.ts';

/** The head of a response, names in lower case; `set-cookie` and the like are joined with a comma. */
export interface Head {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Bytes up to and with the empty line. */
  readonly length: number;
}

export interface RawReply extends Head {
  readonly body: string;
}

const waitMs = 8000;

/** A TCP connection that writes exactly the given bytes. */
export class RawConnection {
  readonly socket: Socket;
  #unread: Buffer = Buffer.alloc(0);
  #hasEnded = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    // Each wait listens for two events, and the one that did not come is let go only with its signal.
    socket.setMaxListeners(0);
    socket.on('data', (chunk: Buffer) => {
      this.#unread = Buffer.concat([this.#unread, chunk]);
    });
    socket.on('close', () => {
      this.#hasEnded = true;
    });
    socket.on('error', () => {});
  }

  static async open(at: Pick<Address, 'port'>): Promise<RawConnection> {
    const socket = connect(at.port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Waits until `find` makes something of what has come; takes `length` bytes of it. */
  async take<Value>(
    find: (bytes: Buffer) => { value: Value; length: number } | undefined,
  ): Promise<Value> {
    const signal = AbortSignal.timeout(waitMs);
    for (;;) {
      const found = find(this.#unread);
      if (found !== undefined) {
        this.#unread = this.#unread.subarray(found.length);
        return found.value;
      }
      if (this.#hasEnded) throw new Error(`Closed after ${JSON.stringify(String(this.#unread))}`);
      await Promise.race([
        once(this.socket, 'data', { signal }),
        once(this.socket, 'close', { signal }),
      ]);
    }
  }

  head(): Promise<Head> {
    return this.take((bytes) => {
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
    });
  }

  async reply(): Promise<RawReply> {
    const head = await this.head();
    const length = head.headers.get('content-length');
    const body =
      head.headers.get('transfer-encoding') === 'chunked'
        ? await this.#chunkedBody()
        : await this.#bytes(Number(length ?? 0));
    return { ...head, body };
  }

  #bytes(length: number): Promise<string> {
    return this.take((bytes) =>
      bytes.length < length
        ? undefined
        : { value: bytes.subarray(0, length).toString('utf8'), length },
    );
  }

  async #chunkedBody(): Promise<string> {
    let body = '';
    for (;;) {
      const size = await this.take((bytes) => {
        const end = bytes.indexOf('\r\n');
        if (end < 0) return undefined;
        return {
          value: Number.parseInt(bytes.subarray(0, end).toString('latin1'), 16),
          length: end + 2,
        };
      });
      body += (await this.#bytes(size + 2)).slice(0, -2);
      if (size === 0) return body;
    }
  }
}

/** Sends exactly these lines, an empty one, and the body; nothing is added. */
export async function rawRequest(
  at: Address,
  lines: readonly string[],
  body: string | Uint8Array = '',
): Promise<RawReply> {
  const [method = '', path = ''] = (lines[0] ?? '').split(' ');
  const connection = await RawConnection.open({ port: portFor(at, method, path) });
  try {
    connection.write(`${lines.join('\r\n')}\r\n\r\n`);
    connection.write(body);
    return await connection.reply();
  } finally {
    connection.destroy();
  }
}

/** A JSON body. */
export function rawJson(reply: RawReply): Record<string, unknown> {
  return JSON.parse(reply.body) as Record<string, unknown>;
}
