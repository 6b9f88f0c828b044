import {
  type ClientId,
  type InstanceId,
  isLoopbackClientId,
  type OfferId,
  type SpentOffer,
} from '@apprtc/protocol';
import type { ConnectionId } from './connection-id.ts';

/** A seat's place in the room, and the name of the mailbox beside it. */
export type Slot = 0 | 1;

/** Where a member is. Only a connected member can be sent something; the others have a mailbox. */
export type Presence =
  /** Joined over HTTP, has not registered yet. The seat is freed at `untilMs`. */
  | { readonly kind: 'pending'; readonly untilMs: number }
  | { readonly kind: 'connected'; readonly connection: ConnectionId }
  /** The socket closed. The seat is freed at `untilMs`, or by the next join. */
  | { readonly kind: 'dropped'; readonly untilMs: number }
  /** [LB5] The loopback seat without a socket: it has no clock and goes with its owner. */
  | { readonly kind: 'loopback' };

/** What a seat is besides, when it is held by the session protocol. */
export interface SessionSeat {
  readonly protocol: 2;
  readonly instance: InstanceId;
  /** [V8] The pairing in which this instance takes part; 0: none, or it is over. */
  readonly epoch: number;
  /** [V38] The newest pairing that its holder has proved: after a restart the higher one wins. */
  readonly rank: number;
  /** [V19] How many of its messages the server has taken for a legacy peer, in `epoch`. */
  readonly relayedTo: number;
  /** [V30] Whether the answer of its join was taken; null: it carried none. */
  readonly isAnswerTaken: boolean | null;
  /** [V30] [V31] What became of the offer that it had published, in `epoch`. */
  readonly spentOffer: SpentOffer | null;
  /** [V37] Its page said that it is going: the next join gets the seat. */
  readonly isLeaving: boolean;
  /** When it was last heard, where its connection is gone. */
  readonly heardMs: number | null;
}

export interface Seat {
  readonly clientId: ClientId;
  readonly isInitiator: boolean;
  readonly presence: Presence;
  /** [ST19] The peer that went without a `bye`: owed one before anyone new is heard. Null: none is owed. */
  readonly missesByeFrom: ClientId | null;
  /** A `bye` lies unread in its mailbox: what it says until then is meant for the peer that is gone. */
  readonly hasUnreadBye: boolean;
  /** Null: a legacy member. */
  readonly session: SessionSeat | null;
}

/** [ST24] A client whose seat is free but whose socket is still open: it may say one `bye`. */
export interface Leaver {
  readonly clientId: ClientId;
  readonly connection: ConnectionId;
  /** Its socket is closed at this time at the latest. */
  readonly untilMs: number;
}

/** [ST18] What waited for a seat that expired waits on, in the slot's mailbox up to its mark, for the same id. */
export interface Lapsed {
  readonly clientId: ClientId;
  /** Who sat opposite; null if its `bye` is what waits, or the last of it. */
  readonly peer: ClientId | null;
  /** The session that the seat was part of; null: a legacy member's. */
  readonly session: SessionSeat | null;
  /** It is forgotten at this time. */
  readonly untilMs: number;
}

/** Leavers whose sockets a room keeps open at once; the oldest is closed for one more. */
export const maxLeavers = 8;

/** [LB8] A loopback socket that came before its room's join. */
export interface LoopbackWaiter {
  readonly connection: ConnectionId;
  readonly untilMs: number;
}

/** [V41] A connection that holds no seat and is told who is there. */
export interface Watcher {
  readonly connection: ConnectionId;
  /** It is closed at this time unless it says something. */
  readonly untilMs: number;
}

/** [V28] The live offer of a member that waits alone. Its messages lie in the `offerBox`. */
export interface Offer {
  readonly slot: Slot;
  readonly id: OfferId;
  /** How many candidates lie beside the offer. */
  readonly candidates: number;
}

/** [V38] The empty seat of a room that is being rebuilt is for the one who proves this pairing. */
export interface Reservation {
  readonly epoch: number;
  readonly untilMs: number;
}

export type Pair<Value> = readonly [Value, Value];

/** A room of two: a small value without bodies, sockets or counters. `transition` alone makes new ones. */
export interface Room {
  readonly seats: Pair<Seat | null>;
  readonly lapsed: Pair<Lapsed | null>;
  readonly leavers: readonly Leaver[];
  readonly loopbackWaiter: LoopbackWaiter | null;
  /** [V8] The newest pairing of which a session was part. */
  readonly epoch: number;
  readonly offer: Offer | null;
  readonly watchers: readonly Watcher[];
  readonly reservation: Reservation | null;
}

const nothingLapsed: Pair<null> = [null, null];
const noLeavers: readonly Leaver[] = [];
const noWatchers: readonly Watcher[] = [];

export const emptyRoom: Room = {
  seats: [null, null],
  lapsed: nothingLapsed,
  leavers: noLeavers,
  loopbackWaiter: null,
  epoch: 0,
  offer: null,
  watchers: noWatchers,
  reservation: null,
};

/** Whether nothing is left to remember: a store drops such a room. */
export function isForgettable(room: Room): boolean {
  return (
    room.seats[0] === null &&
    room.seats[1] === null &&
    room.lapsed[0] === null &&
    room.lapsed[1] === null &&
    room.leavers.length === 0 &&
    room.loopbackWaiter === null &&
    room.watchers.length === 0
  );
}

/** A mailbox: a seat's, or the one that holds the offer. */
export type Box = Slot | 2;
export const offerBox = 2;

export const slots: Pair<Slot> = [0, 1];

export function otherSlot(slot: Slot): Slot {
  return slot === 0 ? 1 : 0;
}

/** `pair` with `value` at `slot`. */
export function withAt<Value>(pair: Pair<Value>, slot: Slot, value: Value): Pair<Value> {
  return slot === 0 ? [value, pair[1]] : [pair[0], value];
}

export function slotOfClient(room: Room, clientId: ClientId): Slot | null {
  if (room.seats[0]?.clientId === clientId) return 0;
  if (room.seats[1]?.clientId === clientId) return 1;
  return null;
}

function holds(seat: Seat | null, connection: ConnectionId): boolean {
  return seat?.presence.kind === 'connected' && seat.presence.connection === connection;
}

export function slotOfConnection(room: Room, connection: ConnectionId): Slot | null {
  if (holds(room.seats[0], connection)) return 0;
  if (holds(room.seats[1], connection)) return 1;
  return null;
}

/** Who held a seat in `before` and holds none in `after`; the loopback seat is nobody's. */
export function departed(before: Room, after: Room): readonly ClientId[] {
  if (before.seats === after.seats) return [];
  const ids = before.seats.flatMap((seat) => (seat === null ? [] : [seat.clientId]));
  return ids.filter((id) => slotOfClient(after, id) === null && !isLoopbackClientId(id));
}

export function isVacant(room: Room): boolean {
  return room.seats[0] === null && room.seats[1] === null;
}

/** The slot of the only member; null where nobody or both are seated. */
export function soleSlot(room: Room): Slot | null {
  const [first, second] = room.seats;
  if (first !== null && second === null) return 0;
  return first === null && second !== null ? 1 : null;
}

export function isLoopbackSeat(seat: Seat): boolean {
  return isLoopbackClientId(seat.clientId);
}

/** When a seat is freed unless something happens; null where it has no clock. */
export function seatDeadline(seat: Seat | null): number | null {
  if (seat === null) return null;
  const { presence } = seat;
  return presence.kind === 'pending' || presence.kind === 'dropped' ? presence.untilMs : null;
}
