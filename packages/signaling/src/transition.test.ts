import type { ClientId } from '@apprtc/protocol';
import { RoomSimulation, roomCommands } from '@apprtc/testkit';
import { describe, expect, it } from 'vitest';
import type { Command } from './command.ts';
import { defaultPolicy as policy } from './policy.ts';
import { emptyRoom, type Room } from './room.ts';
import { transition } from './transition.ts';

const { join, register, send, post, leave, delete: remove, drop } = roomCommands;

/** The room after some commands, all at time 0. */
function after(...commands: readonly Command[]): Room {
  return commands.reduce((room, command) => transition(room, command, 0, policy).room, emptyRoom);
}

const pair = after(register('A'), register('B'));

describe('a decision', () => {
  it('[SD1] of a relay is made without touching anything', () => {
    const decision = transition(pair, send('A', 'hello'), 0, policy);
    expect(decision).toEqual({
      room: pair,
      mail: [],
      effects: [{ kind: 'deliver', connection: 'B', message: 'hello' }],
      outcome: { kind: 'done' },
    });
    // The common case makes no draft: the empty list is one and the same.
    expect(transition(pair, send('B', 'hello'), 0, policy).mail).toBe(decision.mail);
  });

  it('[SD1] of a relay takes that way also before a deadline, but not at it', () => {
    const left = after(register('C'), register('B'), leave('C'), register('A'));
    const relayed = transition(left, send('A', 'x'), 9_999, policy);
    expect(relayed.mail).toBe(transition(pair, send('A', 'x'), 0, policy).mail);
    expect(transition(left, send('A', 'x'), 10_000, policy).effects).toEqual([
      { kind: 'close', connection: 'C', code: 'left' },
      { kind: 'deliver', connection: 'B', message: 'x' },
    ]);
  });

  it('[SD4] [LM3] of a message that waits reserves nothing; a bye does', () => {
    const away = transition(pair, drop('B'), 0, policy).room;
    expect(transition(away, post('A', 'x'), 0, policy).mail).toEqual([
      { op: 'append', slot: 1, message: 'x', isReserved: false },
    ]);
    expect(transition(away, send('A', '{"type":"bye"}'), 0, policy).mail).toContainEqual({
      op: 'append',
      slot: 1,
      message: '{"type":"bye"}',
      isReserved: true,
    });
  });

  it('[SD4] of a register drains and delivers', () => {
    const decision = transition(after(join('A')), register('A'), 0, policy);
    expect(decision.mail).toEqual([{ op: 'drain', slot: 0 }]);
    expect(decision.effects).toEqual([{ kind: 'deliver-drained', connection: 'A' }]);
  });

  it.each([send('A', 'x'), leave('A'), remove('A'), drop('A'), { type: 'expire' } as const])(
    'of $type has nothing to say to whoever asked',
    (command) => {
      const { outcome, room } = transition(pair, command, 0, policy);
      expect(outcome).toEqual({ kind: 'done' });
      expect(room === pair).toBe(command.type === 'send' || command.type === 'expire');
    },
  );

  it('is none for a command that does not exist', () => {
    expect(() => transition(pair, { type: 'x' } as never, 0, policy)).toThrow();
  });

  it('[LB1] [LB5] seats the loopback side, with a socket and without', () => {
    const joined = after({ ...join('A'), loopback: true });
    expect(joined.seats[1]?.presence).toEqual({ kind: 'loopback' });
    const loop = register('loopback_client_id', 'L');
    const connected = transition(joined, loop, 0, policy).room;
    expect(connected.seats[1]?.presence).toEqual({ kind: 'connected', connection: 'L' });
    const dropped = transition(connected, drop('L'), 0, policy).room;
    expect(dropped.seats[1]?.presence).toEqual({ kind: 'loopback' });
  });

  it('[LB7] closes no socket where the loopback side has none', () => {
    const joined = after({ ...join('A'), loopback: true });
    expect(transition(joined, leave('A'), 0, policy).effects).toEqual([]);
  });

  it('[ST23] [ST26] silences the socket of one who leaves, before all else', () => {
    const bye = transition(pair, send('A', '{"type":"bye"}'), 0, policy).effects;
    expect(bye).toEqual([
      { kind: 'silence', connection: 'A' },
      { kind: 'deliver', connection: 'B', message: '{"type":"bye"}' },
    ]);
    expect(transition(pair, leave('A'), 0, policy).effects).toEqual([
      { kind: 'silence', connection: 'A' },
    ]);
    expect(transition(pair, remove('A'), 0, policy).effects).toEqual([
      { kind: 'close', connection: 'A', code: 'left' },
    ]);
  });

  it('[RG1] of a register says so, and of a refused one why', () => {
    expect(transition(pair, register('C'), 0, policy).outcome).toEqual({
      kind: 'refused',
      code: 'roomFull',
    });
    const unissued = { ...register('C'), issued: false };
    expect(transition(emptyRoom, unissued, 0, policy).outcome).toEqual({
      kind: 'refused',
      code: 'unknownClient',
    });
    expect(transition(pair, register('A', 'A2'), 0, policy).outcome).toEqual({
      kind: 'registered',
    });
  });
});

