import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  encodeSessionFrame,
  parseSessionEvent,
  SessionEnd,
  type SessionEvent,
  type SessionFrame,
} from '@apprtc/protocol';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Address } from './product.ts';

const waitMs = 8000;

export function newInstance(): string {
  return randomBytes(9).toString('base64url');
}

type Name = SessionEvent['event'];
export type Named<OfName extends Name> = Extract<SessionEvent, { readonly event: OfName }>;

/** The events of one connection, kept until they are asked for. */
export class SessionEvents {
  /** All that came, ticks too. */
  readonly all: SessionEvent[] = [];
  readonly #unread: SessionEvent[] = [];
  readonly #wakers = new Set<() => void>();
  closeCode: number | undefined;

  take(text: string): SessionEvent {
    const event = parseSessionEvent(text);
    if (!event.ok) throw new Error(`${event.problem}: ${text}`);
    this.all.push(event.value);
    this.#unread.push(event.value);
    this.#wake();
    return event.value;
  }

  ended(code: number): void {
    this.closeCode ??= code;
    this.#wake();
  }

  /** The next event of a name; others before it are passed over. */
  async next<OfName extends Name>(name: OfName): Promise<Named<OfName>> {
    const found = await this.#until(() => {
      const at = this.#unread.findIndex(({ event }) => event === name);
      return at < 0 ? undefined : this.#unread.splice(0, at + 1).at(-1);
    }, `No ${name}`);
    return found as Named<OfName>;
  }

  /** The close code, once it has closed. */
  closed(): Promise<number> {
    return this.#until(() => this.closeCode, 'Not closed');
  }

  /** Resolves as soon as `probe` answers something. */
  async until<Value>(probe: () => Value | undefined, why: string): Promise<Value> {
    return this.#until(probe, why);
  }

  async #until<Value>(probe: () => Value | undefined, why: string): Promise<Value> {
    const untilMs = performance.now() + waitMs;
    for (;;) {
      const value = probe();
      if (value !== undefined) return value;
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0) {
        throw new Error(`${why}; closed: ${this.closeCode}; came: ${JSON.stringify(this.all)}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, leftMs);
        const wakers = this.#wakers;
        function done(): void {
          clearTimeout(timer);
          wakers.delete(done);
          resolve();
        }
        wakers.add(done);
      });
    }
  }

  #wake(): void {
    for (const waker of [...this.#wakers]) waker();
  }
}

export interface OpenOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** False: it answers no ping, as a client that is gone without a word. */
  readonly isAlive?: boolean;
}

/** A WebSocket that speaks the session protocol, frame by frame. */
export class SessionSocket {
  readonly socket: WebSocket;
  readonly events = new SessionEvents();
  /** Called with each event as it comes. */
  onEvent: (event: SessionEvent) => void = () => {};

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.onEvent(this.events.take(String(data))));
    socket.on('close', (code) => this.events.ended(code));
    socket.on('error', () => {});
  }

  static async open(
    at: Address,
    { headers = {}, isAlive = true }: OpenOptions = {},
  ): Promise<SessionSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${at.colliderPort}/ws`, {
      perMessageDeflate: false,
      autoPong: isAlive,
      headers,
    });
    const opened = new SessionSocket(socket);
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');
    return opened;
  }

  /** A text as it is, anything else as JSON. */
  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  next<OfName extends Name>(name: OfName): Promise<Named<OfName>> {
    return this.events.next(name);
  }

  closed(): Promise<number> {
    return this.events.closed();
  }

  /** Cuts the TCP connection without a word. */
  cut(): void {
    this.socket.terminate();
  }
}

/**
 * One run of a client that keeps its seat through lost connections, as far as the protocol asks it to: it numbers,
 * acknowledges and says again.
 */
export class SessionMember {
  readonly at: Address;
  readonly roomId: string;
  readonly instance: string;
  readonly end = new SessionEnd();
  /** What the peer said, once and in order. */
  readonly heard: string[] = [];
  clientId = '';
  credential = '';
  isInitiator = false;
  #socket: SessionSocket | undefined;

