import type { ClientId, RoomId } from '@apprtc/protocol';
import { unreachable } from '@apprtc/protocol';
import {
  type Command,
  type Committed,
  type ConnectionId,
  type Decision,
  departed,
  type Effect,
  isSeated,
  type JoinCommand,
  type JoinOutcome,
  type LoadedRoom,
  type Mail,
  type MaybePromise,
  nextDeadline,
  type Outcome,
  type Policy,
  type PostCommand,
  type PostOutcome,
  type RegisterCommand,
  type RegisterOutcome,
  type Room,
  type RoomStore,
  type SessionCommand,
  transition,
  wouldBeFull,
} from '@apprtc/signaling';
import type { Logger } from 'pino';
import type { Connections } from './connections.ts';
import type { RoomClock } from './room-clock.ts';
import type { RoomsPort } from './rooms-port.ts';
import { WakeUps } from './wake-ups.ts';

/** Commits lost to another node before a command is given up. */
const maxAttempts = 16;
/** An expiry that failed is tried again after this. */
const expireRetryMs = 1_000;

/** What came of a command. */
export type Ran<OfOutcome extends Outcome = Outcome> =
  | {
      readonly kind: 'ran';
      readonly outcome: OfOutcome;
      /** What waited and was taken out: the `messages` of a join. */
      readonly drained: readonly string[];
      /** [SD5] A message found the receiver's mailbox full and was dropped. */
      readonly hasOverflowed: boolean;
    }
  /** [LM7] [LM9] The store is full; nothing was changed. */
  | { readonly kind: 'store-full' };

/** [SD6] The socket closed before its register ran: nothing was changed, and what waits for it waits on. */
export interface Gone {
  readonly kind: 'gone';
}

export interface RoomServiceParts {
  readonly store: RoomStore;
  readonly policy: Policy;
  readonly clock: RoomClock;
  readonly connections: Connections;
  readonly logger: Logger;
  /** [TW6] Their seats are free, and no `leave` said so. */
  readonly onDeparted?: (roomId: RoomId, clientIds: readonly ClientId[]) => void;
}

/**
 * Runs commands on rooms: load, decide, commit if the version still holds, then carry out the effects. One
 * command at a time for each room, so that effects leave in commit order whatever the store.
 */
export class RoomService implements RoomsPort {
  readonly #parts: RoomServiceParts;
  readonly #turns = new Map<RoomId, Promise<unknown>>();
  readonly #wakeUps: WakeUps;
  #droppedMessages = 0;

