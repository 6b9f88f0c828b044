import { byeMessage } from '@apprtc/protocol';
import { RoomSimulation } from '@apprtc/testkit';
import { describe, expect, it } from 'vitest';
import { wouldBeFull } from './join.ts';
import { isForgettable } from './room.ts';

/** A and B in the room, both registered. */
function pair(): RoomSimulation {
  const room = new RoomSimulation();
  room.join('A');
  room.register('A');
  room.join('B');
  room.register('B');
  return room;
}

describe('joining', () => {
  it('[JN1] [ST11] the first is the initiator and finds no messages', () => {
    const { outcome, messages } = new RoomSimulation().join('A');
    expect(outcome).toEqual({ kind: 'joined', isInitiator: true, isLoopback: false });
    expect(messages).toEqual([]);
  });

  it('[JN3] [ST14] the second finds what was said by any path, once and in order', () => {
    const room = new RoomSimulation();
    room.join('A');
    expect(room.post('A', 'posted')).toEqual({ kind: 'accepted' });
    room.register('A');
    room.send('A', 'sent');
    const { outcome, messages } = room.join('B');
    expect(outcome).toEqual({ kind: 'joined', isInitiator: false, isLoopback: false });
    expect(messages).toEqual(['posted', 'sent']);
    room.register('B');
    expect(room.heardBy('B')).toEqual([]);
  });

  it('[MS3] the second may speak before it registers', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.register('A');
    room.join('B');
    room.post('B', 'early');
    expect(room.heardBy('A')).toEqual(['early']);
  });

  it('[ST15] what is said after the join comes over the socket', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.join('B');
    room.post('A', 'late');
    room.register('B');
    expect(room.heardBy('B')).toEqual(['late']);
  });

  it('[JN2] the third is told that the room is full', () => {
    const room = pair();
    expect(room.join('C').outcome).toEqual({ kind: 'full' });
    expect(room.seated()).toEqual(['A', 'B']);
  });

  it('[ST10] members that have not registered yet are not evicted', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.join('B');
    expect(room.join('C').outcome).toEqual({ kind: 'full' });
  });

  it('[ST8] [ST33] a newcomer takes the place of a closed socket', () => {
    const room = pair();
    room.drop('B');
    expect(room.join('C').outcome.kind).toBe('joined');
    expect(room.seated()).toEqual(['A', 'C']);
  });

  it('[ST9] [ST11] also of one who waited alone, and is then the initiator with nothing to read', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.register('A');
    room.send('A', 'offer');
    room.drop('A');
    const { outcome, messages } = room.join('B');
    expect(outcome).toEqual({ kind: 'joined', isInitiator: true, isLoopback: false });
    expect(messages).toEqual([]);
  });

  it('[ST8] both closed sockets make way', () => {
    const room = pair();
    room.drop('A');
    room.drop('B');
    expect(room.join('C').outcome).toMatchObject({ isInitiator: true });
    expect(room.seated()).toEqual(['C']);
  });

  it('[HM3] the full-room question answers as a join would', () => {
    const room = new RoomSimulation();
    const isFull = () => wouldBeFull(room.room, room.nowMs);
    expect(isFull()).toBe(false);
    room.join('A');
    expect(isFull()).toBe(false);
    room.join('B');
    expect(isFull()).toBe(true);
    room.nowMs = room.policy.pendingSeatMs;
    expect(isFull()).toBe(false);
    room.nowMs = 0;
    room.register('A');
    room.register('B');
    expect(isFull()).toBe(true);
    room.drop('A');
    expect(isFull()).toBe(false);
    room.register('A');
    expect(isFull()).toBe(true);
    room.drop('B');
    expect(isFull()).toBe(false);
  });
});

describe('how a seat is freed', () => {
  it('[ST1] [LV2] by leave; the one who stays becomes initiator and is told nothing', () => {
    const room = pair();
    room.leave('A');
    expect(room.seated()).toEqual(['B']);
    expect(room.initiator()).toBe('B');
    expect(room.heardBy('B')).toEqual([]);
  });

  it('[ST3] [DL2] [DL3] by DELETE, which closes the socket and tells nobody', () => {
    const room = pair();
    room.delete('A');
    expect(room.seated()).toEqual(['B']);
    expect(room.closeOf('A')).toBe('left');
    expect(room.heardBy('B')).toEqual([]);
  });

  it('[ST4] [IM6] by a bye on the socket, relayed as it was written', () => {
    const room = pair();
    room.send('A', '{ "type": "bye" }');
    expect(room.seated()).toEqual(['B']);
    expect(room.heardBy('B')).toEqual(['{ "type": "bye" }']);
  });

  it('[ST4] by a bye over HTTP', () => {
    const room = pair();
    expect(room.post('A', byeMessage)).toEqual({ kind: 'accepted' });
    expect(room.seated()).toEqual(['B']);
    expect(room.heardBy('B')).toEqual([byeMessage]);
  });

  it('[ST4] a bye said alone is stored for nobody', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.post('A', 'offer');
    room.post('A', byeMessage);
    expect(isForgettable(room.room)).toBe(true);
    expect(room.join('B').messages).toEqual([]);
  });

  it('[ST5] [SD6] 10 s after its socket closed, not before', () => {
    const room = pair();
    room.drop('B');
    room.advance(9_999);
    expect(room.seated()).toEqual(['A', 'B']);
    room.advance(1);
    expect(room.seated()).toEqual(['A']);
    expect(room.initiator()).toBe('A');
  });

  it('[ST6] 60 s after a join without a register, not before', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.advance(59_999);
    expect(room.seated()).toEqual(['A']);
    room.advance(1);
    expect(isForgettable(room.room)).toBe(true);
  });

  it('[ST7] messages over HTTP do not prolong it', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.advance(59_000);
    room.post('A', 'offer');
    room.advance(1_000);
    expect(room.seated()).toEqual([]);
  });

  it('[ST5] an expiry that nobody woke for is decided by the next command', () => {
    const room = pair();
    room.drop('B');
    room.nowMs = 10_000;
    room.send('A', 'to nobody');
    expect(room.seated()).toEqual(['A']);
  });

  it('[LV1] leave and DELETE of an unknown client change nothing', () => {
    const room = pair();
    const before = room.room;
    room.leave('X');
    room.delete('X');
    expect(room.room).toBe(before);
  });

  it('[ST32] losing signaling tells nobody anything', () => {
    const room = pair();
    room.drop('B');
    room.advance(10_000);
    expect(room.heardBy('A')).toEqual([]);
  });

  it('[ST5] the drop of a socket that holds nothing changes nothing', () => {
    const room = pair();
    const first = room.connectionOf('A');
    room.register('A');
    const before = room.room;
    room.run({ type: 'drop', connection: first });
    expect(room.room).toBe(before);
  });
});

