import type { ClientId, RoomId } from '@apprtc/protocol';
import type { JoinCommand, JoinOutcome, PostCommand, PostOutcome } from '@apprtc/signaling';
import type { Logger } from 'pino';
import type { Ran } from '../rooms/room-service.ts';
import type { Messenger, OutOfReach, RoomsPort } from '../rooms/rooms-port.ts';
import { halfPath, isOurs } from './half-identity.ts';
import type { Notices } from './notices.ts';
import type { OtherHalf, Unreachable } from './other-half.ts';

export interface ColliderRoomsParts {
  readonly collider: OtherHalf;
  /** For a Collider of ours: it keeps the rooms. */
  readonly remote: RoomsPort;
  /** For any other: the rooms are kept here. */
  readonly forwarding: RoomsPort;
  /** Whether nobody is seated in `forwarding`. */
  readonly isVacant: () => boolean;
  readonly notices: Notices;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/** A Collider that seemed foreign is asked again after this, once nobody is seated here. */
const doubtAfterMs = 10_000;

/**
 * [TW13] The rooms of a room server: in our Collider if it is one of ours, and that once seen is not doubted again;
 * otherwise here. Something in front of a Collider that is only starting may look like a foreign one.
 */
export class ColliderRooms implements RoomsPort {
  readonly #parts: ColliderRoomsParts;
  #chosen: RoomsPort | null = null;
  #chosenAtMs = 0;
  #choosing: Promise<RoomsPort | Unreachable> | null = null;

  constructor(parts: ColliderRoomsParts) {
    this.#parts = parts;
  }

  run(roomId: RoomId, command: JoinCommand): Promise<Ran<JoinOutcome> | OutOfReach>;
  run(roomId: RoomId, command: PostCommand): Promise<Ran<PostOutcome> | OutOfReach>;
  async run(roomId: RoomId, command: JoinCommand | PostCommand): Promise<Ran | OutOfReach> {
    const rooms = await this.#rooms();
    if ('kind' in rooms) return { kind: 'out-of-reach', retryAfterMs: rooms.retryAfterMs };
    return command.type === 'join' ? rooms.run(roomId, command) : rooms.run(roomId, command);
  }

  async leave(roomId: RoomId, clientId: ClientId, saidBy: Messenger): Promise<void> {
    const isKnown = await this.#tryToLeave(roomId, clientId, saidBy);
    if (isKnown.kind === 'answered') return;
    this.#parts.notices.add(() => this.#tryToLeave(roomId, clientId, saidBy));
  }

  async isFull(roomId: RoomId): Promise<boolean> {
    const rooms = await this.#rooms();
    return 'kind' in rooms ? false : rooms.isFull(roomId);
  }

  async isSeated(roomId: RoomId, clientId: ClientId): Promise<boolean> {
    const rooms = await this.#rooms();
    return 'kind' in rooms ? false : rooms.isSeated(roomId, clientId);
  }

  async takesSessions(): Promise<boolean> {
    const rooms = await this.#rooms();
    return 'kind' in rooms ? false : rooms.takesSessions();
  }

  async #tryToLeave(
    roomId: RoomId,
    clientId: ClientId,
    saidBy: Messenger,
  ): Promise<{ readonly kind: 'answered' } | Unreachable> {
    const rooms = await this.#rooms();
    if ('kind' in rooms) return rooms;
    await rooms.leave(roomId, clientId, saidBy);
    return { kind: 'answered' };
  }

  /** At the start, so that the log says early what was found. */
  lookForCollider(): void {
    void this.#rooms();
  }

  /** Looks once for all that wait. */
  async #rooms(): Promise<RoomsPort | Unreachable> {
    if (this.#chosen !== null && !this.#isInDoubt()) return this.#chosen;
    this.#choosing ??= this.#choose().finally(() => {
      this.#choosing = null;
    });
    return this.#choosing;
  }

  #isInDoubt(): boolean {
    const { forwarding, isVacant, nowMs } = this.#parts;
    if (this.#chosen !== forwarding || !isVacant()) return false;
    return nowMs() - this.#chosenAtMs >= doubtAfterMs;
  }

  async #choose(): Promise<RoomsPort | Unreachable> {
    const { collider, remote, forwarding, logger, nowMs } = this.#parts;
    const answer = await collider.ask({ method: 'GET', path: halfPath, isRepeatable: true });
    if (answer.kind === 'unreachable') return this.#chosen ?? answer;
    const isOur = isOurs(answer, 'collider');
    const chosen = isOur ? remote : forwarding;
    if (chosen !== this.#chosen) {
      logger.info({ event: 'collider.found', origin: collider.origin, isOurs: isOur });
    }
    this.#chosen = chosen;
    this.#chosenAtMs = nowMs();
    return chosen;
  }
}
