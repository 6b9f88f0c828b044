import { describe, expect, test } from 'vitest';
import { bye, Caller, newRoom } from './client.ts';
import { Connection } from './connection.ts';
import { useProduct } from './product.ts';
import { SessionMember } from './session-client.ts';

const product = useProduct();
const offer = '{"type":"offer","sdp":"v=0\\r\\n"}';
const answer = '{"type":"answer","sdp":"v=0\\r\\n"}';
const candidate = '{"type":"candidate","label":0,"id":"0","candidate":"candidate:1"}';

describe('a session and a legacy client', () => {
  test('[V19] [V20] [V21] the legacy client first: its early messages are numbered for the session', async () => {
    const room = newRoom();
    const caller = await Caller.enter(product, room);
    await caller.post(offer);
    await caller.post(candidate);
    const member = new SessionMember(product, room);
    const welcome = await member.join();
    expect(welcome).toMatchObject({ initiator: false, peer: { protocol: 1, state: 'here' } });
    await member.hears(offer, candidate);
    member.say(answer, candidate);
    await member.settled();
    expect(await caller.messages()).toEqual([answer, candidate]);
    await caller.say(candidate);
    await member.hears(offer, candidate, candidate);
  });

  test('[V19] [V22] the session first: it initiates, and its hanging up is a bye', async () => {
    const room = newRoom();
    const member = await SessionMember.join(product, room);
    const caller = await Caller.enter(product, room);
    expect(caller.isInitiator).toBe('false');
    expect(await member.socket.next('peer')).toMatchObject({
      why: 'joined',
      initiator: true,
      peer: { protocol: 1 },
    });
    await member.socket.events.until(() => (member.epoch > 0 ? true : undefined), 'No epoch');
    member.say(offer);
    await member.settled();
    expect([...(caller.joinMessages as string[]), ...(await caller.messages())]).toEqual([offer]);
    await caller.say(answer);
    await member.hears(answer);
    member.socket.send({ cmd: 'leave' });
    await member.socket.closed();
    expect(await caller.messages()).toEqual([bye]);
  });

  test('[V22] a bye of the legacy client is the end for the session, and no message', async () => {
    const room = newRoom();
    const member = await SessionMember.join(product, room);
    const caller = await Caller.enter(product, room);
    await member.socket.next('peer');
    await caller.sayBye();
    expect(
      await member.socket.events.until(
        () =>
          member.socket.events.all.find((event) => event.event === 'peer' && event.why === 'bye'),
        'No bye',
      ),
    ).toMatchObject({ peer: null });
    expect(member.heard).toEqual([]);
  });

  test('[V19] [V20] across a lost connection nothing is lost or doubled on either side', async () => {
    const room = newRoom();
    const caller = await Caller.enter(product, room);
    const member = await SessionMember.join(product, room);
    member.say('a');
    await member.settled();
    member.socket.cut();
    await caller.connection.reached();
    member.say('b');
    await caller.say('x', 'y');
    await member.resume();
    await member.hears('x', 'y');
    await member.settled();
    expect(await caller.messages()).toEqual(['a', 'b']);
  });

  test('[V23] a seat that was won over /join is taken up by a session', async () => {
    const room = newRoom();
    const caller = await Caller.join(product, room);
    const member = new SessionMember(product, room);
    const welcome = await member.register(caller.clientId);
    expect(welcome).toMatchObject({ clientid: caller.clientId, initiator: true, peer: null });
    const other = await SessionMember.join(product, room);
    other.say('a');
    await member.hears('a');
  });

  test('[V39] an id that nobody issued is told so', async () => {
    const member = new SessionMember(product, newRoom());
    const socket = await member.connect({
      cmd: 'register',
      clientid: 'nobody',
      instance: member.instance,
    });
    expect(await socket.next('gone')).toEqual({ event: 'gone', why: 'unknown-client' });
    expect(await socket.closed()).toBe(4404);
  });
});

describe('a legacy client', () => {
  test('[V2] [FR9] gets no byte more, whatever a session opposite does', async () => {
    const room = newRoom();
    const caller = await Caller.enter(product, room);
    const raw: string[] = [];
    caller.connection.socket.on('message', (data) => raw.push(String(data)));
    const member = await SessionMember.join(product, room);
    member.say('a');
    await member.settled();
    await member.resume();
    member.socket.send({ cmd: 'media', receiving: true });
    member.socket.cut();
    await caller.connection.reached();
    await member.resume();
    member.say('b');
    await member.settled();
    member.socket.send({ cmd: 'leaving' });
    await member.socket.closed();
    await caller.connection.settle();
    expect(raw.filter((text) => !text.includes('unexpected'))).toEqual([
      '{"msg":"a","error":""}',
      '{"msg":"b","error":""}',
    ]);
  });

  test('[V2] that sends a v of its own later, or another one first, is a legacy client', async () => {
    const room = newRoom();
    const caller = await Caller.join(product, room);
    const connection = await caller.register();
    connection.send({ v: 2, cmd: 'watch', roomid: room });
    expect(await connection.nextFrame()).toEqual({
      msg: '',
      error: "Invalid message: unexpected 'cmd'",
    });
    const other = await Caller.join(product, room);
    const second = await Connection.open(product);
    second.send({ v: '2', cmd: 'register', roomid: room, clientid: other.clientId });
    second.say('hello');
    expect(await connection.nextFrame()).toEqual({ msg: 'hello', error: '' });
  });

  test('[V1] params tell of sessions', async () => {
    const caller = await Caller.join(product, newRoom());
    expect(caller.params['session_protocol']).toBe(2);
  });
});
