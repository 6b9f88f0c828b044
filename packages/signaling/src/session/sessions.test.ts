import type { ClientId, InstanceId } from '@apprtc/protocol';
import { type Link, type SessionActor, SessionStage, type SessionWorld } from '@apprtc/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionId } from '../connection-id.ts';
import { wouldBeFull } from '../join.ts';

let stage: SessionStage;
let world: SessionWorld;
let a: SessionActor;
let b: SessionActor;
let c: SessionActor;

beforeEach(() => {
  stage = new SessionStage();
  world = stage.world;
  a = stage.actor('of-a');
  b = stage.actor('of-b');
  c = stage.actor('of-c');
});

describe('taking a seat', () => {
  it('[V10] a join is welcomed with its seat, the next one beside it', () => {
    stage.pair(a, b);
    expect(stage.eventsOf(a)[0]).toMatchObject({
      event: 'welcome',
      slot: 0,
      initiator: true,
      epoch: 0,
      peer: null,
      tick: 5_000,
    });
    expect(stage.last(b)).toMatchObject({
      event: 'welcome',
      slot: 1,
      initiator: false,
      epoch: 1_000,
      peer: { protocol: 2, state: 'here' },
    });
    expect(stage.last(a)).toMatchObject({ event: 'peer', why: 'joined', epoch: 1_000 });
  });

  it('[V8] a later pairing has a larger epoch, even at the same time', () => {
    stage.pair(a, b);
    const again = stage.actor('of-b-again', b.credential ?? null);
    stage.connect(again);
    expect(again.end.epoch).toBe(1_001);
    expect(a.end.epoch).toBe(1_001);
  });

  it('[V9] a credential says what is needed to rebuild the seat', () => {
    stage.pair(a, b);
    expect(JSON.parse(b.credential ?? '')).toEqual({
      clientId: b.clientId,
      slot: 1,
      isInitiator: false,
      epoch: 1_000,
      instance: 'instance-of-b',
    });
  });

  it('[V11] the third is told so, watches, and gets the seat that comes free on the same connection', () => {
    stage.pair(a, b);
    const third = c;
    stage.connect(third);
    expect(stage.last(third)).toEqual({
      event: 'full',
      members: [
        { state: 'here', heard: 0 },
        { state: 'here', heard: 0 },
      ],
    });
    stage.tell(b, { cmd: 'leave' });
    expect(stage.last(third)).toMatchObject({ event: 'room', free: true });
    stage.tell(third, third.opening());
    expect(stage.last(third)).toMatchObject({ event: 'welcome', slot: 1 });
    expect(world.room.watchers).toEqual([]);
  });

  it('[V23] a seat won over HTTP becomes a session by its register; only then is a session opposite told', () => {
    stage.connect(a);
    world.run({ type: 'join', clientId: 'http' as ClientId, loopback: false });
    world.settle();
    expect(stage.whys(a)).toEqual([]);
    stage.open(b);
    const instance = b.instance as InstanceId;
    const clientId = 'http' as ClientId;
    stage.tell(b, {
      v: 2,
      cmd: 'register',
      roomid: 'model' as never,
      clientid: clientId,
      instance,
    });
    expect(stage.last(b)).toMatchObject({ event: 'welcome', peer: { protocol: 2 } });
    expect(stage.last(a)).toMatchObject({ why: 'joined', peer: { protocol: 2 } });
  });

  it('[V39] a credential that is not ours is gone, and so is an id that we did not issue', () => {
    const link = world.connect(a);
    const { id: connection } = link;
    const instance = 'instance-of-a' as InstanceId;
    world.run({ type: 'sessionResume', connection, instance, proof: null });
    expect(link.toClient).toEqual([{ event: 'gone', why: 'credential' }, 'closed']);
    const other = world.connect(b);
    const clientId = 'stranger' as ClientId;
    world.run({ type: 'sessionRegister', connection: other.id, clientId, instance, issued: false });
    expect(other.toClient).toEqual([{ event: 'gone', why: 'unknown-client' }, 'closed']);
  });

  it('[V40] a join whose welcome was lost finds its seat again', () => {
    const link = world.connect(a);
    world.carryToServer(link);
    world.cut(a);
    stage.connect(a);
    expect(stage.seated()).toEqual(['instance-of-a', null]);
    expect(a.credential).not.toBeNull();
  });
});

