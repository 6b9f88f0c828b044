import { byeMessage, heartbeatMessage } from '@apprtc/protocol';
import { RoomSimulation } from '@apprtc/testkit';
import { describe, expect, it } from 'vitest';
import { brokenInvariants } from './invariants.ts';
import type { Policy } from './policy.ts';
import { departed, emptyRoom } from './room.ts';

const lower = 'loopback_client_id';
const upper = 'LOOPBACK_CLIENT_ID';

/** A room whose members' sockets are at another's Collider. */
function forwardingRoom(...clients: string[]): RoomSimulation {
  const room = new RoomSimulation({ relay: 'forward' });
  for (const client of clients) room.join(client);
  return room;
}

/** A room of an open Collider whose room server is another's: nobody joins, and no id is ours. */
class OpenRoom extends RoomSimulation {
  constructor(policy: Partial<Policy> = {}) {
    super({ admission: 'elsewhere', ...policy });
  }

  override register(client: string): ReturnType<RoomSimulation['register']> {
    return super.register(client, false);
  }

  static override withPair(): OpenRoom {
    const room = new OpenRoom();
    room.register('A');
    room.register('B');
    return room;
  }
}

describe('where messages are forwarded', () => {
  it('[TW2] what a member says to the other is for the caller, and nothing of it is kept', () => {
    const room = forwardingRoom('A', 'B');
    const before = room.room;
    expect(room.post('A', 'offer')).toEqual({ kind: 'forward' });
    expect(room.post('B', 'answer')).toEqual({ kind: 'forward' });
    expect(room.room).toBe(before);
    expect(room.waiting).toBe(0);
    expect(room.heard).toEqual([]);
  });

  it('[TW2] a bye is forwarded too, and its seat is free at once', () => {
    const room = forwardingRoom('A', 'B');
    expect(room.post('A', byeMessage)).toEqual({ kind: 'forward' });
    expect(room.seated()).toEqual(['B']);
    expect(room.initiator()).toBe('B');
    expect(room.waiting).toBe(0);
    expect(room.room.seats[1]).toMatchObject({ missesByeFrom: null, hasUnreadBye: false });
  });

  it('[TW3] what one says alone waits for the newcomer, once and in order', () => {
    const room = forwardingRoom('A');
    expect(room.post('A', 'one')).toEqual({ kind: 'accepted' });
    expect(room.post('A', 'two')).toEqual({ kind: 'accepted' });
    expect(room.join('B')).toEqual({
      outcome: { kind: 'joined', isInitiator: false, isLoopback: false },
      messages: ['one', 'two'],
    });
    room.leave('B');
    expect(room.join('C').messages).toEqual([]);
  });

  it('[TW3] nobody is owed a bye: the newcomer gets what was said after the other had left', () => {
    for (const gone of ['A', 'B']) {
      const stays = gone === 'A' ? 'B' : 'A';
      const room = forwardingRoom('A', 'B');
      room.post(stays, 'to the one who leaves');
      room.leave(gone);
      expect(room.room.seats.find((seat) => seat !== null)?.missesByeFrom, gone).toBeNull();
      expect(room.post(stays, 'anyone?')).toEqual({ kind: 'accepted' });
      expect(room.join('C').messages, gone).toEqual(['anyone?']);
      expect(room.post(stays, 'again')).toEqual({ kind: 'forward' });
    }
  });

  it('[TW3] [ST4] the bye of one who is alone is accepted and waits for nobody', () => {
    const room = forwardingRoom('A');
    room.post('A', 'offer');
    expect(room.post('A', byeMessage)).toEqual({ kind: 'accepted' });
    expect(room.seated()).toEqual([]);
    expect(room.waiting).toBe(0);
    expect(room.join('B')).toMatchObject({ outcome: { isInitiator: true }, messages: [] });
  });

  it('[TW3] a second bye of one who is gone is told to nobody', () => {
    const room = forwardingRoom('A', 'B');
    room.post('A', byeMessage);
    expect(room.post('A', byeMessage)).toEqual({ kind: 'unknown-client' });
    expect(room.waiting).toBe(0);
    expect(room.join('C').messages).toEqual([]);
  });

  it('[HB1] [TW2] a heartbeat is swallowed, alone or not', () => {
    const room = forwardingRoom('A');
    expect(room.post('A', heartbeatMessage)).toEqual({ kind: 'accepted' });
    expect(room.join('B').messages).toEqual([]);
    expect(room.post('A', heartbeatMessage)).toEqual({ kind: 'accepted' });
  });

  it('[TW2] [LB1] beside the loopback seat the room has two members', () => {
    const room = new RoomSimulation({ relay: 'forward' });
    expect(room.join('A', true).outcome).toMatchObject({ isLoopback: true });
    expect(room.post('A', 'offer')).toEqual({ kind: 'forward' });
    expect(room.waiting).toBe(0);
    expect(room.post('A', byeMessage)).toEqual({ kind: 'forward' });
    expect(room.seated()).toEqual([]);
  });

  it('[TW2] [MS4] [MS5] strangers are unknown, as everywhere', () => {
    const room = forwardingRoom();
    expect(room.post('X', 'x')).toEqual({ kind: 'unknown-room' });
    room.join('A');
    expect(room.post('X', 'x')).toEqual({ kind: 'unknown-client' });
    expect(room.seated()).toEqual(['A']);
  });
});