/** A and C have left, one after the other, their sockets still open; B has stayed. */
function twoLeavers(): RoomSimulation {
  const room = new RoomSimulation();
  for (const client of ['B', 'A']) room.register(client);
  room.leave('A');
  room.advance(4_000);
  room.join('C');
  room.register('C');
  room.leave('C');
  return room;
}

function leavers(room: RoomSimulation): readonly ClientId[] {
  return room.room.leavers.map(({ clientId }) => clientId);
}

describe('of several leavers', () => {
  it('[ST27] each has its own time', () => {
    const room = twoLeavers();
    room.advance(6_000);
    expect([room.closeOf('A'), room.closeOf('C')]).toEqual(['left', undefined]);
    expect(leavers(room)).toEqual(['C']);
    room.advance(4_000);
    expect(room.closeOf('C')).toBe('left');
  });

  it('[ST27] [DL2] DELETE closes the one', () => {
    const room = twoLeavers();
    room.delete('C');
    expect([room.closeOf('A'), room.closeOf('C')]).toEqual([undefined, 'left']);
    expect(leavers(room)).toEqual(['A']);
  });

  it('[ST24] each says its own bye', () => {
    const room = twoLeavers();
    const before = room.heardBy('B').length;
    room.send('C', '{"type":"bye","of":"C"}');
    expect(room.heardBy('B').slice(before)).toEqual(['{"type":"bye","of":"C"}']);
  });

  it('[ST27] one whose socket has closed is forgotten, and the other is not', () => {
    const room = twoLeavers();
    room.drop('A');
    expect(leavers(room)).toEqual(['C']);
    room.advance(6_000);
    expect(room.closes.size).toBe(0);
  });

  it('[ST28] one who comes back loses its old socket, the other does not', () => {
    const room = twoLeavers();
    const old = room.connectionOf('C');
    room.register('C');
    expect(room.closes.get(old)).toBe('takenOver');
    expect(room.closeOf('A')).toBeUndefined();
    expect(leavers(room)).toEqual(['A']);
  });

  it('[DL2] a member that is deleted pushes none of them out', () => {
    const room = new RoomSimulation();
    for (let index = 0; index < 8; index += 1) {
      room.register(`L${index}`);
      room.leave(`L${index}`);
    }
    room.register('M');
    room.delete('M');
    expect(room.closeOf('M')).toBe('left');
    expect(leavers(room)).toHaveLength(8);
    expect(room.closeOf('L0')).toBeUndefined();
  });
});

describe('deadlines of several things', () => {
  it('[ST6] [ST5] only what is due ends', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.nowMs = 1_000;
    room.join('B');
    room.nowMs = 60_000;
    room.run({ type: 'expire' });
    expect(room.seated()).toEqual(['B']);
  });

  it('[LB8] a loopback socket waits its time, whatever else happens', () => {
    const room = new RoomSimulation();
    room.register('G');
    room.leave('G');
    room.register('loopback_client_id', false);
    room.advance(10_000);
    expect(room.closeOf('G')).toBe('left');
    expect(room.closeOf('loopback_client_id')).toBeUndefined();
    room.advance(20_000);
    expect(room.closeOf('loopback_client_id')).toBe('loopbackEnded');
  });

  it('[ST18] what waits for an expired seat has a time of its own', () => {
    const room = new RoomSimulation();
    for (const client of ['A', 'B']) room.register(client);
    room.drop('B');
    room.send('A', 'waits');
    room.advance(10_000);
    expect(room.room.lapsed[1]?.untilMs).toBe(10_000 + room.policy.lapsedMailMs);
    room.advance(room.policy.lapsedMailMs - 1);
    expect(room.waiting).toBe(1);
    room.advance(1);
    expect(room.waiting).toBe(0);
  });
});