describe('losing a connection', () => {
  it('[V24] [V34] the same instance comes back into the same epoch, and all that was unacknowledged with it', () => {
    stage.pair(a, b);
    const [first, second] = [a, b];
    stage.lose(second);
    expect(stage.last(first)).toMatchObject({ why: 'away', peer: { state: 'away' } });
    stage.say(first);
    stage.say(first);
    second.say();
    stage.connect(second);
    expect(stage.whys(first)).toEqual(['joined', 'away', 'back']);
    expect(stage.heard(second)).toEqual(first.said);
    expect(stage.heard(first)).toEqual(second.said);
    expect(second.end.epoch).toBe(1_000);
  });

  it('[V34] another connection takes a seat over; the earlier one is told to stay away', () => {
    stage.pair(a, b);
    const link = world.linkOf(b) as Link;
    const copy = stage.actor('of-b', b.credential ?? null);
    stage.connect(copy);
    expect(b.isStopped).toBe(true);
    expect(link.isOpenHere).toBe(false);
    expect(copy.end.epoch).toBe(1_000);
  });

  it('[V35] [V15] another instance begins another epoch, and what the earlier one missed is not for it', () => {
    stage.pair(a, b);
    const [first, second] = [a, b];
    stage.lose(second);
    stage.say(first);
    const reloaded = stage.actor('of-b-reloaded', second.credential);
    stage.connect(reloaded);
    expect(stage.last(first)).toMatchObject({ why: 'replaced', epoch: 1_001 });
    expect(stage.heard(reloaded)).toEqual([]);
    stage.say(first);
    expect(stage.heard(reloaded)).toEqual(first.said);
  });

  it('[V25] [V24] a seat ends 15 s after its last sign of life', () => {
    stage.pair(a, b);
    const link = world.linkOf(b) as Link;
    world.cut(b);
    world.advance(9_000);
    world.notice(link, world.nowMs - 9_000);
    world.advance(5_999);
    expect(stage.seated()).toEqual(['instance-of-a', 'instance-of-b']);
    world.advance(1);
    world.settle();
    expect(stage.seated()).toEqual(['instance-of-a', null]);
    expect(stage.last(a)).toMatchObject({ why: 'lost', peer: null, epoch: 1_000 });
  });

  it('[V25] one that was silent for too long has none at once', () => {
    stage.pair(a, b);
    const link = world.linkOf(b) as Link;
    world.cut(b);
    world.advance(15_000);
    world.notice(link, world.nowMs - 15_000);
    expect(stage.seated()).toEqual(['instance-of-a', null]);
  });

  it("[V26] unless its peer's media arrives", () => {
    stage.pair(a, b);
    stage.lose(b);
    for (let time = 0; time < 6; time += 1) {
      world.advance(5_000);
      stage.tell(a, { cmd: 'media', receiving: true });
    }
    expect(stage.seated()).toEqual(['instance-of-a', 'instance-of-b']);
    stage.tell(a, { cmd: 'media', receiving: false });
    world.advance(15_000);
    expect(stage.seated()).toEqual(['instance-of-a', null]);
  });

  it('[V27] a join does not evict it', () => {
    stage.pair(a, b);
    stage.lose(b);
    stage.connect(c);
    expect(stage.last(c)).toMatchObject({
      event: 'full',
      members: [{}, { state: 'away' }],
    });
    expect(wouldBeFull(world.room, world.nowMs)).toBe(true);
    const clientId = 'legacy' as ClientId;
    expect(world.run({ type: 'join', clientId, loopback: false }).outcome.kind).toBe('full');
  });

  it('[V36] one that was lost comes back into its pairing while its peer waits, in its role', () => {
    stage.pair(a, b);
    stage.lose(a);
    stage.say(b);
    world.advance(15_000);
    stage.connect(a);
    const back = stage.eventsOf(b).filter(({ event }) => event === 'peer');
    expect(back.at(-1)).toMatchObject({ why: 'back', epoch: 1_000, initiator: false });
    expect(stage.heard(a)).toEqual(b.said);
  });
});