  constructor(parts: RoomServiceParts) {
    this.#parts = parts;
    this.#wakeUps = new WakeUps(
      () => parts.clock.nowMs(),
      (roomId) => this.#expire(roomId),
    );
  }

  /** Messages dropped because a mailbox or, for one from a socket, the store was full. */
  get droppedMessages(): number {
    return this.#droppedMessages;
  }

  run(roomId: RoomId, command: JoinCommand): MaybePromise<Ran<JoinOutcome>>;
  run(roomId: RoomId, command: RegisterCommand): MaybePromise<Ran<RegisterOutcome> | Gone>;
  run(roomId: RoomId, command: PostCommand): MaybePromise<Ran<PostOutcome>>;
  run(
    roomId: RoomId,
    command: Exclude<Command, JoinCommand | RegisterCommand | PostCommand | SessionCommand>,
  ): MaybePromise<Ran>;
  run(roomId: RoomId, command: SessionCommand): MaybePromise<Ran | Gone>;
  run(roomId: RoomId, command: Command): MaybePromise<Ran | Gone> {
    const turn = this.#turns.get(roomId);
    const ran =
      turn === undefined
        ? this.#attempt(roomId, command, 1)
        : turn.then(() => this.#attempt(roomId, command, 1));
    if (ran instanceof Promise) this.#holdTurn(roomId, ran);
    return ran;
  }

  async leave(roomId: RoomId, clientId: ClientId): Promise<void> {
    await this.run(roomId, { type: 'leave', clientId });
  }

  /** [HM3] Whether a join at this time would be told FULL. Changes nothing. */
  isFull(roomId: RoomId): MaybePromise<boolean> {
    return whenReady(this.#parts.store.load(roomId), ({ room }) =>
      wouldBeFull(room, this.#parts.clock.nowMs()),
    );
  }

  /** [IC9] Whether a client holds a seat at this time. Changes nothing. */
  isSeated(roomId: RoomId, clientId: ClientId): MaybePromise<boolean> {
    return whenReady(this.#parts.store.load(roomId), ({ room }) =>
      isSeated(room, clientId, this.#parts.clock.nowMs()),
    );
  }

  takesSessions(): boolean {
    return this.#parts.policy.relay === 'here';
  }

  close(): void {
    this.#wakeUps.close();
  }

  #holdTurn(roomId: RoomId, ran: Promise<unknown>): void {
    const turn = ran
      .catch(() => undefined) // whoever ran the command is told; the next one only waits
      .finally(() => {
        if (this.#turns.get(roomId) === turn) this.#turns.delete(roomId);
      });
    this.#turns.set(roomId, turn);
  }

  #attempt(roomId: RoomId, command: Command, attempt: number): MaybePromise<Ran | Gone> {
    return whenReady(this.#parts.store.load(roomId), (loaded) =>
      this.#decide(roomId, command, attempt, loaded),
    );
  }

  #decide(
    roomId: RoomId,
    command: Command,
    attempt: number,
    loaded: LoadedRoom,
  ): MaybePromise<Ran | Gone> {
    const { store, policy, clock } = this.#parts;
    if (takesConnection(command) && !this.#isOpen(command.connection)) return { kind: 'gone' };
    const decision = transition(loaded.room, command, clock.nowMs(), policy);
    const closed = this.#closedReceiver(decision);
    if (closed !== null) {
      // Its drop is on the way. Dropped first, it finds in its mailbox what a closed socket would lose.
      const dropped = this.#attempt(roomId, { type: 'drop', connection: closed }, attempt);
      return whenReady(dropped, () => this.#attempt(roomId, command, attempt + 1));
    }
    if (decision.room === loaded.room && decision.mail.length === 0) {
      // Relaying between two registered members changes no room and commits nothing.
      return this.#carryOut(decision, noMail, false);
    }
    const commit = store.commit(roomId, loaded.version, decision.room, decision.mail);
    return whenReady(commit, (committed) =>
      this.#afterCommit(roomId, command, attempt, loaded.room, decision, committed),
    );
  }

  #afterCommit(
    roomId: RoomId,
    command: Command,
    attempt: number,
    before: Room,
    decision: Decision,
    committed: Committed,
  ): MaybePromise<Ran | Gone> {
    switch (committed.kind) {
      case 'committed':
        this.#wakeUps.set(roomId, nextDeadline(decision.room));
        this.#tellOfDeparted(roomId, command, before, decision.room);
        return this.#carryOut(decision, committed, committed.hasOverflowed);
      case 'store-full':
        // [SD5] Over HTTP its sender is told; on a socket it is dropped without a word.
        if (command.type === 'send') this.#droppedMessages += 1;
        return { kind: 'store-full' };
      case 'conflict':
        if (attempt >= maxAttempts) throw new Error('The room changed too often to commit');
        return this.#attempt(roomId, command, attempt + 1);
      default:
        return unreachable(committed);
    }
  }

  #tellOfDeparted(roomId: RoomId, command: Command, before: Room, after: Room): void {
    const { onDeparted } = this.#parts;
    if (onDeparted === undefined) return;
    const left = command.type === 'leave' ? command.clientId : null;
    const clientIds = departed(before, after).filter((clientId) => clientId !== left);
    if (clientIds.length > 0) onDeparted(roomId, clientIds);
  }

  #closedReceiver(decision: Decision): ConnectionId | null {
    for (const effect of decision.effects) {
      if (effect.kind === 'deliver' && !this.#isOpen(effect.connection)) return effect.connection;
    }
    return null;
  }

  #isOpen(connection: ConnectionId): boolean {
    return this.#parts.connections.get(connection)?.isOpen === true;
  }

  #carryOut(decision: Decision, mail: Mail, hasOverflowed: boolean): Ran {
    if (hasOverflowed) this.#droppedMessages += 1;
    for (const effect of decision.effects) this.#perform(effect, mail);
    return { kind: 'ran', outcome: decision.outcome, drained: mail.drained, hasOverflowed };
  }

  #perform(effect: Effect, mail: Mail): void {
    const connection = this.#parts.connections.get(effect.connection);
    if (connection === undefined) return;
    switch (effect.kind) {
      case 'deliver':
        connection.deliver(effect.message);
        return;
      case 'deliver-drained':
        for (const message of mail.drained) connection.deliver(message);
        return;
      case 'silence':
        connection.silence();
        return;
      case 'close':
        connection.close(effect.code);
        return;
      case 'tell':
        connection.tell(effect.telling, mail);
        return;
      case 'end':
        connection.end(effect.code);
        return;
      default:
        unreachable(effect);
    }
  }

  #expire(roomId: RoomId): void {
    this.#tryToExpire(roomId).catch((error: unknown) => {
      this.#parts.logger.error({ event: 'room.expire.failed', err: error, room: roomId });
      this.#wakeUps.set(roomId, this.#parts.clock.nowMs() + expireRetryMs);
    });
  }

  /** Async, so that what a store in this process throws is caught as well. */
  async #tryToExpire(roomId: RoomId): Promise<void> {
    await this.run(roomId, { type: 'expire' });
  }
}

const noMail: Mail = { drained: [] };

/** [SD6] Whether it gives its connection a place in the room: a closed one must not get it. */
function takesConnection(command: Command): command is RegisterCommand | SessionCommand {
  switch (command.type) {
    case 'register':
    case 'sessionJoin':
    case 'sessionResume':
    case 'sessionRegister':
    case 'watch':
      return true;
    default:
      return false;
  }
}

/** Goes on at once where the value is already there, so that the memory store needs no promise. */
function whenReady<Value, Next>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
