import { sessionLimits } from '@apprtc/protocol';
import { type Room, type Seat, soleSlot } from '../room.ts';

/** What is true of the sessions of every room: what holds, and what is wrong where it doesn't. */
export function sessionRules(room: Room): readonly (readonly [boolean, string])[] {
  const seats = room.seats.filter((seat): seat is Seat => seat !== null);
  const sessions = seats.flatMap(({ session }) => (session === null ? [] : [session]));
  return [
    [
      sessions.every(({ epoch, rank }) => epoch <= rank && rank <= room.epoch),
      'a session is of a pairing that never was',
    ],
    [
      sessions.length < 2 ||
        sessions.every(({ epoch }) => epoch > 0 && epoch === sessions[0]?.epoch),
      'two sessions are not of one pairing',
    ],
    [areMet(seats), 'a session has not been told of a legacy member'],
    [
      new Set(sessions.map(({ instance }) => instance)).size === sessions.length,
      'two seats have one instance',
    ],
    [
      seats.every(
        ({ session, presence }) => session?.isLeaving !== true || presence.kind === 'dropped',
      ),
      'a page that is going is still connected',
    ],
    [
      seats.every(({ session, presence }) => session === null || presence.kind !== 'pending'),
      'a session has not registered',
    ],
    [
      seats.every(({ session, hasUnreadBye }) => session === null || !hasUnreadBye),
      'a bye waits for a session',
    ],
    [
      room.offer === null ||
        (soleSlot(room) === room.offer.slot && room.seats[room.offer.slot]?.session != null),
      'an offer is shown by one who does not wait alone',
    ],
    [room.reservation === null || soleSlot(room) !== null, 'a seat is kept free beside nobody'],
    [room.watchers.length <= sessionLimits.maxWatchers, 'too many watch'],
  ];
}

/** A legacy member that has registered and a session opposite are a pairing. */
function areMet(seats: readonly Seat[]): boolean {
  const legacy = seats.find(({ session }) => session === null);
  const session = seats.find((seat) => seat.session !== null)?.session;
  if (legacy === undefined || session == null) return true;
  return session.epoch > 0 || legacy.presence.kind !== 'connected';
}
