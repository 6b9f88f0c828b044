import { byeMessage } from '@apprtc/protocol';
import { RoomSimulation } from '@apprtc/testkit';
import { describe, expect, it } from 'vitest';

function pair(): RoomSimulation {
  const room = new RoomSimulation();
  room.join('A');
  room.register('A');
  room.join('B');
  room.register('B');
  return room;
}

describe('register', () => {
  it('[RG1] a join before it suffices', () => {
    const room = new RoomSimulation();
    room.join('A');
    expect(room.register('A').kind).toBe('registered');
    room.advance(1_000_000);
    expect(room.seated()).toEqual(['A']);
  });

  it('[RG3] an id that no join issued is refused', () => {
    const room = new RoomSimulation();
    expect(room.register('X', false)).toMatchObject({ kind: 'refused', code: 'unknownClient' });
    expect(room.seated()).toEqual([]);
  });

  it('[RG3] an open Collider admits it', () => {
    const room = new RoomSimulation({ admission: 'open' });
    room.register('X', false);
    room.send('X', 'offer');
    room.register('Y', false);
    expect(room.seated()).toEqual(['X', 'Y']);
    expect(room.initiator()).toBe('X');
    expect(room.heardBy('Y')).toEqual(['offer']);
  });

  it('[RG5] [ST30] a third client is refused, a dropped member is not evicted for it', () => {
    const room = pair();
    room.drop('B');
    expect(room.register('C')).toMatchObject({ kind: 'refused', code: 'roomFull' });
    expect(room.seated()).toEqual(['A', 'B']);
  });

  it('[RG6] the same id on another socket takes over', () => {
    const room = pair();
    const first = room.connectionOf('A');
    room.register('A');
    expect(room.closes.get(first)).toBe('takenOver');
    room.run({ type: 'drop', connection: first });
    room.send('B', 'hello');
    expect(room.heard.at(-1)).toMatchObject({ connection: room.connectionOf('A'), client: 'A' });
  });

  it('[SD6] [ST12] registering again within the grace flushes what was queued, in order', () => {
    const room = pair();
    room.drop('B');
    room.send('A', 'one');
    room.post('A', 'two');
    room.advance(9_999);
    room.register('B');
    room.send('A', 'three');
    expect(room.heardBy('B')).toEqual(['one', 'two', 'three']);
  });

  it('[ST13] what waits stays although its sender left; its bye follows', () => {
    const room = pair();
    room.drop('B');
    room.send('A', 'one');
    room.leave('A');
    room.send('A', byeMessage);
    room.register('B');
    expect(room.heardBy('B')).toEqual(['one', byeMessage]);
    expect(room.initiator()).toBe('B');
  });

  it('[ST20] [ST13] a newcomer speaks after the bye', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.register('A');
    room.join('B');
    room.send('A', 'one');
    room.send('A', byeMessage);
    room.join('C');
    room.register('C');
    room.send('C', 'from C');
    room.register('B');
    expect(room.heardBy('B')).toEqual(['one', byeMessage, 'from C']);
  });

  it('[ST20] an overlong bye waits as the plain one', () => {
    const room = pair();
    room.drop('B');
    room.send('A', JSON.stringify({ type: 'bye', why: 'x'.repeat(2_000) }));
    room.register('B');
    expect(room.heardBy('B')).toEqual([byeMessage]);
  });
});

describe('a bye that waits', () => {
  const padded = (length: number): string => '{"type":"bye"}'.padEnd(length);
  it.each([
    ['a short one', '{ "type": "bye" }', '{ "type": "bye" }'],
    ['one of 1,024 characters', padded(1_024), padded(1_024)],
    ['a longer one', padded(1_025), byeMessage],
  ])('[ST20] [IM8] comes as it was said, unless it is long: %s', (_name, said, heard) => {
    const room = pair();
    room.drop('B');
    room.send('A', said);
    room.register('B');
    expect(room.heardBy('B')).toEqual([heard]);
  });
});

