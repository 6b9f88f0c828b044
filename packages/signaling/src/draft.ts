import type { ClientId, OfferId, SessionCodeName, WireCodeName } from '@apprtc/protocol';
import type { ConnectionId } from './connection-id.ts';
import type { Decision, Effect, MailOp, Outcome } from './decision.ts';
import type { Policy } from './policy.ts';
import {
  type Box,
  type Lapsed,
  type LoopbackWaiter,
  maxLeavers,
  type Room,
  type Seat,
  type SessionSeat,
  type Slot,
  withAt,
} from './room.ts';
import type { Telling } from './session/telling.ts';

/** A decision in the making. Lives inside one `transition`, which stays pure to its caller. */
export class Draft {
  room: Room;
  readonly nowMs: number;
  readonly policy: Policy;
  /** [V41] What watchers are to be shown of a new offer. */
  published: { readonly id: OfferId; readonly message: string } | null = null;
  readonly #mail: MailOp[] = [];
  readonly #effects: Effect[] = [];

  constructor(room: Room, nowMs: number, policy: Policy) {
    this.room = room;
    this.nowMs = nowMs;
    this.policy = policy;
  }

  decide<OfOutcome extends Outcome>(outcome: OfOutcome): Decision<OfOutcome> {
    return { room: this.room, mail: this.#mail, effects: this.#effects, outcome };
  }

  seat(slot: Slot): Seat | null {
    return this.room.seats[slot];
  }

  setSeat(slot: Slot, seat: Seat | null): void {
    this.room = { ...this.room, seats: withAt(this.room.seats, slot, seat) };
  }

  changeSeat(slot: Slot, change: Partial<Seat>): void {
    const seat = this.room.seats[slot];
    if (seat !== null) this.setSeat(slot, { ...seat, ...change });
  }

  changeSession(slot: Slot, change: Partial<SessionSeat>): void {
    const session = this.room.seats[slot]?.session;
    if (session != null) this.changeSeat(slot, { session: { ...session, ...change } });
  }

  change(change: Partial<Room>): void {
    this.room = { ...this.room, ...change };
  }

  setLapsed(slot: Slot, lapsed: Lapsed | null): void {
    this.room = { ...this.room, lapsed: withAt(this.room.lapsed, slot, lapsed) };
  }

  setLoopbackWaiter(loopbackWaiter: LoopbackWaiter | null): void {
    this.room = { ...this.room, loopbackWaiter };
  }

  addLeaver(clientId: ClientId, connection: ConnectionId): void {
    const untilMs = this.nowMs + this.policy.leaverCloseMs;
    const leavers = [...this.room.leavers, { clientId, connection, untilMs }];
    const closed = leavers.length > maxLeavers ? leavers.shift() : undefined;
    this.room = { ...this.room, leavers };
    this.#effects.push({ kind: 'silence', connection });
    if (closed !== undefined) this.close(closed.connection, 'left');
  }

  /** Forgets the leavers that `isGone` picks, and gives them back. */
  removeLeavers(isGone: (leaver: Room['leavers'][number]) => boolean): Room['leavers'] {
    const gone = this.room.leavers.filter(isGone);
    if (gone.length > 0) {
      this.room = {
        ...this.room,
        leavers: this.room.leavers.filter((leaver) => !gone.includes(leaver)),
      };
    }
    return gone;
  }

  append(slot: Box, message: string, isReserved = false): void {
    this.#mail.push({ op: 'append', slot, message, isReserved });
  }

  trim(slot: Slot, upTo: number): void {
    this.#mail.push({ op: 'trim', slot, upTo });
  }

  mail(op: Exclude<MailOp['op'], 'append' | 'trim'>, slot: Box): void {
    this.#mail.push({ op, slot });
  }

  /** Drops all that waits in `slot`, and who it waited for. */
  forgetMail(slot: Slot): void {
    this.mail('clear', slot);
    this.setLapsed(slot, null);
  }

  deliver(connection: ConnectionId, message: string): void {
    this.#effects.push({ kind: 'deliver', connection, message });
  }

  deliverDrained(connection: ConnectionId): void {
    this.#effects.push({ kind: 'deliver-drained', connection });
  }

  tell(connection: ConnectionId, telling: Telling): void {
    this.#effects.push({ kind: 'tell', connection, telling });
  }

  end(connection: ConnectionId, code: SessionCodeName): void {
    this.#effects.push({ kind: 'end', connection, code });
  }

  close(connection: ConnectionId, code: WireCodeName): void {
    this.#effects.push({ kind: 'close', connection, code });
  }
}
