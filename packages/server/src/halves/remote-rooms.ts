import { randomBytes } from 'node:crypto';
import type { ClientId, Parsed, RoomId } from '@apprtc/protocol';
import type { JoinCommand, JoinOutcome, PostCommand, PostOutcome } from '@apprtc/signaling';
import type { Logger } from 'pino';
import type { Ran } from '../rooms/room-service.ts';
import type { Messenger, OutOfReach, RoomsPort } from '../rooms/rooms-port.ts';
import { type CommandSeal, sealHeader } from './command-seal.ts';
import type { Notices } from './notices.ts';
import type { OtherHalf, Request, Unreachable } from './other-half.ts';
import {
  fullRequest,
  joinRequest,
  leaveRequest,
  messageRequest,
  parseFullReply,
  parseJoinReply,
  parseMessageReply,
  parseSeatedReply,
  seatedRequest,
} from './room-commands.ts';

export interface RemoteRoomsParts {
  readonly collider: OtherHalf;
  readonly seal: CommandSeal;
  readonly notices: Notices;
  readonly logger: Logger;
}

/** What our Collider answered to a sealed request. */
type Asked = { readonly kind: 'answered'; readonly text: string } | Unreachable;

/** A Collider that refuses us is asked again as seldom as one that is down. */
const refusedRetryMs = 5_000;

/** [TW1] The rooms that our Collider keeps: a room server asks it, and so both go by the same seats. */
export class RemoteRooms implements RoomsPort {
  readonly #parts: RemoteRoomsParts;
  #hasComplained = false;

  constructor(parts: RemoteRoomsParts) {
    this.#parts = parts;
  }

  run(roomId: RoomId, command: JoinCommand): Promise<Ran<JoinOutcome> | OutOfReach>;
  run(roomId: RoomId, command: PostCommand): Promise<Ran<PostOutcome> | OutOfReach>;
  run(roomId: RoomId, command: JoinCommand | PostCommand): Promise<Ran | OutOfReach> {
    return command.type === 'join' ? this.#join(roomId, command) : this.#post(roomId, command);
  }

  async leave(roomId: RoomId, clientId: ClientId, saidBy: Messenger): Promise<void> {
    // It freed the seat itself; sent back, this would free the seat of a client that has come back meanwhile.
    if (saidBy === 'our-collider') return;
    const asked = await this.#ask(leaveRequest(roomId, clientId));
    if (asked.kind === 'unreachable') this.#leaveLater(roomId, clientId);
  }

  async isFull(roomId: RoomId): Promise<boolean> {
    const asked = await this.#ask(fullRequest(roomId));
    // The page is served all the same: its join will tell.
    return asked.kind === 'answered' && read(parseFullReply(asked.text));
  }

  async isSeated(roomId: RoomId, clientId: ClientId): Promise<boolean> {
    const asked = await this.#ask(seatedRequest(roomId, clientId));
    return asked.kind === 'answered' && read(parseSeatedReply(asked.text));
  }

  /** It is one of ours. */
  takesSessions(): boolean {
    return true;
  }

  async #join(roomId: RoomId, command: JoinCommand): Promise<Ran<JoinOutcome> | OutOfReach> {
    const asked = await this.#ask(joinRequest(roomId, command));
    if (asked.kind === 'answered') return read(parseJoinReply(asked.text));
    // Nobody learns of a seat that it may have made.
    if (asked.mayHaveArrived) this.#leaveLater(roomId, command.clientId);
    return outOfReach(asked);
  }

  async #post(roomId: RoomId, command: PostCommand): Promise<Ran<PostOutcome> | OutOfReach> {
    const asked = await this.#ask(messageRequest(roomId, command));
    return asked.kind === 'answered' ? read(parseMessageReply(asked.text)) : outOfReach(asked);
  }

  #leaveLater(roomId: RoomId, clientId: ClientId): void {
    this.#parts.notices.add(() => this.#ask(leaveRequest(roomId, clientId)));
  }

  async #ask(request: Request): Promise<Asked> {
    const { collider, seal } = this.#parts;
    const { method, path, body = '' } = request;
    const requestId = randomBytes(16).toString('base64url');
    const headers = { [sealHeader]: seal.seal({ method, path, body }, requestId, Date.now()) };
    // [TW12] Its name in the seal makes it safe to send twice.
    const answer = await collider.ask({ ...request, headers, isRepeatable: true });
    if (answer.kind === 'unreachable') return answer;
    if (answer.status === 200) {
      this.#hasComplained = false;
      return answer;
    }
    this.#complain(answer.status);
    return { kind: 'unreachable', retryAfterMs: refusedRetryMs, mayHaveArrived: false };
  }

  /** Once for each time that it begins. */
  #complain(status: number): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    const why =
      status === 401
        ? 'the Collider refuses our seal: APPRTC_SECRET must be the same for both halves, and their clocks right'
        : `the Collider answered ${status}`;
    this.#parts.logger.error({ event: 'half.refused', origin: this.#parts.collider.origin, why });
  }
}

function outOfReach({ retryAfterMs }: Unreachable): OutOfReach {
  return { kind: 'out-of-reach', retryAfterMs };
}

/** What our own other half writes can be read; anything else is a bug or another version of it. */
function read<Value>(reply: Parsed<Value>): Value {
  if (!reply.ok) throw new Error(`The Collider's reply can't be read: ${reply.problem}`);
  return reply.value;
}
