import { heartbeatMessage } from '@apprtc/protocol';
import { RoomSimulation } from '@apprtc/testkit';
import { describe, expect, it } from 'vitest';
import { transition } from './transition.ts';

describe('relay', () => {
  it('[SD1] [IM8] reaches the other, the same string, and changes no room', () => {
    const room = RoomSimulation.withPair();
    const before = room.room;
    room.send('A', ' {"type":"offer"}\n');
    expect(room.heardBy('B')).toEqual([' {"type":"offer"}\n']);
    expect(room.heardBy('A')).toEqual([]);
    expect(room.room).toBe(before);
  });

  it('[MS3] [CP1] goes over HTTP too', () => {
    const room = RoomSimulation.withPair();
    expect(room.post('B', 'answer')).toEqual({ kind: 'accepted' });
    expect(room.heardBy('A')).toEqual(['answer']);
  });

  it('[MS4] nobody seated: the room is unknown', () => {
    expect(new RoomSimulation().post('A', 'x')).toEqual({ kind: 'unknown-room' });
  });

  it('[MS5] somebody seated, but not this client: it is unknown', () => {
    const room = RoomSimulation.withPair();
    expect(room.post('X', 'x')).toEqual({ kind: 'unknown-client' });
    expect(room.heard).toEqual([]);
  });

  it('[HB1] a heartbeat is swallowed on every path', () => {
    const room = RoomSimulation.withPair();
    room.send('A', heartbeatMessage);
    room.post('A', heartbeatMessage);
    room.drop('B');
    room.send('A', heartbeatMessage);
    room.register('B');
    expect(room.heardBy('B')).toEqual([]);
  });

  it('[IM7] a message that only speaks of byes is relayed', () => {
    const room = RoomSimulation.withPair();
    room.send('A', '{"type":"customized","data":"bye"}');
    room.send('A', 'bye');
    expect(room.seated()).toEqual(['A', 'B']);
    expect(room.heardBy('B')).toEqual(['{"type":"customized","data":"bye"}', 'bye']);
  });

  it('[SD4] a message that comes due with an expiry goes to the newcomer', () => {
    const room = RoomSimulation.withPair();
    room.drop('B');
    room.register('B');
    room.leave('A');
    // A's socket is closed at this time, although nobody woke for it.
    room.nowMs = 10_000;
    room.send('B', 'anyone?');
    expect(room.closeOf('A')).toBe('left');
  });

  it('[SD1] a socket that holds nothing says nothing', () => {
    const room = RoomSimulation.withPair();
    const connection = room.connectionOf('A');
    room.delete('A');
    const decision = transition(
      room.room,
      { type: 'send', connection, message: 'ghost' },
      0,
      room.policy,
    );
    expect(decision).toEqual({ room: room.room, mail: [], effects: [], outcome: { kind: 'done' } });
  });
});
