import { nextDeadline } from './expire.ts';
import type { Policy } from './policy.ts';
import { isLoopbackSeat, isVacant, maxLeavers, type Room, type Seat, slots } from './room.ts';
import { sessionRules } from './session/session-rules.ts';

/** What is true of every room that `transition` makes. Answers with the broken ones, in words. */
export function brokenInvariants(room: Room, nowMs: number, policy: Policy): readonly string[] {
  const seats = room.seats.filter((seat): seat is Seat => seat !== null);
  const rules: readonly (readonly [boolean, string])[] = [
    [areDistinct(seats.map((seat) => seat.clientId)), 'two seats have one holder'],
    [areDistinct(connectionsOf(room)), 'one connection is in two places'],
    [
      seats.filter((seat) => seat.isInitiator).length === (isVacant(room) ? 0 : 1),
      'not exactly one initiator',
    ],
    [
      seats.length < 2 || seats.every((seat) => seat.missesByeFrom === null),
      'a bye is missed although the seat is taken',
    ],
    [
      seats.every((seat) => !seat.hasUnreadBye || seat.presence.kind !== 'connected'),
      'a connected member has unread mail',
    ],
    [
      slots.every((slot) => room.seats[slot] === null || room.lapsed[slot] === null),
      'a taken seat has lapsed mail',
    ],
    [
      seats.every((seat) => !isLoopbackSeat(seat) || (seats.length === 2 && !seat.isInitiator)),
      'a loopback seat without its owner',
    ],
    [seats.length === 0 || room.loopbackWaiter === null, 'a loopback socket waits beside a member'],
    [room.leavers.length <= maxLeavers, 'too many leavers'],
    ...sessionRules(room),
    [isEndBounded(room, nowMs, policy), 'something does not end in bounded time'],
  ];
  return rules.filter(([holds]) => !holds).map(([, words]) => words);
}

function areDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function connectionsOf(room: Room): string[] {
  const seated = room.seats.flatMap((seat) =>
    seat?.presence.kind === 'connected' ? [seat.presence.connection] : [],
  );
  const waiter = room.loopbackWaiter === null ? [] : [room.loopbackWaiter.connection];
  const others = [...room.leavers, ...room.watchers].map(({ connection }) => connection);
  return [...seated, ...others, ...waiter];
}

function isEndBounded(room: Room, nowMs: number, policy: Policy): boolean {
  const longestMs = Math.max(
    policy.graceMs,
    policy.pendingSeatMs,
    policy.leaverCloseMs,
    policy.loopbackWaitMs,
    policy.lapsedMailMs,
    policy.seatGraceMs,
    policy.leavingMs,
    policy.watchIdleMs,
    policy.restoresUntilMs - nowMs,
  );
  const deadline = nextDeadline(room);
  return deadline === null || (deadline > nowMs && deadline <= nowMs + longestMs);
}