  constructor(at: Address, roomId: string, instance = newInstance()) {
    this.at = at;
    this.roomId = roomId;
    this.instance = instance;
  }

  static async join(
    at: Address,
    roomId: string,
    options: OpenOptions = {},
  ): Promise<SessionMember> {
    const member = new SessionMember(at, roomId);
    await member.join(options);
    return member;
  }

  get socket(): SessionSocket {
    if (this.#socket === undefined) throw new Error('Not connected');
    return this.#socket;
  }

  get epoch(): number {
    return this.end.epoch;
  }

  join(options: OpenOptions = {}): Promise<Named<'welcome'>> {
    return this.open({ cmd: 'join', instance: this.instance }, options);
  }

  resume(options: OpenOptions = {}): Promise<Named<'welcome'>> {
    return this.open(
      { cmd: 'resume', instance: this.instance, credential: this.credential },
      options,
    );
  }

  register(clientid: string): Promise<Named<'welcome'>> {
    return this.open({ cmd: 'register', clientid, instance: this.instance });
  }

  /** Opens a connection with this first frame; answers its welcome. */
  async open(first: object, options: OpenOptions = {}): Promise<Named<'welcome'>> {
    const socket = await this.connect(first, options);
    return socket.next('welcome');
  }

  async connect(first: object, options: OpenOptions = {}): Promise<SessionSocket> {
    const socket = await SessionSocket.open(this.at, options);
    this.#socket = socket;
    socket.onEvent = (event) => this.#obey(event);
    socket.send({ v: 2, roomid: this.roomId, ...first });
    return socket;
  }

  say(...messages: readonly string[]): void {
    for (const message of messages) {
      const frame = this.end.send(message);
      if (!frame.ok) throw new Error(frame.problem);
      this.#write(frame.value);
    }
  }

  /** Resolves when the peer has said all this, and nothing beside it. */
  async hears(...messages: readonly string[]): Promise<void> {
    const events = this.socket.events;
    await events.until(
      () => (this.heard.length >= messages.length ? true : undefined),
      `Heard ${JSON.stringify(this.heard)}`,
    );
    if (JSON.stringify(this.heard) !== JSON.stringify(messages)) {
      throw new Error(`Heard ${JSON.stringify(this.heard)}, not ${JSON.stringify(messages)}`);
    }
  }

  /** Resolves when all that it said has been acknowledged. */
  async settled(): Promise<void> {
    await this.socket.events.until(
      () => (this.end.unacknowledged === 0 ? true : undefined),
      'Not acknowledged',
    );
  }

  #obey(event: SessionEvent): void {
    switch (event.event) {
      case 'welcome':
        this.clientId = event.clientid;
        this.#enter(event);
        return;
      case 'peer':
        this.#enter(event);
        return;
      case 'message': {
        const { isNew, ack } = this.end.receive(event.epoch, event.n);
        if (isNew) this.heard.push(event.msg);
        if (ack !== null) this.#write(ack);
        return;
      }
      case 'ack':
        this.end.acknowledge(event.epoch, event.n);
        return;
      default:
    }
  }

  #enter(event: Named<'welcome'> | Named<'peer'>): void {
    this.credential = event.credential;
    this.isInitiator = event.initiator;
    this.end.enter(event.epoch);
    if (event.peer !== null) for (const frame of this.end.replay()) this.#write(frame);
  }

  #write(frame: SessionFrame): void {
    const { socket } = this.socket;
    if (socket.readyState === WebSocket.OPEN) socket.send(encodeSessionFrame(frame));
  }
}

/** Two members of a room that are paired. */
export async function pairOfMembers(
  at: Address,
  roomId: string,
): Promise<readonly [SessionMember, SessionMember]> {
  const first = await SessionMember.join(at, roomId);
  const second = await SessionMember.join(at, roomId);
  await first.socket.next('peer');
  return [first, second];
}