describe('where another room server makes the joins', () => {
  it('[TW8] one who speaks first is seated, and what it said waits', () => {
    const room = new OpenRoom();
    expect(room.post('A', 'offer')).toEqual({ kind: 'accepted' });
    expect(room.seated()).toEqual(['A']);
    expect(room.initiator()).toBe('A');
    room.register('B');
    expect(room.seated()).toEqual(['A', 'B']);
    expect(room.heardBy('B')).toEqual(['offer']);
  });

  it('[TW8] [SD1] what it says beside a member is delivered at once, and what waited for it stays', () => {
    const room = new OpenRoom();
    room.register('A');
    room.send('A', 'offer');
    expect(room.post('B', 'answer')).toEqual({ kind: 'accepted' });
    expect(room.heardBy('A')).toEqual(['answer']);
    expect(room.initiator()).toBe('A');
    room.register('B');
    expect(room.heardBy('B')).toEqual(['offer']);
  });

  it('[TW8] a register keeps the seat', () => {
    const room = new OpenRoom();
    room.post('A', 'offer');
    room.advance(9_999);
    expect(room.seated()).toEqual(['A']);
    expect(room.register('A').kind).toBe('registered');
    room.advance(100_000);
    expect(room.seated()).toEqual(['A']);
    room.register('B');
    expect(room.heardBy('B')).toEqual(['offer']);
  });

  it('[TW8] without one the seat ends after the grace', () => {
    const room = new OpenRoom({ graceMs: 700 });
    room.post('A', 'offer');
    room.advance(699);
    expect(room.seated()).toEqual(['A']);
    room.advance(1);
    expect(room.seated()).toEqual([]);
    room.register('B');
    expect(room.heardBy('B')).toEqual([]);
  });

  it('[TW8] [MS5] a full room has no seat for it, not even that of a closed socket', () => {
    const room = OpenRoom.withPair();
    expect(room.post('X', 'x')).toEqual({ kind: 'unknown-client' });
    room.drop('B');
    expect(room.post('X', 'x')).toEqual({ kind: 'unknown-client' });
    expect(room.seated()).toEqual(['A', 'B']);
    expect(room.heard).toEqual([]);
  });

  it('[TW8] [ST25] the bye of one whom nobody knows seats it nowhere', () => {
    const room = new OpenRoom();
    expect(room.post('X', byeMessage)).toEqual({ kind: 'unknown-room' });
    room.register('A');
    expect(room.post('X', byeMessage)).toEqual({ kind: 'unknown-client' });
    expect(room.seated()).toEqual(['A']);
    expect(room.heardBy('A')).toEqual([]);
  });

  it('[TW8] [LB11] the loopback id is seated by no message', () => {
    const room = new OpenRoom();
    for (const spelling of [lower, upper]) {
      expect(room.post(spelling, 'x')).toEqual({ kind: 'unknown-room' });
    }
    expect(room.seated()).toEqual([]);
  });

  it('[TW9] [ST31] one it does not know takes the place of a closed socket, and the other hears a bye', () => {
    const room = OpenRoom.withPair();
    room.drop('A');
    expect(room.register('C').kind).toBe('registered');
    expect(room.seated()).toEqual(['C', 'B']);
    expect(room.heardBy('B')).toEqual([byeMessage]);
    expect(room.initiator()).toBe('B');
  });

  it('[TW9] [RG5] two who are connected make way for nobody', () => {
    const room = OpenRoom.withPair();
    expect(room.register('C')).toMatchObject({ kind: 'refused', code: 'roomFull' });
    expect(room.seated()).toEqual(['A', 'B']);
  });

  it('[TW9] a closed socket makes way only where no seat is free', () => {
    const room = new OpenRoom();
    room.register('A');
    room.drop('A');
    room.register('B');
    expect(room.seated()).toEqual(['A', 'B']);
  });

  it('[TW9] [SD6] its own closed socket is no stranger', () => {
    const room = OpenRoom.withPair();
    room.drop('A');
    room.drop('B');
    expect(room.register('B').kind).toBe('registered');
    expect(room.seated()).toEqual(['A', 'B']);
  });

  it.each([lower, upper])('[TW10] %s is seated beside its owner, and hears what waited', (id) => {
    const room = new OpenRoom();
    room.register('A');
    room.send('A', 'offer');
    expect(room.register(id).kind).toBe('registered');
    expect(room.seated()).toEqual(['A', upper]);
    expect(room.initiator()).toBe('A');
    room.send(id, 'answer');
    expect(room.heardBy(id)).toEqual(['offer']);
    expect(room.heardBy('A')).toEqual(['answer']);
  });

  it.each(['register', 'post'] as const)('[TW10] or before it: at its %s', (how) => {
    const room = new OpenRoom();
    room.register(lower);
    expect(room.seated()).toEqual([]);
    if (how === 'register') room.register('A');
    else room.post('A', 'early');
    expect(room.seated()).toEqual(['A', upper]);
    expect(room.initiator()).toBe('A');
    expect(room.isOpen(lower)).toBe(true);
    room.post('A', 'offer');
    expect(room.heardBy(lower)).toEqual(how === 'post' ? ['early', 'offer'] : ['offer']);
    room.advance(30_000);
    expect(room.isOpen(lower)).toBe(how === 'register');
  });

  it('[TW10] the seat goes with its owner', () => {
    const room = new OpenRoom();
    room.register('A');
    room.register(lower);
    room.leave('A');
    expect(room.seated()).toEqual([]);
    expect(room.closeOf(lower)).toBe('loopbackEnded');
  });

  it('[TW10] beside two there is none', () => {
    const room = OpenRoom.withPair();
    expect(room.register(lower)).toMatchObject({ kind: 'refused', code: 'unknownClient' });
  });

  it('[TW10] [ST31] a member that is owed a bye hears it first, and starts afresh', () => {
    const room = OpenRoom.withPair();
    room.leave('B');
    room.send('A', 'to nobody');
    room.register(lower);
    expect(room.heardBy('A')).toEqual([byeMessage]);
    expect(room.heardBy(lower)).toEqual([]);
    expect(brokenInvariants(room.room, room.nowMs, room.policy)).toEqual([]);
  });

  it('[TW10] [ST18] one who comes back after its peer is with the loopback socket, not with that peer', () => {
    const room = OpenRoom.withPair();
    room.drop('B');
    room.send('A', 'to B');
    room.drop('A');
    room.advance(10_000);
    expect(room.seated()).toEqual([]);
    room.register(lower);
    room.register('A');
    expect(room.seated()).toContain(upper);
    expect(brokenInvariants(room.room, room.nowMs, room.policy)).toEqual([]);
    expect(room.heardBy(lower)).toEqual([]);
    room.send('A', 'hello');
    expect(room.heardBy(lower)).toEqual(['hello']);
  });
});

