import { type ClientId, isBye, type RoomId } from '@apprtc/protocol';
import type { JoinCommand, JoinOutcome, PostCommand, PostOutcome } from '@apprtc/signaling';
import type { Ran, RoomService } from '../rooms/room-service.ts';
import type { Messenger, OutOfReach, RoomsPort } from '../rooms/rooms-port.ts';
import type { Notices } from './notices.ts';
import type { OtherHalf, Request } from './other-half.ts';
import { inPath } from './room-commands.ts';

export interface ForwardingRoomsParts {
  /** Whose policy forwards. */
  readonly rooms: RoomService;
  readonly collider: OtherHalf;
  readonly notices: Notices;
}

/**
 * The rooms of a room server whose Collider is not ours and speaks the original protocol: seats and the first
 * client's messages are kept here; what two members say to each other goes to the Collider.
 */
export class ForwardingRooms implements RoomsPort {
  readonly #parts: ForwardingRoomsParts;

  constructor(parts: ForwardingRoomsParts) {
    this.#parts = parts;
  }

  run(roomId: RoomId, command: JoinCommand): Promise<Ran<JoinOutcome>>;
  run(roomId: RoomId, command: PostCommand): Promise<Ran<PostOutcome> | OutOfReach>;
  async run(roomId: RoomId, command: JoinCommand | PostCommand): Promise<Ran | OutOfReach> {
    if (command.type === 'join') return this.#parts.rooms.run(roomId, command);
    const ran = await this.#parts.rooms.run(roomId, command);
    const isForOther = ran.kind === 'ran' && ran.outcome.kind === 'forward';
    return isForOther ? this.#forward(roomId, command, ran) : ran;
  }

  /** [TW4] A Collider that says so knows already. */
  async leave(roomId: RoomId, clientId: ClientId, saidBy: Messenger): Promise<void> {
    await this.#parts.rooms.run(roomId, { type: 'leave', clientId });
    if (saidBy !== 'client') return;
    const { collider, notices } = this.#parts;
    notices.add(() => collider.ask({ method: 'POST', path: `/bye/${roomId}/${inPath(clientId)}` }));
  }

  isFull(roomId: RoomId): ReturnType<RoomService['isFull']> {
    return this.#parts.rooms.isFull(roomId);
  }

  isSeated(roomId: RoomId, clientId: ClientId): ReturnType<RoomService['isSeated']> {
    return this.#parts.rooms.isSeated(roomId, clientId);
  }

  /** The Collider speaks the original protocol. */
  takesSessions(): boolean {
    return false;
  }

  /** [TW2] SUCCESS only where the Collider has taken it. */
  async #forward(
    roomId: RoomId,
    { clientId, message }: PostCommand,
    ran: Ran<PostOutcome> & { readonly kind: 'ran' },
  ): Promise<Ran<PostOutcome> | OutOfReach> {
    const { collider, notices } = this.#parts;
    const request: Request = {
      method: 'POST',
      path: `/${roomId}/${inPath(clientId)}`,
      body: message,
    };
    const answer = await collider.ask(request);
    const accepted: PostOutcome = { kind: 'accepted' };
    if (answer.kind === 'answered') {
      return { ...ran, outcome: accepted, hasOverflowed: answer.status !== 200 };
    }
    if (!isBye(message)) return { kind: 'out-of-reach', retryAfterMs: answer.retryAfterMs };
    // Its sender's seat is free already and it won't be said again.
    notices.add(() => collider.ask(request));
    return { ...ran, outcome: accepted };
  }
}
