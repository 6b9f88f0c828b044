import {
  byeMessage,
  type ClientId,
  heartbeatMessage,
  type OfferId,
  type SessionFrame,
} from '@apprtc/protocol';
import { type SessionActor, SessionStage, type SessionWorld } from '@apprtc/testkit';
import { beforeEach, describe, expect, it } from 'vitest';

const watchFrame: SessionFrame = { v: 2, cmd: 'watch', roomid: 'model' as never };

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

describe('a session and a legacy peer', () => {
  it('[V19] relays once, in order, and acknowledges itself', () => {
    stage.connect(a);
    stage.legacy('L');
    expect(stage.last(a)).toMatchObject({ why: 'joined', peer: { protocol: 1, state: 'here' } });
    stage.say(a);
    stage.say(a);
    expect(a.end.unacknowledged).toBe(0);
    const epoch = a.end.epoch;
    stage.tell(a, { cmd: 'send', epoch, n: 2, msg: 'again' });
    stage.tell(a, { cmd: 'send', epoch, n: 9, msg: 'too early' });
    expect(stage.heardByLegacy()).toEqual(a.said);
    expect(stage.last(a)).toEqual({ event: 'ack', epoch, n: 2 });
  });

  it('[V19] what waits for a legacy peer is acknowledged too', () => {
    stage.connect(a);
    const socket = stage.legacy('L');
    world.run({ type: 'drop', connection: socket });
    stage.say(a);
    expect(a.end.unacknowledged).toBe(0);
    const clientId = 'L' as ClientId;
    world.run({ type: 'register', clientId, connection: socket, issued: true });
    world.settle();
    expect(stage.heardByLegacy()).toEqual(a.said);
    expect(stage.whys(a)).toEqual(['joined', 'away', 'back']);
  });

  it('[V20] what a legacy peer says waits under its number until it is acknowledged', () => {
    stage.connect(a);
    const socket = stage.legacy('L');
    stage.legacySays(socket, 'one');
    world.run({ type: 'send', connection: socket, message: 'two' });
    stage.lose(a);
    stage.legacySays(socket, 'three');
    expect(world.mail.waiting).toBe(2);
    stage.connect(a);
    expect(stage.heard(a)).toEqual(['one', 'two', 'three']);
    expect(world.mail.waiting).toBe(0);
  });

  it('[V21] what it said while alone are the first messages for a session', () => {
    const socket = stage.legacy('L');
    stage.legacySays(socket, 'offer');
    stage.legacySays(socket, 'candidate');
    stage.connect(a);
    expect(stage.heard(a)).toEqual(['offer', 'candidate']);
    stage.legacySays(socket, 'more');
    expect(stage.heard(a)).toEqual(['offer', 'candidate', 'more']);
  });

  it('[V22] its bye is no message but the end, and a hang-up is its bye', () => {
    stage.connect(a);
    const socket = stage.legacy('L');
    stage.legacySays(socket, byeMessage);
    expect(stage.last(a)).toMatchObject({ why: 'bye', peer: null, epoch: 0 });
    expect(stage.heard(a)).toEqual([]);
    stage.legacy('M');
    stage.tell(a, { cmd: 'leave' });
    expect(stage.heardByLegacy()).toEqual([byeMessage]);
  });

  it('[V22] a bye or a heartbeat in a message is not relayed to a legacy peer', () => {
    stage.connect(a);
    stage.legacy('L');
    const { epoch } = a.end;
    stage.tell(a, { cmd: 'send', epoch, n: 1, msg: byeMessage });
    stage.tell(a, { cmd: 'send', epoch, n: 2, msg: heartbeatMessage });
    expect(stage.heardByLegacy()).toEqual([]);
    expect(stage.last(a)).toEqual({ event: 'ack', epoch, n: 2 });
  });

  it('[V22] [V35] after a reload it is sent a bye and starts the next call itself', () => {
    stage.connect(a);
    const socket = stage.legacy('L');
    stage.lose(a);
    const reloaded = stage.actor('of-a-reloaded', a.credential);
    stage.connect(reloaded);
    expect(stage.heardByLegacy()).toEqual([byeMessage]);
    expect(stage.last(reloaded)).toMatchObject({ event: 'welcome', initiator: false });
    stage.legacySays(socket, 'offer');
    expect(stage.heard(reloaded)).toEqual(['offer']);
  });

  it('[V22] [V37] a page that went and did not come back ends with a bye', () => {
    stage.connect(a);
    stage.legacy('L');
    stage.tell(a, { cmd: 'leaving' });
    expect(stage.heardByLegacy()).toEqual([]);
    world.advance(10_000);
    expect(stage.heardByLegacy()).toEqual([byeMessage]);
  });

  it('[V36] a session that was lost comes back to its legacy peer without a word said twice', () => {
    stage.connect(a);
    stage.legacy('L');
    stage.say(a);
    stage.lose(a);
    a.say();
    world.advance(15_000);
    expect(stage.seated()).toEqual([null, 'L']);
    stage.connect(a);
    expect(stage.heardByLegacy()).toEqual(a.said);
  });

  it('[V23] one that has not registered is met at its first word', () => {
    stage.connect(a);
    const clientId = 'L' as ClientId;
    world.run({ type: 'join', clientId, loopback: false });
    expect(stage.whys(a)).toEqual([]);
    world.run({ type: 'post', clientId, message: 'hello' });
    world.settle();
    expect(stage.whys(a)).toEqual(['joined']);
    expect(stage.heard(a)).toEqual(['hello']);
  });
});

