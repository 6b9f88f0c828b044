import type { ClientId, SessionFrame } from '@apprtc/protocol';
import { type SessionActor, SessionStage, type SessionWorld } from '@apprtc/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionId } from '../connection-id.ts';

let stage: SessionStage;
let world: SessionWorld;
let a: SessionActor;
let b: SessionActor;

beforeEach(() => {
  stage = new SessionStage();
  world = stage.world;
  a = stage.actor('of-a');
  b = stage.actor('of-b');
});

function register(clientId: string, who: SessionActor): SessionFrame {
  const { instance } = who;
  const clientid = clientId as ClientId;
  return { v: 2, cmd: 'register', roomid: 'model' as never, clientid, instance };
}

describe('one id on both protocols', () => {
  it('[V23] a legacy connection with its id takes a session over, and its peer meets another', () => {
    stage.pair(a, b);
    const clientId = b.clientId ?? ('' as ClientId);
    const connection = 'legacy' as ConnectionId;
    world.run({ type: 'register', clientId, connection, issued: true });
    world.settle();
    expect(b.isStopped).toBe(true);
    expect(stage.last(a)).toMatchObject({ why: 'joined', peer: { protocol: 1 }, epoch: 1_001 });
    // The credential proves a seat that a legacy client holds now.
    const again = stage.actor('of-b', b.credential);
    stage.connect(again);
    expect(stage.last(again)).toMatchObject({ event: 'full' });
  });

  it('[V23] a register takes over a legacy connection, and gets what waits beside a legacy member', () => {
    const first = stage.legacy('L');
    stage.legacy('M');
    world.run({ type: 'drop', connection: 'M' as ConnectionId });
    stage.legacySays(first, 'waits');
    stage.open(b);
    stage.tell(b, register('M', b));
    expect(stage.last(b)).toMatchObject({ event: 'message', n: 1, msg: 'waits' });
    expect(stage.seated()).toEqual(['L', 'instance-of-b']);
    stage.open(a);
    stage.tell(a, register('L', a));
    expect(stage.last(b)).toMatchObject({ why: 'joined', peer: { protocol: 2 } });
  });

  it('[V23] [ST28] a register with an id whose seat is gone takes a free one, and takes up its own', () => {
    stage.open(a);
    stage.tell(a, register('issued', a));
    expect(stage.last(a)).toMatchObject({ event: 'welcome', clientid: 'issued' });
    stage.lose(a);
    stage.open(a);
    stage.tell(a, register('issued', a));
    expect(stage.seated()).toEqual(['instance-of-a', null]);
    expect(world.room.seats[0]?.presence.kind).toBe('connected');
  });

  it('[V5] a connection holds one seat', () => {
    stage.pair(a, b);
    const before = world.room;
    stage.tell(a, register('other', a));
    expect(stage.last(a)).toEqual({ event: 'error', error: 'already-seated' });
    const credential = b.credential ?? ('' as never);
    const { instance } = a;
    stage.tell(a, { v: 2, cmd: 'resume', roomid: 'model' as never, instance, credential });
    expect(stage.last(a)).toEqual({ event: 'error', error: 'already-seated' });
    expect(world.room).toBe(before);
  });

  it('[V22] a late bye of a legacy peer that was lost ends the pairing', () => {
    stage.connect(a);
    const socket = stage.legacy('L');
    world.run({ type: 'drop', connection: socket });
    world.advance(10_000);
    world.settle();
    expect(stage.whys(a)).toEqual(['joined', 'away', 'lost']);
    world.run({ type: 'post', clientId: 'L' as ClientId, message: '{"type":"bye"}' });
    world.settle();
    expect(stage.last(a)).toMatchObject({ why: 'bye', epoch: 0 });
  });

  it('[V24] DELETE ends a session at once', () => {
    stage.pair(a, b);
    world.run({ type: 'delete', clientId: b.clientId ?? ('' as ClientId) });
    world.settle();
    expect(b.write).toBeNull();
    expect(stage.last(a)).toMatchObject({ why: 'left', epoch: 0 });
  });
});
