import {
  byeMessage,
  type ClientId,
  type InstanceId,
  loopbackClientId,
  type RoomId,
} from '@apprtc/protocol';
import { type SessionActor, SessionStage, type SessionWorld } from '@apprtc/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionId } from '../connection-id.ts';
import { wouldBeFull } from '../join.ts';

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

function connectionOf(actor: SessionActor): ConnectionId {
  const link = world.linkOf(actor);
  if (link === undefined) throw new Error('It has no connection');
  return link.id;
}

/** Over HTTP, without a connection. */
function winSeat(name: string): ClientId {
  const clientId = name as ClientId;
  world.run({ type: 'join', clientId, loopback: false });
  return clientId;
}

function register(actor: SessionActor, clientId: ClientId): void {
  const { instance } = actor;
  const connection = connectionOf(actor);
  world.run({ type: 'sessionRegister', connection, clientId, instance, issued: true });
  world.settle();
}

const alreadySeated = { event: 'error', error: 'already-seated' };
const notSeated = { event: 'error', error: 'not-seated' };

describe('a connection holds one seat', () => {
  it('[V5] [V10] another instance cannot join on it', () => {
    stage.connect(a);
    const instance = 'instance-other' as InstanceId;
    stage.tell(a, { v: 2, cmd: 'join', roomid: 'model' as RoomId, instance });
    expect(stage.last(a)).toEqual(alreadySeated);
    expect(stage.seated()).toEqual(['instance-of-a', null]);
  });

  it('[V5] [V23] nor can it take up a seat that another client won', () => {
    stage.connect(a);
    register(a, winSeat('won'));
    expect(stage.last(a)).toEqual(alreadySeated);
    expect(stage.seated()).toEqual(['instance-of-a', 'won']);
  });

  it('[V5] one without a seat neither leaves nor is leaving', () => {
    stage.open(a);
    stage.tell(a, { cmd: 'leave' });
    stage.tell(a, { cmd: 'leaving' });
    expect(stage.eventsOf(a)).toEqual([notSeated, notSeated]);
    expect(world.linkOf(a)).toBeDefined();
  });
});

describe('a seat won over HTTP', () => {
  it('[V23] is taken up alone, and waits for whoever comes', () => {
    stage.open(a);
    register(a, winSeat('won'));
    expect(stage.last(a)).toMatchObject({
      event: 'welcome',
      clientid: 'won',
      epoch: 0,
      peer: null,
    });
    stage.connect(b);
    expect(stage.last(a)).toMatchObject({ event: 'peer', why: 'joined' });
  });

  it('[V22] [V23] whose peer has gone meanwhile: its bye is no message to the session', () => {
    const other = stage.legacy('other');
    const won = winSeat('won');
    stage.legacySays(other, byeMessage);
    expect(world.mail.waiting).toBe(1);
    stage.open(a);
    register(a, won);
    expect(stage.eventsOf(a).map(({ event }) => event)).toEqual(['welcome']);
    expect(world.mail.waiting).toBe(0);
  });

  it('[V39] the loopback id is nobody that could hold a session', () => {
    stage.open(a);
    register(a, loopbackClientId);
    expect(stage.eventsOf(a)).toEqual([{ event: 'gone', why: 'unknown-client' }]);
    expect(stage.seated()).toEqual([null, null]);
  });
});

describe('a newcomer in an empty room', () => {
  it('[V31] is told that nobody took its answer', () => {
    stage.open(a);
    const { instance } = a;
    const answer = { offer: 'gone' as never, messages: ['answer'] };
    stage.tell(a, { v: 2, cmd: 'join', roomid: 'model' as RoomId, instance, answer });
    expect(stage.last(a)).toMatchObject({ event: 'welcome', answered: false, peer: null });
  });

  it('[LB9] [V10] ends a loopback connection that waits for its owner', () => {
    const connection = 'loopback' as ConnectionId;
    world.run({ type: 'register', clientId: loopbackClientId, connection, issued: true });
    const { effects } = world.run({
      type: 'sessionJoin',
      connection: 'of-a' as ConnectionId,
      clientId: 'client-a' as ClientId,
      instance: a.instance,
      answer: null,
    });
    expect(effects).toContainEqual({ kind: 'close', connection, code: 'loopbackEnded' });
    expect(world.room.loopbackWaiter).toBeNull();
  });
});

describe('an offer', () => {
  it('[V28] that is not there is taken back in silence', () => {
    stage.connect(a);
    const heard = stage.eventsOf(a).length;
    stage.tell(a, { cmd: 'unpublish' });
    expect(stage.eventsOf(a)).toHaveLength(heard);
  });

  it('[V33] ends when a legacy connection registers the id of its publisher', () => {
    stage.connect(a);
    a.publish();
    world.settle();
    stage.open(b);
    stage.tell(b, { v: 2, cmd: 'watch', roomid: 'model' as RoomId });
    expect(stage.last(b)).toMatchObject({ event: 'room', offer: { msg: expect.any(String) } });
    const { clientId } = a;
    if (clientId === null) throw new Error('It holds no seat');
    const connection = 'legacy' as ConnectionId;
    world.run({ type: 'register', clientId, connection, issued: true });
    world.settle();
    expect(world.room.offer).toBeNull();
    expect(stage.last(b)).toMatchObject({ event: 'room', offer: null });
    expect(world.mail.waiting).toBe(0);
  });
});

describe('connections that are gone', () => {
  it('[V41] a watcher that is gone is told nothing and makes room for another', () => {
    stage.open(b);
    stage.tell(b, { v: 2, cmd: 'watch', roomid: 'model' as RoomId });
    world.run({ type: 'unwatch', connection: connectionOf(b) });
    const heard = stage.eventsOf(b).length;
    stage.connect(a);
    expect(stage.eventsOf(b)).toHaveLength(heard);
    expect(world.room.watchers).toEqual([]);
  });

  it('[V25] one of which nothing else is known was heard until now', () => {
    stage.connect(a);
    world.run({ type: 'drop', connection: connectionOf(a) });
    const untilMs = world.nowMs + world.policy.seatGraceMs;
    expect(world.room.seats[0]?.presence).toEqual({ kind: 'dropped', untilMs });
  });
});

describe('a room that is being rebuilt', () => {
  it('[V38] [HM3] looks full to a page until the other of the pairing is back or late', () => {
    stage.pair(a, b);
    world.restart();
    stage.connect(a);
    expect(wouldBeFull(world.room, world.nowMs)).toBe(true);
    const { restoresUntilMs } = world.policy;
    expect(wouldBeFull(world.room, restoresUntilMs)).toBe(false);
  });
});
