import { byeMessage } from '@apprtc/protocol';
import { RoomSimulation } from '@apprtc/testkit';
import { describe, expect, it } from 'vitest';
import { wouldBeFull } from './join.ts';
import { isForgettable } from './room.ts';

const lower = 'loopback_client_id';
const upper = 'LOOPBACK_CLIENT_ID';

function loopbackRoom(): RoomSimulation {
  const room = new RoomSimulation();
  room.join('A', true);
  room.register('A');
  return room;
}

describe('loopback', () => {
  it('[LB1] a join with the flag fills the empty room with itself', () => {
    const room = new RoomSimulation();
    const { outcome } = room.join('A', true);
    expect(outcome).toEqual({ kind: 'joined', isInitiator: true, isLoopback: true });
    expect(room.seated()).toEqual(['A', upper]);
    expect(room.join('B').outcome).toEqual({ kind: 'full' });
    expect(wouldBeFull(room.room, 0)).toBe(true);
  });

  it('[LB2] either spelling is the loopback seat; what the owner said waits for it', () => {
    for (const spelling of [lower, upper]) {
      const room = loopbackRoom();
      room.post('A', 'offer');
      expect(room.register(spelling, false).kind).toBe('registered');
      room.send(spelling, 'answer');
      expect(room.heardBy(spelling)).toEqual(['offer']);
      expect(room.heardBy('A')).toEqual(['answer']);
    }
  });

  it('[LB4] in an occupied room the flag is ignored', () => {
    const room = new RoomSimulation();
    room.join('A');
    expect(room.join('B', true).outcome).toEqual({
      kind: 'joined',
      isInitiator: false,
      isLoopback: false,
    });
    expect(room.seated()).toEqual(['A', 'B']);
  });

  it('[LB5] the seat has no clock, registered or dropped', () => {
    const room = loopbackRoom();
    room.advance(1_000_000);
    expect(room.seated()).toEqual(['A', upper]);
    room.register(lower);
    room.drop(lower);
    room.advance(1_000_000);
    expect(room.seated()).toEqual(['A', upper]);
  });

  it('[LB6] it is never evicted alone', () => {
    const room = loopbackRoom();
    room.register(lower);
    room.drop(lower);
    expect(room.join('B').outcome).toEqual({ kind: 'full' });
  });

  const endings: Readonly<Record<string, (room: RoomSimulation) => void>> = {
    leave: (room) => room.leave('A'),
    DELETE: (room) => room.delete('A'),
    bye: (room) => room.send('A', byeMessage),
    expiry: (room) => room.drop('A'),
  };
  for (const [name, end] of Object.entries(endings)) {
    it(`[LB7] it goes with its owner, its socket closed: ${name}`, () => {
      const room = loopbackRoom();
      room.register(lower);
      end(room);
      room.advance(10_000);
      expect(room.closeOf(lower)).toBe('loopbackEnded');
      expect(room.heardBy(lower)).toEqual([]);
      expect(isForgettable(room.room)).toBe(true);
    });
  }

  it('[LB6] [LB7] a newcomer evicts the owner with it', () => {
    const room = loopbackRoom();
    room.drop('A');
    expect(wouldBeFull(room.room, room.nowMs)).toBe(false);
    expect(room.join('B').outcome).toMatchObject({ isInitiator: true });
    expect(room.seated()).toEqual(['B']);
  });

  it('[LB7] a bye of the loopback side is a message like any other', () => {
    const room = loopbackRoom();
    room.register(lower);
    room.send(lower, byeMessage);
    expect(room.seated()).toEqual(['A', upper]);
    expect(room.heardBy('A')).toEqual([byeMessage]);
  });

  it('[LB8] a socket that comes first waits unseated and hears nothing until the join', () => {
    const room = new RoomSimulation();
    expect(room.register(lower, false).kind).toBe('registered');
    room.send(lower, 'early');
    expect(room.seated()).toEqual([]);
    room.advance(29_999);
    room.join('A', true);
    room.post('A', 'offer');
    expect(room.heardBy(lower)).toEqual(['offer']);
  });

  it('[LB8] but only 30 s', () => {
    const room = new RoomSimulation();
    room.register(lower, false);
    room.advance(30_000);
    expect(room.closeOf(lower)).toBe('loopbackEnded');
    expect(isForgettable(room.room)).toBe(true);
  });

  it('[LB8] it is let go when the room becomes another one', () => {
    const joined = new RoomSimulation();
    joined.register(lower, false);
    joined.join('A');
    expect(joined.closeOf(lower)).toBe('loopbackEnded');
    const registered = new RoomSimulation();
    registered.register(lower, false);
    registered.register('A');
    expect(registered.closeOf(lower)).toBe('loopbackEnded');
  });

  it('[LB8] its socket may close while it waits', () => {
    const room = new RoomSimulation();
    room.register(lower, false);
    room.drop(lower);
    expect(isForgettable(room.room)).toBe(true);
  });

  it('[LB9] the latest of two that wait wins', () => {
    const room = new RoomSimulation();
    const { connection } = room.register(lower, false);
    room.register(upper, false);
    expect(room.closes.get(connection)).toBe('loopbackEnded');
    room.join('A', true);
    room.post('A', 'offer');
    expect(room.heardBy(upper)).toEqual(['offer']);
  });

  it('[LB10] in a room of two people it is refused', () => {
    const room = new RoomSimulation();
    room.join('A');
    expect(room.register(lower)).toMatchObject({ kind: 'refused', code: 'unknownClient' });
  });

  it('[LB11] over HTTP the id is unknown', () => {
    const room = loopbackRoom();
    expect(room.post(upper, 'x')).toEqual({ kind: 'unknown-client' });
    room.leave(upper);
    room.delete(upper);
    expect(room.seated()).toEqual(['A', upper]);
  });
});
