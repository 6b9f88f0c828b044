import { randomBytes } from 'node:crypto';
import { Connection } from './connection.ts';
import { ask, jsonOf, postMessage, type Reply } from './http.ts';
import type { Address } from './product.ts';

/** A room of 10 characters that no other test uses. */
export function newRoom(): string {
  return `w${randomBytes(5).toString('hex').slice(0, 9)}`;
}

export type Params = Readonly<Record<string, unknown>>;

export interface JoinAnswer {
  readonly reply: Reply;
  readonly result: unknown;
  readonly params: Params;
}

/** `POST /join/:room`, whatever the answer. `query` is such as `?debug=loopback`. */
export async function join(
  at: Address,
  roomId: string,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<JoinAnswer> {
  const reply = await ask(at, 'POST', `/join/${roomId}${query}`, { headers });
  const { result, params } = jsonOf(reply);
  return { reply, result, params: params as Params };
}

/** A fake AppRTC client that has joined: ids from its join, perhaps a connection. */
export class Caller {
  readonly at: Address;
  readonly roomId: string;
  readonly params: Params;
  #connection: Connection | undefined;

  private constructor(at: Address, roomId: string, params: Params) {
    this.at = at;
    this.roomId = roomId;
    this.params = params;
  }

  /** Joins and throws unless there was room. */
  static async join(at: Address, roomId: string, query = ''): Promise<Caller> {
    const { result, params, reply } = await join(at, roomId, query);
    if (result !== 'SUCCESS') throw new Error(`/join answered ${reply.text}`);
    return new Caller(at, roomId, params);
  }

  /** Joins and registers. */
  static async enter(at: Address, roomId: string, query = ''): Promise<Caller> {
    const caller = await Caller.join(at, roomId, query);
    await caller.register();
    return caller;
  }

  get clientId(): string {
    return String(this.params['client_id']);
  }

  get isInitiator(): unknown {
    return this.params['is_initiator'];
  }

  /** What its join handed over. */
  get joinMessages(): unknown {
    return this.params['messages'];
  }

  get connection(): Connection {
    if (this.#connection === undefined) throw new Error('Not connected');
    return this.#connection;
  }

  /** Opens a new connection, registers, and waits until the product has taken it in. */
  async register(): Promise<Connection> {
    const connection = await Connection.open(this.at);
    this.#connection = connection;
    connection.register(this.roomId, this.clientId);
    await connection.settle();
    return connection;
  }

  /** Says a message over its connection; resolves when the product has dealt with it. */
  async say(...messages: readonly string[]): Promise<void> {
    for (const message of messages) this.connection.say(message);
    await this.connection.settle();
  }

  /** Says `bye` over its connection, which makes it a leaver: it answers no marker any more. */
  async sayBye(): Promise<void> {
    this.connection.say(bye);
    await this.connection.reached();
  }

  /** Whether it still holds its seat. HTTP requests don't prolong it, and nobody hears of the heartbeat. */
  async isSeated(): Promise<boolean> {
    return (await this.post('{"error":""}')) === 'SUCCESS';
  }

  /** `POST /message`: its result. */
  post(message: string | Uint8Array): Promise<unknown> {
    return postMessage(this.at, this.roomId, this.clientId, message);
  }

  /** What came over its connection since it was last asked. */
  messages(): Promise<readonly string[]> {
    return this.connection.messages();
  }

  leave(): Promise<Reply> {
    return ask(this.at, 'POST', `/leave/${this.roomId}/${this.clientId}`);
  }

  /** `POST /bye/:room/:client`, as a Collider says it. */
  byeByCollider(): Promise<Reply> {
    return ask(this.at, 'POST', `/bye/${this.roomId}/${this.clientId}`);
  }

  /** `POST /:room/:client` of the Collider. */
  colliderPost(body: string | Uint8Array): Promise<Reply> {
    return ask(this.at, 'POST', `/${this.roomId}/${this.clientId}`, { body });
  }

  /** `DELETE /:room/:client` of the Collider. */
  delete(): Promise<Reply> {
    return ask(this.at, 'DELETE', `/${this.roomId}/${this.clientId}`);
  }
}

export const bye = '{"type":"bye"}';

/** Two registered members of a new room, the initiator first. */
export async function pair(at: Address): Promise<readonly [Caller, Caller]> {
  const roomId = newRoom();
  const first = await Caller.enter(at, roomId);
  return [first, await Caller.enter(at, roomId)];
}
