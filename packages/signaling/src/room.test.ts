import type { ClientId } from '@apprtc/protocol';
import { describe, expect, it } from 'vitest';
import type { ConnectionId } from './connection-id.ts';
import { nextDeadline } from './expire.ts';
import { brokenInvariants } from './invariants.ts';
import { defaultPolicy as policy } from './policy.ts';
import {
  emptyRoom,
  isForgettable,
  type Lapsed,
  type Leaver,
  type Presence,
  type Room,
  type Seat,
} from './room.ts';

function seat(name: string, presence: Presence, rest: Partial<Seat> = {}): Seat {
  return {
    clientId: name as ClientId,
    isInitiator: false,
    presence,
    missesByeFrom: null,
    hasUnreadBye: false,
    session: null,
    ...rest,
  };
}

function at(name: string): Presence {
  return { kind: 'connected', connection: name as ConnectionId };
}

function leaver(name: string, untilMs = 5_000): Leaver {
  return { clientId: name as ClientId, connection: name as ConnectionId, untilMs };
}

const lapsed: Lapsed = {
  clientId: 'L' as ClientId,
  peer: 'P' as ClientId,
  session: null,
  untilMs: 4_000,
};
const waiter = { connection: 'w' as ConnectionId, untilMs: 3_000 };
const alone = seat('A', at('a'), { isInitiator: true });
const other = seat('B', at('b'));
const loopback = seat('LOOPBACK_CLIENT_ID', { kind: 'loopback' });

const remembered: readonly (readonly [string, Partial<Room>])[] = [
  ['its first seat', { seats: [alone, null] }],
  ['its second seat', { seats: [null, alone] }],
  ['mail of its first seat', { lapsed: [lapsed, null] }],
  ['mail of its second seat', { lapsed: [null, lapsed] }],
  ['a leaver', { leavers: [leaver('G')] }],
  ['a loopback socket', { loopbackWaiter: waiter }],
];

describe('a room', () => {
  it('without anything is forgotten', () => {
    expect(isForgettable(emptyRoom)).toBe(true);
  });

  it.each(remembered)('is remembered for %s alone', (_name, part) => {
    expect(isForgettable({ ...emptyRoom, ...part })).toBe(false);
  });

  it.each([
    ['nobody', {}, null],
    ['the connected', { seats: [alone, other] }, null],
    ['the loopback seat', { seats: [alone, loopback] }, null],
    [
      'one who has not registered',
      { seats: [null, seat('A', { kind: 'pending', untilMs: 7 })] },
      7,
    ],
    ['one who dropped', { seats: [seat('A', { kind: 'dropped', untilMs: 8 }), null] }, 8],
    ['mail', { lapsed: [null, lapsed] }, 4_000],
    ['leavers, the first of them', { leavers: [leaver('G', 6_000), leaver('H', 5_500)] }, 5_500],
    ['a loopback socket', { loopbackWaiter: waiter }, 3_000],
    [
      'the first of all',
      { leavers: [leaver('G')], lapsed: [lapsed, null], loopbackWaiter: waiter },
      3_000,
    ],
  ] satisfies readonly (readonly [string, Partial<Room>, number | null])[])(
    '[ST5] has the deadline of %s',
    (_name, part, expected) => {
      expect(nextDeadline({ ...emptyRoom, ...part })).toBe(expected);
    },
  );
});

describe('invariants', () => {
  const longestMs = policy.lapsedMailMs;
  const sound: readonly (readonly [string, Partial<Room>])[] = [
    ...remembered,
    ['a pair', { seats: [alone, other] }],
    [
      'a pair with one who joined',
      { seats: [alone, seat('B', { kind: 'pending', untilMs: 1_001 })] },
    ],
    ['one who misses a bye', { seats: [{ ...alone, missesByeFrom: 'B' as ClientId }, null] }],
    ['a loopback room', { seats: [alone, loopback] }],
    ['eight leavers', { leavers: Array.from({ length: 8 }, (_, index) => leaver(`G${index}`)) }],
    ['mail to the last moment', { lapsed: [{ ...lapsed, untilMs: 1_000 + longestMs }, null] }],
    [
      'an unread bye of one who is away',
      {
        seats: [
          seat('A', { kind: 'dropped', untilMs: 2_000 }, { isInitiator: true, hasUnreadBye: true }),
          null,
        ],
      },
    ],
  ];
  it.each(sound)('hold with %s', (_name, part) => {
    expect(brokenInvariants({ ...emptyRoom, ...part }, 1_000, policy)).toEqual([]);
  });

  const missing = { missesByeFrom: 'C' as ClientId };
  const broken: readonly (readonly [string, Partial<Room>])[] = [
    ['two seats have one holder', { seats: [alone, { ...other, clientId: alone.clientId }] }],
    ['one connection is in two places', { seats: [alone, { ...other, presence: at('a') }] }],
    ['one connection is in two places', { seats: [alone, null], leavers: [leaver('a')] }],
    ['one connection is in two places', { leavers: [leaver('w')], loopbackWaiter: waiter }],
    ['not exactly one initiator', { seats: [alone, { ...other, isInitiator: true }] }],
    ['not exactly one initiator', { seats: [other, null] }],
    ['a bye is missed although the seat is taken', { seats: [{ ...alone, ...missing }, other] }],
    ['a bye is missed although the seat is taken', { seats: [alone, { ...other, ...missing }] }],
    ['a connected member has unread mail', { seats: [{ ...alone, hasUnreadBye: true }, null] }],
    ['a taken seat has lapsed mail', { seats: [alone, null], lapsed: [lapsed, null] }],
    ['a loopback seat without its owner', { seats: [{ ...loopback, isInitiator: true }, null] }],
    ['a loopback seat without its owner', { seats: [null, { ...loopback, isInitiator: true }] }],
    ['a loopback seat without its owner', { seats: [other, { ...loopback, isInitiator: true }] }],
    ['a loopback socket waits beside a member', { seats: [alone, null], loopbackWaiter: waiter }],
    ['too many leavers', { leavers: Array.from({ length: 9 }, (_, index) => leaver(`G${index}`)) }],
    ['something does not end in bounded time', { leavers: [leaver('G', 1_000)] }],
    ['something does not end in bounded time', { leavers: [leaver('G', 1_001 + longestMs)] }],
  ];
  it.each(broken)('name what is wrong: %s', (words, part) => {
    expect(brokenInvariants({ ...emptyRoom, ...part }, 1_000, policy)).toEqual([words]);
  });

  it('[LB6] name all that is wrong with a loopback seat alone', () => {
    expect(brokenInvariants({ ...emptyRoom, seats: [null, loopback] }, 0, policy)).toEqual([
      'not exactly one initiator',
      'a loopback seat without its owner',
    ]);
  });
});