describe('leaving', () => {
  it('[V37] a page that is loaded again has its seat at once, its peer saw it away', () => {
    stage.pair(a, b);
    stage.tell(b, { cmd: 'leaving' });
    expect(stage.last(a)).toMatchObject({ why: 'away' });
    expect(b.write).toBeNull();
    stage.connect(stage.actor('of-b-reloaded', b.credential ?? null));
    expect(stage.last(a)).toMatchObject({ why: 'replaced' });
  });

  it('[V37] a newcomer gets the seat at once, one that watches after 10 s', () => {
    stage.pair(a, b);
    const third = c;
    stage.connect(third);
    stage.tell(b, { cmd: 'leaving' });
    expect(stage.last(third)).toMatchObject({ event: 'room', free: false });
    stage.tell(third, third.opening());
    expect(stage.last(third)).toMatchObject({ event: 'full' });
    world.advance(10_000);
    world.settle();
    expect(stage.last(third)).toMatchObject({ event: 'room', free: true });
    expect(stage.last(a)).toMatchObject({ why: 'left', epoch: 0 });
    stage.lose(third);
    stage.connect(stage.actor('of-d'));
    stage.tell(a, { cmd: 'leaving' });
    stage.connect(stage.actor('of-e'));
    expect(stage.seated()).toEqual(['instance-of-e', 'instance-of-d']);
  });

  it('[V22] who hangs up is gone, and the credential with the pairing', () => {
    stage.pair(a, b);
    stage.tell(b, { cmd: 'leave' });
    expect(stage.last(a)).toMatchObject({
      why: 'left',
      peer: null,
      epoch: 0,
      initiator: true,
    });
    stage.connect(b);
    expect(b.end.epoch).toBe(1_001);
  });
});

describe('a restart', () => {
  it('[V36] [V38] both come back into their pairing, and nothing that they said is lost', () => {
    stage.pair(a, b);
    a.say();
    b.say();
    world.restart();
    stage.connect(b);
    expect(stage.last(b)).toMatchObject({ event: 'welcome', peer: null, epoch: 1_000 });
    stage.connect(a);
    expect(stage.heard(a)).toEqual(b.said);
    expect(stage.heard(b)).toEqual(a.said);
    expect(stage.last(b)).toMatchObject({ event: 'ack' });
    expect(stage.seated()).toEqual(['instance-of-a', 'instance-of-b']);
  });

  it('[V38] a newcomer that waits alone makes way, and watches', () => {
    stage.pair(a, b);
    world.restart();
    const third = c;
    stage.connect(third);
    stage.connect(a);
    expect(stage.last(third)).toMatchObject({ event: 'full' });
    stage.connect(b);
    expect(stage.seated()).toEqual(['instance-of-a', 'instance-of-b']);
  });

  it("[V38] the seat of the one who isn't back yet is kept for 15 s", () => {
    stage.pair(a, b);
    world.restart();
    stage.connect(a);
    stage.connect(c);
    expect(stage.last(c)).toMatchObject({ event: 'full' });
    const clientId = 'legacy' as ClientId;
    const join = { type: 'join', clientId, loopback: false } as const;
    expect(world.run(join).outcome).toEqual({ kind: 'full' });
    const connection = 'legacy' as ConnectionId;
    const register = { type: 'register', clientId, connection, issued: true } as const;
    expect(world.run(register).outcome).toEqual({ kind: 'refused', code: 'roomFull' });
    world.advance(15_000);
    world.settle();
    expect(stage.last(c)).toMatchObject({ event: 'room', free: true });
    expect(world.run(join).outcome.kind).toBe('joined');
  });

  it('[V38] a later pairing goes before an earlier one', () => {
    stage.pair(a, b);
    const stale = stage.actor('of-b-stale', b.credential ?? null);
    stage.connect(stage.actor('of-b-later', b.credential ?? null));
    world.restart();
    stage.connect(stale);
    stage.connect(a);
    expect(stage.last(stale)).toMatchObject({ event: 'full' });
    expect(stage.seated()).toEqual(['instance-of-a', null]);
  });

  it('[V38] later than that a newcomer keeps its seat', () => {
    stage.pair(a, b);
    world.restart();
    world.advance(15_000);
    stage.connect(c);
    stage.connect(a);
    expect(stage.seated()).toEqual(['instance-of-c', 'instance-of-a']);
    expect(a.end.epoch).toBe(world.nowMs);
  });
});
