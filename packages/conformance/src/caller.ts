import type { JsonObject } from '@apprtc/protocol';
import type { ClientSocket } from './client-socket.ts';
import { type Dialect, plainDialect } from './dialect.ts';
import type { Reply } from './raw-connection.ts';
import { type Place, placeOf } from './target.ts';
import type { Trial } from './trial.ts';

export const bye = '{"type":"bye"}';

export interface JoinAnswer {
  readonly reply: Reply;
  readonly result: unknown;
  readonly params: JsonObject;
}

/** `POST /join/:room`, whatever the answer. `query` is such as `?debug=loopback`. */
export async function join(
  trial: Trial,
  roomId: string,
  query = '',
  lines?: readonly string[],
): Promise<JoinAnswer> {
  const reply = await trial.ask('POST', `/join/${roomId}${query}`, lines ? { lines } : {});
  const { result, params } = trial.json(reply);
  const isObject = typeof params === 'object' && params !== null;
  return { reply, result, params: isObject ? (params as JsonObject) : {} };
}

/** A client that has joined, perhaps with a connection, and speaks a family's dialect. */
export class Caller {
  readonly trial: Trial;
  readonly roomId: string;
  readonly joinReply: Reply;
  readonly params: JsonObject;
  readonly dialect: Dialect;
  #socket: ClientSocket | undefined;

  private constructor(
    trial: Trial,
    roomId: string,
    { reply, params }: JoinAnswer,
    dialect: Dialect,
  ) {
    this.joinReply = reply;
    this.trial = trial;
    this.roomId = roomId;
    this.params = params;
    this.dialect = dialect;
  }

  /** Joins. @throws {Mismatch} unless there was room and the ids are there. */
  static async join(
    trial: Trial,
    roomId = trial.newRoom(),
    query = '',
    dialect = plainDialect,
  ): Promise<Caller> {
    const lines = dialect.http(trial.target.place);
    const answer = await join(trial, roomId, query, lines);
    const { result, params, reply } = answer;
    trial.same(result, 'SUCCESS', 'result');
    for (const key of ['client_id', 'wss_url', 'wss_post_url']) {
      trial.holds(typeof params[key] === 'string', `a string ${key} in params`, reply.text);
    }
    const caller = new Caller(trial, roomId, answer, dialect);
    trial.onEnd(() => caller.leave());
    return caller;
  }

  /** Joins and registers. */
  static async enter(
    trial: Trial,
    roomId = trial.newRoom(),
    query = '',
    dialect = plainDialect,
  ): Promise<Caller> {
    const caller = await Caller.join(trial, roomId, query, dialect);
    await caller.register();
    return caller;
  }

  get clientId(): string {
    return String(this.params['client_id']);
  }

  /** `"true"` or `"false"`; that it is a string is for [PR3] to say. */
  get isInitiator(): string {
    return String(this.params['is_initiator']);
  }

  /** What its join handed over; the same as none where the key is missing, which a rule of its own judges. */
  get joinMessages(): unknown {
    return this.params['messages'] ?? [];
  }

  get wssUrl(): string {
    const { colliderUrl } = this.trial.target;
    if (colliderUrl === undefined) return String(this.params['wss_url']);
    return `${colliderUrl.replace(/^http/, 'ws')}/ws`;
  }

  /** Where the Collider answers HTTP. */
  get collider(): Place {
    return placeOf(this.trial.target.colliderUrl ?? String(this.params['wss_post_url']));
  }