describe('a register whose seat is gone', () => {
  it('[ST18] finds nothing after a leave: only what waited for an expired seat waits on', () => {
    const room = pair();
    room.drop('B');
    room.send('A', 'before');
    room.leave('B');
    expect(room.waiting).toBe(0);
    room.register('B');
    expect(room.heardBy('B')).toEqual([]);
  });

  it('[ST18] [ST28] takes the seat opposite to what it said itself, which waits on', () => {
    const room = pair();
    room.drop('A');
    room.send('B', 'for A');
    room.advance(10_000);
    room.leave('B');
    room.register('B');
    expect(room.heardBy('B')).toEqual([]);
    room.register('A');
    expect(room.heardBy('A')).toEqual(['for A']);
    expect(room.initiator()).toBe('B');
  });

  it('[ST18] [ST19] still misses the bye of the one that expired', () => {
    const room = pair();
    room.drop('A');
    room.send('B', 'for A');
    room.advance(10_000);
    room.leave('B');
    room.register('B');
    expect(room.join('C').messages).toEqual([]);
    expect(room.heardBy('B')).toEqual([byeMessage]);
  });

  it('[ST28] [ST29] [ST18] [CL3] takes its seat back with all that waits, and the other is told nothing', () => {
    const room = pair();
    room.drop('B');
    room.send('A', 'before the expiry');
    room.advance(60_000);
    room.send('A', 'after the expiry');
    room.register('B');
    expect(room.seated()).toEqual(['A', 'B']);
    expect(room.initiator()).toBe('A');
    expect(room.heardBy('B')).toEqual(['before the expiry', 'after the expiry']);
    expect(room.heardBy('A')).toEqual([]);
    room.send('B', 'back');
    expect(room.heardBy('A')).toEqual(['back']);
  });

  it('[ST18] the other may have left meanwhile: what it said before the expiry waits on', () => {
    const room = pair();
    room.drop('B');
    room.send('A', 'before');
    room.advance(10_000);
    room.send('A', 'after');
    room.leave('A');
    room.register('B');
    expect(room.heardBy('B')).toEqual(['before']);
    expect(room.initiator()).toBe('B');
    // It still misses A's bye.
    room.join('C');
    expect(room.heardBy('B')).toEqual(['before', byeMessage]);
  });

  it('[ST18] [ST13] a bye that waited before the expiry waits on too', () => {
    const room = pair();
    room.drop('B');
    room.send('A', 'x');
    room.send('A', byeMessage);
    room.advance(60_000);
    expect(room.seated()).toEqual([]);
    expect(room.register('B').kind).toBe('registered');
    room.join('C');
    expect(room.heardBy('B')).toEqual(['x', byeMessage]);
  });

  it('[ST18] a bye of the other ends what waits', () => {
    const room = pair();
    room.drop('B');
    room.send('A', 'before');
    room.advance(10_000);
    room.send('A', byeMessage);
    room.register('B');
    expect(room.heardBy('B')).toEqual([]);
    // B has not heard of it, so that a newcomer would meet one who does not start afresh.
    room.join('C');
    expect(room.heardBy('B')).toEqual([byeMessage]);
  });

  it('[ST18] so does the late bye of an other that has left', () => {
    const room = pair();
    room.drop('B');
    room.send('A', 'before');
    room.advance(10_000);
    room.leave('A');
    room.send('A', byeMessage);
    room.register('B');
    expect(room.heardBy('B')).toEqual([]);
  });

  it('[ST18] a newcomer ends what waits', () => {
    const room = pair();
    room.drop('B');
    room.send('A', 'before');
    room.advance(10_000);
    expect(room.join('C').messages).toEqual([]);
    room.leave('C');
    room.register('B');
    expect(room.heardBy('B')).toEqual([]);
  });

  it('[ST18] it is forgotten after ten minutes', () => {
    const room = pair();
    room.drop('A');
    room.drop('B');
    room.post('A', 'before');
    room.advance(10_000 + room.policy.lapsedMailMs);
    expect(room.waiting).toBe(0);
    expect(room.room.lapsed).toEqual([null, null]);
  });

  it('[ST18] both come back to an empty room and speak on', () => {
    const room = pair();
    room.drop('A');
    room.drop('B');
    room.post('A', 'for B');
    room.advance(10_000);
    room.register('A');
    room.register('B');
    expect(room.heardBy('B')).toEqual(['for B']);
    expect(room.heardBy('A')).toEqual([]);
    room.send('B', 'for A');
    expect(room.heardBy('A')).toEqual(['for A']);
    expect(room.initiator()).toBe('A');
  });

  it('[ST18] a stranger in the empty room ends what waits', () => {
    const room = pair();
    room.drop('A');
    room.drop('B');
    room.post('A', 'for B');
    room.advance(10_000);
    room.register('C');
    room.register('B');
    expect(room.heardBy('B')).toEqual([]);
  });

  it('[ST31] a third makes up for the bye that the other misses', () => {
    const room = pair();
    room.leave('B');
    room.send('A', 'for B');
    room.register('C');
    expect(room.heardBy('A')).toEqual([byeMessage]);
    expect(room.heardBy('C')).toEqual([]);
  });

  it('[ST31] one who left and comes back makes no bye', () => {
    const room = pair();
    room.leave('B');
    const first = room.connectionOf('B');
    room.send('A', 'for B');
    room.register('B');
    expect(room.closes.get(first)).toBe('takenOver');
    expect(room.heardBy('A')).toEqual([]);
    expect(room.heardBy('B')).toEqual(['for B']);
  });

  it('[ST29] it gets what waited for a newcomer', () => {
    const room = pair();
    room.send('B', byeMessage);
    room.send('A', 'new offer');
    room.register('B');
    expect(room.heardBy('B')).toEqual(['new offer']);
  });
});