describe('a peer that went without a word', () => {
  it('[ST19] [ST21] its member is sent a bye when a newcomer joins, who gets no messages', () => {
    const room = pair();
    room.leave('A');
    room.send('B', 'meant for A');
    const { outcome, messages } = room.join('C');
    expect(outcome).toMatchObject({ isInitiator: false });
    expect(messages).toEqual([]);
    expect(room.heardBy('B')).toEqual([byeMessage]);
    expect(room.initiator()).toBe('B');
    room.register('C');
    expect(room.heardBy('C')).toEqual([]);
  });

  it('[ST20] without a socket it is sent the bye at its register', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.join('B');
    room.leave('A');
    room.join('C');
    room.register('B');
    expect(room.heardBy('B')).toEqual([byeMessage]);
  });

  it('[ST17] until it has read the bye, what it says is dropped', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.join('B');
    room.leave('A');
    room.join('C');
    expect(room.post('B', 'answer to A')).toEqual({ kind: 'accepted' });
    room.register('C');
    room.register('B');
    room.send('B', 'offer to C');
    expect(room.heardBy('C')).toEqual(['offer to C']);
  });

  it('[ST22] never two byes for one peer', () => {
    const room = pair();
    room.leave('A');
    room.send('A', byeMessage);
    room.send('A', byeMessage);
    room.post('A', byeMessage);
    room.join('C');
    expect(room.heardBy('B')).toEqual([byeMessage]);
  });
});

describe('a leaver', () => {
  it('[ST24] [CL1] may still say one bye', () => {
    const room = pair();
    room.leave('A');
    room.send('A', byeMessage);
    expect(room.heardBy('B')).toEqual([byeMessage]);
  });

  it('[ST25] also over HTTP', () => {
    const room = pair();
    room.leave('A');
    room.drop('A');
    room.post('A', byeMessage);
    expect(room.heardBy('B')).toEqual([byeMessage]);
  });

  it('[ST24] not when somebody has taken the seat', () => {
    const room = pair();
    room.leave('A');
    room.join('C');
    room.register('C');
    room.send('A', byeMessage);
    expect(room.heardBy('B')).toEqual([byeMessage]);
    expect(room.heardBy('C')).toEqual([]);
  });

  it('[ST23] [ST26] gets nothing more, and all else it says is ignored', () => {
    const room = pair();
    room.leave('A');
    room.send('B', 'hello?');
    room.send('A', 'candidate');
    expect(room.heardBy('A')).toEqual([]);
    expect(room.heardBy('B')).toEqual([]);
    expect(room.closes.size).toBe(0);
  });

  it('[ST27] is closed after 10 s', () => {
    const room = pair();
    room.leave('A');
    room.advance(9_999);
    expect(room.closeOf('A')).toBeUndefined();
    room.advance(1);
    expect(room.closeOf('A')).toBe('left');
  });

  it('[ST27] or by DELETE', () => {
    const room = pair();
    room.leave('A');
    room.delete('A');
    expect(room.closeOf('A')).toBe('left');
    expect(room.room.leavers).toEqual([]);
  });

  it('[ST16] what it had said to a newcomer is dropped', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.register('A');
    room.send('A', 'offer');
    room.leave('A');
    expect(room.join('B').messages).toEqual([]);
    expect(room.waiting).toBe(0);
  });

  it('[ST27] at most eight sockets of leavers stay open; the oldest goes', () => {
    const room = new RoomSimulation();
    for (let index = 0; index < 9; index += 1) {
      room.join(`L${index}`);
      room.register(`L${index}`);
      room.leave(`L${index}`);
    }
    expect(room.closeOf('L0')).toBe('left');
    expect(room.closeOf('L1')).toBeUndefined();
    expect(room.room.leavers).toHaveLength(8);
  });
});
