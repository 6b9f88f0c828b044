import { sessionLimits } from '@apprtc/protocol';
import type { ConnectionId } from '../connection-id.ts';
import type { Done } from '../decision.ts';
import type { Draft } from '../draft.ts';
import { offerBox, type Room, type Seat, slotOfConnection } from '../room.ts';
import { presenceOf } from './pairing.ts';
import type { WatchCommand } from './session-command.ts';
import type { MemberSight, OfferSight } from './telling.ts';

const done: Done = { kind: 'done' };

/** [V41] */
export function watch(draft: Draft, { connection }: WatchCommand): Done {
  if (slotOfConnection(draft.room, connection) !== null) {
    draft.tell(connection, { kind: 'refused', code: 'alreadySeated' });
    return done;
  }
  if (!addWatcher(draft, connection)) return done;
  const { offer } = draft.room;
  if (offer !== null) draft.mail('peek', offerBox);
  tellRoom(draft, connection, offer === null ? { kind: 'none' } : { kind: 'peeked', id: offer.id });
  return done;
}

/** [V11] Nobody's place is free: the connection goes on as a watcher. */
export function tellFull(draft: Draft, connection: ConnectionId): void {
  draft.tell(connection, { kind: 'full', members: membersOf(draft.room, draft.policy.graceMs) });
  addWatcher(draft, connection);
}

/** Whether it watches now; where too many do, it is closed. */
function addWatcher(draft: Draft, connection: ConnectionId): boolean {
  const others = draft.room.watchers.filter((each) => each.connection !== connection);
  if (others.length >= sessionLimits.maxWatchers) {
    draft.end(connection, 'watchersFull');
    return false;
  }
  const untilMs = draft.nowMs + draft.policy.watchIdleMs;
  draft.change({ watchers: [...others, { connection, untilMs }] });
  return true;
}

export function isWatcher(room: Room, connection: ConnectionId): boolean {
  return room.watchers.some((each) => each.connection === connection);
}

export function unwatch(draft: Draft, connection: ConnectionId): void {
  if (!isWatcher(draft.room, connection)) return;
  draft.change({ watchers: draft.room.watchers.filter((each) => each.connection !== connection) });
}

/** [V42] Closes the watchers that said nothing for too long. */
export function expireWatchers(draft: Draft): void {
  for (const { connection, untilMs } of draft.room.watchers) {
    if (untilMs > draft.nowMs) continue;
    unwatch(draft, connection);
    draft.end(connection, 'watchIdle');
  }
}

/** [V41] Tells those who watched before of what has changed. */
export function tellWatchers(draft: Draft, before: Room): void {
  const { room } = draft;
  if (before === room || room.watchers.length === 0) return;
  const offer = offerChange(draft, before);
  if (offer.kind === 'same' && sightOf(before) === sightOf(room)) return;
  for (const { connection } of room.watchers) {
    if (isWatcher(before, connection)) tellRoom(draft, connection, offer);
  }
}

function offerChange(draft: Draft, before: Room): OfferSight {
  if (draft.room.offer === null) return { kind: before.offer === null ? 'same' : 'none' };
  return draft.published === null ? { kind: 'same' } : { kind: 'new', ...draft.published };
}

function tellRoom(draft: Draft, connection: ConnectionId, offer: OfferSight): void {
  const members = membersOf(draft.room, draft.policy.graceMs);
  draft.tell(connection, { kind: 'room', members, isFree: isFree(draft.room), offer });
}

/** What of a room a watcher sees, but for the time. */
function sightOf(room: Room): string {
  const states = room.seats.map((seat) => (seat === null ? '-' : presenceOf(seat)));
  return `${states.join()} ${isFree(room)}`;
}

/** Whether a watcher's join would be seated: a seat whose page said that it is going waits for that page. */
function isFree(room: Room): boolean {
  const isTaken = (seat: Seat | null) =>
    seat !== null && (seat.session !== null || seat.presence.kind !== 'dropped');
  if (room.seats.every(isTaken)) return false;
  return room.reservation === null || room.seats.every((seat) => seat === null);
}

function membersOf(room: Room, graceMs: number): readonly MemberSight[] {
  return room.seats.flatMap((seat) => (seat === null ? [] : [sight(seat, graceMs)]));
}

function sight(seat: Seat, graceMs: number): MemberSight {
  const { presence } = seat;
  const connection = presence.kind === 'connected' ? presence.connection : null;
  const droppedMs = presence.kind === 'dropped' ? presence.untilMs - graceMs : null;
  return { state: presenceOf(seat), connection, heardMs: seat.session?.heardMs ?? droppedMs };
}
