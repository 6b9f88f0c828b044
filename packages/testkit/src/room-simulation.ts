import type {
  ClientId,
  Credential,
  SessionCodeName,
  SessionEvent,
  WireCodeName,
} from '@apprtc/protocol';
import { parseClientId, unreachable } from '@apprtc/protocol';
import {
  type Command,
  type ConnectionId,
  type Decision,
  defaultPolicy,
  type Effect,
  emptyRoom,
  eventsOf,
  type JoinOutcome,
  nextDeadline,
  type Policy,
  type PostOutcome,
  type RegisterOutcome,
  type Room,
  type SeatProof,
  transition,
} from '@apprtc/signaling';
import { type AppliedMail, SimulatedMail } from './simulated-mail.ts';

/** What a client or its socket was given. */
export interface Heard {
  readonly connection: ConnectionId;
  readonly client: string;
  readonly message: string;
}

/** One room driven by hand: its value, its mailboxes, a clock, and everything that came out of it. */
export class RoomSimulation {
  room: Room = emptyRoom;
  nowMs = 0;
  readonly policy: Policy;
  /** All that sockets were sent, in order. */
  readonly heard: Heard[] = [];
  /** Sockets on which nothing more may be sent. */
  readonly silenced = new Set<ConnectionId>();
  readonly closes = new Map<ConnectionId, WireCodeName>();
  /** What connections of sessions were told, in order. */
  readonly told: { readonly connection: ConnectionId; readonly event: SessionEvent }[] = [];
  readonly ends = new Map<ConnectionId, SessionCodeName>();
  readonly #mail = new SimulatedMail();
  readonly #owners = new Map<ConnectionId, string>();
  readonly #latest = new Map<string, ConnectionId>();
  readonly #dropped = new Set<ConnectionId>();
  #connections = 0;

  constructor(policy: Partial<Policy> = {}) {
    this.policy = { ...defaultPolicy, ...policy };
  }

  /** A room in which A and B have joined and registered; A is the initiator. */
  static withPair(policy: Partial<Policy> = {}): RoomSimulation {
    const room = new RoomSimulation(policy);
    for (const client of ['A', 'B']) {
      room.join(client);
      room.register(client);
    }
    return room;
  }

  /** How many messages wait in the mailboxes. */
  get waiting(): number {
    return this.#mail.waiting;
  }

  join(client: string, loopback = false): { outcome: JoinOutcome; messages: readonly string[] } {
    const command = { type: 'join', clientId: id(client), loopback } as const;
    const decision = transition(this.room, command, this.nowMs, this.policy);
    const messages = this.#carryOut(decision);
    return { outcome: decision.outcome, messages };
  }

  /** Registers on a fresh socket. */
  register(client: string, issued = true): RegisterOutcome & { connection: ConnectionId } {
    this.#connections += 1;
    const connection = `c${this.#connections}` as ConnectionId;
    this.#owners.set(connection, client);
    this.#latest.set(client, connection);
    const command = { type: 'register', clientId: id(client), connection, issued } as const;
    const decision = transition(this.room, command, this.nowMs, this.policy);
    this.#carryOut(decision);
    return { ...decision.outcome, connection };
  }

  /** Sends over the client's newest socket. */
  send(client: string, message: string): void {
    const connection = this.connectionOf(client);
    this.run({ type: 'send', connection, message });
  }

  post(client: string, message: string): PostOutcome {
    const command = { type: 'post', clientId: id(client), message } as const;
    const decision = transition(this.room, command, this.nowMs, this.policy);
    this.#carryOut(decision);
    return decision.outcome;
  }

  leave(client: string): void {
    this.run({ type: 'leave', clientId: id(client) });
  }

  delete(client: string): void {
    this.run({ type: 'delete', clientId: id(client) });
  }

  /** The client's newest socket closes. */
  drop(client: string): void {
    const connection = this.connectionOf(client);
    this.#dropped.add(connection);
    this.run({ type: 'drop', connection });
  }

  /** Whether the client's newest socket is open. */
  isOpen(client: string): boolean {
    const connection = this.#latest.get(client);
    if (connection === undefined) return false;
    return !this.#dropped.has(connection) && !this.closes.has(connection);
  }

  /** Lets time pass, waking the room at each of its deadlines as the service would. */
  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let at = nextDeadline(this.room); at !== null && at <= endMs; ) {
      this.nowMs = Math.max(this.nowMs, at);
      this.run({ type: 'expire' });
      at = nextDeadline(this.room);
    }
    this.nowMs = endMs;
  }

  run(command: Command): Decision {
    const decision = transition(this.room, command, this.nowMs, this.policy);
    this.#carryOut(decision);
    return decision;
  }

  connectionOf(client: string): ConnectionId {
    const connection = this.#latest.get(client);
    if (connection === undefined) throw new Error(`${client} has no socket`);
    return connection;
  }

  /** What all sockets of a client were sent. */
  heardBy(client: string): readonly string[] {
    return this.heard.filter((entry) => entry.client === client).map((entry) => entry.message);
  }

  /** How the client's newest socket was closed; undefined while it is open. */
  closeOf(client: string): WireCodeName | undefined {
    return this.closes.get(this.connectionOf(client));
  }

  seated(): readonly string[] {
    return this.room.seats.flatMap((seat) => (seat === null ? [] : [seat.clientId]));
  }

  initiator(): string | undefined {
    return this.room.seats.find((seat) => seat?.isInitiator === true)?.clientId;
  }

  #carryOut(decision: Decision): readonly string[] {
    this.room = decision.room;
    const mail = this.#mail.apply(decision.mail);
    for (const effect of decision.effects) this.#perform(effect, mail);
    return mail.drained;
  }

  #perform(effect: Effect, mail: AppliedMail): void {
    switch (effect.kind) {
      case 'deliver':
        this.#hear(effect.connection, effect.message);
        return;
      case 'deliver-drained':
        for (const message of mail.drained) this.#hear(effect.connection, message);
        return;
      case 'silence':
        this.silenced.add(effect.connection);
        return;
      case 'close':
        this.closes.set(effect.connection, effect.code);
        return;
      case 'tell':
        this.#tell(effect, mail);
        return;
      case 'end':
        this.ends.set(effect.connection, effect.code);
        return;
      default:
        unreachable(effect);
    }
  }

  #hear(connection: ConnectionId, message: string): void {
    if (this.silenced.has(connection)) throw new Error('A leaver was sent something');
    if (this.closes.has(connection) || this.#dropped.has(connection))
      throw new Error('A closed socket was sent something');
    const client = this.#owners.get(connection);
    if (client === undefined) throw new Error('An unknown socket was sent something');
    this.heard.push({ connection, client, message });
  }

  #tell({ connection, telling }: Extract<Effect, { kind: 'tell' }>, mail: AppliedMail): void {
    if (this.closes.has(connection) || this.ends.has(connection) || this.#dropped.has(connection)) {
      throw new Error('A closed connection was told something');
    }
    const context = { credentialOf: simulatedCredential, heardAgoMs: () => 0, nowMs: this.nowMs };
    for (const event of eventsOf(telling, mail, context)) this.told.push({ connection, event });
  }
}

/** Unsigned: in a simulation nobody forges. */
export function simulatedCredential(proof: SeatProof): Credential {
  return JSON.stringify(proof) as Credential;
}

function id(client: string): ClientId {
  const parsedId = parseClientId(client);
  if (!parsedId.ok) throw new Error(`${client} can't be a client id`);
  return parsedId.value;
}
