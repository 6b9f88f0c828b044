/** What happens on a fake socket, waiting to be flushed. */
type Pending =
  | { readonly kind: 'open' }
  | { readonly kind: 'frame'; readonly data: string }
  | { readonly kind: 'close'; readonly code: number };

/** The events of a browser's WebSocket that a client reads, no more. */
export interface FakeCloseEvent {
  readonly code: number;
}

export interface FakeMessageEvent {
  readonly data: string;
}

/**
 * The client's end of a socket whose other end is a test. Nothing arrives until the test flushes, in either
 * direction, so that every order of events can be made by hand. As with the real one, `send` throws before it is open
 * and says nothing after it is closed, and no event comes during a call.
 */
export class FakeSocket {
  readonly url: string;
  readyState: 0 | 1 | 2 | 3 = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: FakeMessageEvent) => void) | null = null;
  onclose: ((event: FakeCloseEvent) => void) | null = null;
  /** What the client sent and nobody has taken yet. */
  readonly sent: string[] = [];
  /** The code of the client's own close. */
  closedWith: number | null = null;
  #pending: Pending[] = [];

  constructor(url: string) {
    this.url = url;
  }

  send(data: string): void {
    if (this.readyState === 0) throw new DOMException('Still connecting', 'InvalidStateError');
    if (this.readyState === 1) this.sent.push(data);
  }

  close(code = 1005): void {
    if (this.readyState >= 2) return;
    this.closedWith = code;
    this.#pending.push({ kind: 'close', code: this.readyState === 0 ? 1006 : code });
    this.readyState = 2;
  }

  /** The server accepts the connection. */
  serverAccepts(): void {
    this.#pending.push({ kind: 'open' });
  }

  serverSends(data: string): void {
    this.#pending.push({ kind: 'frame', data });
  }

  /** The server closes, or with 1006 the network is gone. */
  serverCloses(code: number): void {
    this.#pending.push({ kind: 'close', code });
  }

  /** The connection is gone, and with it all that was under way. */
  sever(): void {
    this.sent.length = 0;
    this.#pending = [{ kind: 'close', code: 1006 }];
  }

  /** What the client sent since the last time. */
  take(): string[] {
    return this.sent.splice(0);
  }

  /** Delivers to the client what waits. */
  flush(): void {
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      this.#deliver(next);
    }
  }

  #deliver(pending: Pending): void {
    if (this.readyState === 3) return;
    switch (pending.kind) {
      case 'open':
        if (this.readyState !== 0) return;
        this.readyState = 1;
        this.onopen?.();
        return;
      case 'frame':
        // A closing socket still delivers what came before the other side's close.
        this.onmessage?.({ data: pending.data });
        return;
      case 'close':
        this.readyState = 3;
        this.onclose?.({ code: pending.code });
        return;
    }
  }
}

/** A WebSocket class whose instances land in `created`, for code that makes its own sockets. */
export function fakeSocketClass(created: FakeSocket[]): new (url: string) => WebSocket {
  class Recorded extends FakeSocket {
    constructor(url: string) {
      super(url);
      created.push(this);
    }
  }
  return Recorded as unknown as new (
    url: string,
  ) => WebSocket;
}