  get socket(): ClientSocket {
    if (this.#socket === undefined) throw new Error('Not connected');
    return this.#socket;
  }

  /** A connection with its family's header lines. Extensions are left out: this kit reads plain frames. */
  async connect(): Promise<ClientSocket> {
    const lines = this.dialect.upgrade(placeOf(this.wssUrl)).filter((line) => !isExtension(line));
    const socket = await this.trial.upgrade(this.wssUrl, lines);
    this.trial.same(socket.head.status, 101, 'status of the upgrade');
    return socket;
  }

  /** Opens a new connection, registers, and waits until the server has taken it in. */
  async register(): Promise<ClientSocket> {
    const socket = await this.connect();
    this.#socket = socket;
    socket.send(this.dialect.register(this.roomId, this.clientId));
    await socket.settle();
    return socket;
  }

  /** Says messages over its connection; resolves when the server has dealt with them. */
  async say(...messages: readonly string[]): Promise<void> {
    for (const message of messages) this.socket.send(this.dialect.send(message));
    await this.socket.settle();
  }

  /** Says `bye` over its connection, after which it may be answered no marker any more. */
  async sayBye(): Promise<void> {
    this.socket.send(this.dialect.send(bye));
    await this.reached();
  }

  /**
   * Resolves when what this client did before has reached the Collider, where no marker can prove it: two round trips
   * that began later have come back.
   */
  async reached(): Promise<void> {
    const before = this.trial.journal.last();
    await this.trial.ask('GET', '/status', { place: this.collider });
    await this.trial.ask('GET', '/status', { place: this.collider });
    this.trial.journal.restore(before);
  }

  async drop(): Promise<void> {
    await this.socket.drop();
    await this.reached();
  }

  async close(code = 1000): Promise<void> {
    await this.socket.close(code);
    await this.reached();
  }

  /**
   * Exactly these messages come, in this order, and a marker proves that none follows. Frames with neither a message nor
   * an error are left to the rules about them.
   */
  async hears(...expected: readonly string[]): Promise<void> {
    const heard = await this.heard(expected.length);
    this.trial.same(heard, expected, 'messages over the WebSocket');
  }

  /** What came over its connection until a marker, after at least `count` frames if they come in time. */
  async heard(count = 0): Promise<readonly string[]> {
    await this.socket.arrived(count);
    await this.socket.settle();
    return this.socket.takeSaid();
  }

  /** Whether it still holds its seat: HTTP prolongs none, and nobody hears of the heartbeat. Only for servers with [HB1]. */
  async isSeated(): Promise<boolean> {
    return (await this.post('{"error":""}')) === 'SUCCESS';
  }

  /** `POST /message/:room/:client`: its result. */
  async post(message: string | Uint8Array): Promise<unknown> {
    const reply = await this.#ask('POST', `/message/${this.roomId}/${this.clientId}`, message);
    return this.trial.json(reply)['result'];
  }

  leave(): Promise<Reply> {
    return this.#ask('POST', `/leave/${this.roomId}/${this.clientId}`);
  }

  /** `POST /bye/:room/:client`, as a Collider says it. */
  byeByCollider(): Promise<Reply> {
    return this.#ask('POST', `/bye/${this.roomId}/${this.clientId}`);
  }

  /** `POST /:room/:client` of the Collider. */
  colliderPost(body: string | Uint8Array): Promise<Reply> {
    return this.#ask('POST', `/${this.roomId}/${this.clientId}`, body, this.collider);
  }

  /** `DELETE /:room/:client` of the Collider. */
  delete(): Promise<Reply> {
    return this.#ask('DELETE', `/${this.roomId}/${this.clientId}`, undefined, this.collider);
  }

  #ask(
    method: string,
    path: string,
    body?: string | Uint8Array,
    place = this.trial.target.place,
  ): Promise<Reply> {
    const lines = this.dialect.http(place);
    return this.trial.ask(method, path, { place, lines, ...(body === undefined ? {} : { body }) });
  }
}

function isExtension(line: string): boolean {
  return /^sec-websocket-extensions:/i.test(line);
}

/** Two registered members of a new room, the initiator first. */
export async function pair(trial: Trial): Promise<readonly [Caller, Caller]> {
  const first = await Caller.enter(trial);
  return [first, await Caller.enter(trial, first.roomId)];
}

/** What is sent is answered with this error and close 1000. */
export async function isRefused(
  trial: Trial,
  socket: ClientSocket,
  text: string,
  error: string,
): Promise<void> {
  socket.send(text);
  const { code, said } = await socket.ended();
  trial.same({ said, code }, { said: [`error: ${error}`], code: 1000 }, 'frames and close');
}