describe('a published offer', () => {
  function published(): OfferId {
    stage.connect(a);
    a.publish();
    world.settle();
    const id = world.room.offer?.id;
    if (id === undefined) throw new Error('nothing was published');
    return id;
  }

  it('[V28] [V41] is shown to those who watch, before and after, without its candidates', () => {
    stage.connect(a);
    stage.open(b);
    stage.tell(b, watchFrame);
    expect(stage.last(b)).toEqual({
      event: 'room',
      members: [{ state: 'here', heard: 0 }],
      free: true,
      offer: null,
    });
    a.publish();
    world.settle();
    const shown = { id: world.room.offer?.id, msg: expect.stringContaining('|offer') };
    expect(stage.last(b)).toMatchObject({ event: 'room', offer: shown });
    stage.open(c);
    stage.tell(c, watchFrame);
    expect(stage.last(c)).toMatchObject({ event: 'room', offer: shown });
    stage.tell(a, { cmd: 'unpublish' });
    expect(stage.last(c)).toMatchObject({ event: 'room', offer: null });
  });

  it('[V30] [V33] a join that answers it gets the candidates, its publisher the answer', () => {
    const id = published();
    stage.open(b);
    stage.tell(b, watchFrame);
    stage.tell(b, b.opening());
    expect(stage.eventsOf(b)).toContainEqual(expect.objectContaining({ answered: true }));
    expect(stage.heard(b)).toEqual([`${id}|one`, `${id}|two`]);
    expect(stage.heard(a)).toEqual(['instance-of-b|answer', "instance-of-b|answer's candidate"]);
    const offer = { id, answered: true, given: 2 };
    expect(stage.eventsOf(a)).toContainEqual(expect.objectContaining({ why: 'joined', offer }));
    expect([a.end.unacknowledged, b.end.unacknowledged]).toEqual([0, 0]);
    expect(world.room.offer).toBeNull();
    expect(world.mail.waiting).toBe(0);
    stage.say(a);
    expect(stage.heard(b).at(-1)).toBe(a.said.at(-1));
  });

  it('[V30] the answer reaches a publisher that was away, and the candidates a joiner that was cut', () => {
    const id = published();
    stage.open(b);
    stage.tell(b, watchFrame);
    stage.lose(a);
    b.send(b.opening());
    world.carryToServer(world.linkOf(b) as never);
    stage.lose(b);
    stage.connect(a);
    stage.connect(b);
    expect(stage.heard(b)).toEqual([`${id}|one`, `${id}|two`]);
    expect(stage.heard(a)).toEqual(b.said);
    expect(b.said).toHaveLength(2);
  });

  it('[V31] a join that missed it is given the newer one', () => {
    const id = published();
    const answer = { offer: 'an-older-one' as OfferId, messages: ['answer'] };
    stage.open(b);
    const { instance } = b;
    stage.tell(b, { v: 2, cmd: 'join', roomid: 'model' as never, instance, answer });
    expect(stage.eventsOf(b)[0]).toMatchObject({ event: 'welcome', answered: false });
    expect(stage.heard(b)).toEqual([`${id}|offer`, `${id}|one`, `${id}|two`]);
    expect(stage.heard(a)).toEqual([]);
    stage.say(a);
    expect(stage.heard(b)).toHaveLength(4);
  });

  it('[V32] one that crosses a join is not shown: its publisher says it as messages', () => {
    stage.connect(a);
    a.publish();
    stage.connect(b);
    world.settle();
    const crossing = stage.actor('of-d');
    stage.lose(b);
    expect(world.room.offer).toBeNull();
    expect(crossing.end.epoch).toBe(0);
    stage.tell(a, { cmd: 'publish', offer: { id: 'o' as OfferId, msg: 'late', candidates: [] } });
    expect(world.room.offer).toBeNull();
    expect(world.mail.waiting).toBe(0);
  });

  it('[V33] ends with its publisher, and with a legacy newcomer', () => {
    published();
    stage.tell(a, { cmd: 'leaving' });
    expect(world.room.offer).toBeNull();
    stage.connect(b);
    b.publish();
    world.settle();
    stage.legacy('L');
    expect(world.room.offer).toBeNull();
    expect(world.mail.waiting).toBe(0);
  });
});

describe('watching', () => {
  it('[V41] at most eight watch a room', () => {
    const watchers = Array.from({ length: 9 }, (_, index) => stage.actor(`watcher-${index}`));
    for (const watcher of watchers) {
      stage.open(watcher);
      stage.tell(watcher, watchFrame);
    }
    expect(world.room.watchers).toHaveLength(8);
    expect(watchers[8]?.write).toBeNull();
  });

  it('[V42] one that says nothing for ten minutes is closed', () => {
    stage.open(c);
    stage.tell(c, watchFrame);
    world.advance(599_999);
    expect(world.room.watchers).toHaveLength(1);
    stage.tell(c, watchFrame);
    world.advance(600_000);
    world.settle();
    expect(c.write).toBeNull();
  });

  it('[V41] is told of all that changes, and nothing of what does not', () => {
    stage.open(c);
    stage.tell(c, watchFrame);
    stage.pair(a, b);
    const before = stage.eventsOf(c).length;
    stage.say(a);
    stage.say(b);
    expect(stage.eventsOf(c)).toHaveLength(before);
    stage.lose(b);
    expect(stage.last(c)).toMatchObject({ members: [{ state: 'here' }, { state: 'away' }] });
  });

  it('[V5] who holds no seat can say nothing, and who holds one watches nothing', () => {
    stage.open(c);
    stage.tell(c, watchFrame);
    stage.tell(c, { cmd: 'send', epoch: 1, n: 1, msg: 'x' });
    expect(stage.last(c)).toEqual({ event: 'error', error: 'not-seated' });
    stage.connect(a);
    stage.tell(a, watchFrame);
    expect(stage.last(a)).toEqual({ event: 'error', error: 'already-seated' });
  });
});