describe('where any id may register, and the joins are ours', () => {
  const open = { admission: 'open' } as const;

  it('[RG3] [MS4] [MS5] a message seats nobody', () => {
    const room = new RoomSimulation(open);
    expect(room.post('A', 'x')).toEqual({ kind: 'unknown-room' });
    room.register('B', false);
    expect(room.post('A', 'x')).toEqual({ kind: 'unknown-client' });
    expect(room.seated()).toEqual(['B']);
  });

  it('[RG5] [ST30] a closed socket makes way for no register', () => {
    const room = RoomSimulation.withPair(open);
    room.drop('B');
    expect(room.register('C', false)).toMatchObject({ kind: 'refused', code: 'roomFull' });
    expect(room.seated()).toEqual(['A', 'B']);
  });

  it('[LB8] [LB10] a loopback socket is seated beside no member, and one that waits is closed', () => {
    const room = new RoomSimulation(open);
    room.register(lower, false);
    room.register('A', false);
    expect(room.closeOf(lower)).toBe('loopbackEnded');
    expect(room.register(lower, false)).toMatchObject({ kind: 'refused', code: 'unknownClient' });
    expect(room.seated()).toEqual(['A']);
  });
});

describe('who has gone', () => {
  it('[TW6] is named: whoever held a seat and holds none', () => {
    const room = RoomSimulation.withPair();
    const pair = room.room;
    expect(departed(emptyRoom, pair)).toEqual([]);
    expect(departed(pair, emptyRoom)).toEqual(['A', 'B']);
    room.leave('B');
    expect(departed(pair, room.room)).toEqual(['B']);
    room.join('C');
    expect(departed(pair, room.room)).toEqual(['B']);
    room.leave('A');
    expect(departed(pair, room.room)).toEqual(['A', 'B']);
  });

  it('[TW6] a closed or another socket is no departure', () => {
    const room = RoomSimulation.withPair();
    const pair = room.room;
    room.drop('A');
    expect(departed(pair, room.room)).toEqual([]);
    expect(departed(pair, { ...pair, loopbackWaiter: null })).toEqual([]);
    const [first, second] = pair.seats;
    expect(departed(pair, { ...pair, seats: [second, first] })).toEqual([]);
  });

  it('[TW6] [LB11] the loopback seat is nobody', () => {
    const room = new RoomSimulation();
    room.join('A', true);
    const before = room.room;
    room.leave('A');
    expect(departed(before, room.room)).toEqual(['A']);
  });
});
