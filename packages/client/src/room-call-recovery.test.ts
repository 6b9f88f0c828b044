import { describe, expect, test } from 'vitest';
import { CallWorld } from './call-world.fixture.ts';

describe('signaling that is lost', () => {
  test('comes back under the same id while media goes on', async () => {
    const it = new CallWorld();
    const { first, second } = await it.connectedPair();
    it.server.closeSocket('C2', 1006);
    expect([second.signaling, second.state.name]).toEqual(['reconnecting', 'connected']);
    first.sendCustomized('kept');
    await it.pass(500);
    expect(second.signaling).toBe('open');
    expect(it.server.log.filter((line) => line === 'ws C2 register')).toHaveLength(2);
  });

  test('for good, the call lasts as long as its media', async () => {
    const it = new CallWorld();
    const { second, bob } = await it.connectedPair();
    it.server.sayError('C2', 'Max room capacity reached');
    it.server.closeSocket('C2', 1000);
    expect([second.signaling, second.state.name]).toEqual(['closed', 'connected']);
    bob.pc().driveConnection('failed');
    await it.pass(31_000);
    expect(second.state).toEqual({ name: 'ended', reason: 'seat-lost' });
  });

  test('to a restarted server, the call goes on, and is made anew when media is lost', async () => {
    const it = new CallWorld();
    const { first, second, alice, bob } = await it.connectedPair();
    for (const seat of ['C1', 'C2']) it.server.evict('abc', seat);
    for (const seat of ['C1', 'C2']) it.server.closeSocket(seat, 1001);
    await it.pass(500);
    for (const call of [first, second]) {
      expect([call.signaling, call.state.name]).toEqual(['closed', 'connected']);
    }
    for (const page of [alice, bob]) page.pc().driveConnection('failed');
    await it.pass(31_000);
    expect(it.server.members('abc')).toEqual(['C3', 'C4']);
    for (const page of [alice, bob]) page.pc().driveConnection('connected');
    for (const call of [first, second]) {
      expect([call.signaling, call.state.name]).toEqual(['open', 'connected']);
    }
  });

  test('while alone, with a server that has forgotten the seat, leads to a new one', async () => {
    const it = new CallWorld();
    const { server } = it;
    const alice = it.page();
    const call = await alice.join();
    await it.pass();
    for (let restart = 0; restart < 5; restart += 1) {
      await it.pass(61_000);
      const [seat = ''] = server.members('abc');
      server.evict('abc', seat);
      server.closeSocket(seat, 1001);
      await it.pass(500);
      expect([call.state.name, call.signaling]).toEqual(['waiting', 'open']);
    }
    expect(server.members('abc')).toEqual(['C6']);
    expect(server.log).toContain('POST /message/abc/C6 offer');
  });

  test('while alone, with a server that forgets every seat at once, ends the call', async () => {
    const it = new CallWorld();
    const { server } = it;
    const call = await it.page().join();
    for (let seat = 1; seat <= 4; seat += 1) {
      await it.pass(1_000);
      server.evict('abc', `C${seat}`);
      server.closeSocket(`C${seat}`, 1006);
    }
    await it.pass(1_000);
    expect(call.state).toEqual({ name: 'ended', reason: 'failed' });
  });

  test('while alone, a seat taken by another socket ends the call', async () => {
    const it = new CallWorld();
    const { server } = it;
    const call = await it.page().join();
    await it.pass();
    server.closeSocket('C1', 1000);
    expect(call.state).toEqual({ name: 'ended', reason: 'seat-lost' });
  });

  test('the initiator posts again what the network swallowed, in order', async () => {
    const it = new CallWorld();
    const { server } = it;
    const alice = it.page();
    await alice.join();
    server.isReachable = false;
    await it.pass(1_600);
    alice.pc().driveCandidate('candidate:1');
    server.isReachable = true;
    await it.pass(3_000);
    expect(server.log.slice(-2)).toEqual([
      'POST /message/abc/C1 offer',
      'POST /message/abc/C1 candidate',
    ]);
  });
});

describe('media that is lost', () => {
  test('is sought with an ICE restart by the initiator, and found', async () => {
    const it = new CallWorld();
    const { first, alice, bob } = await it.connectedPair();
    it.server.log.length = 0;
    alice.pc().driveConnection('disconnected');
    expect(first.state.name).toBe('reconnecting');
    alice.pc().driveConnection('failed');
    await it.pass();
    expect(it.server.log).toEqual(['POST /message/abc/C1 offer', 'ws C2 answer']);
    expect([alice.connections.length, bob.connections.length]).toEqual([1, 1]);
    alice.pc().driveConnection('connected');
    expect(first.state.name).toBe('connected');
    await it.pass(60_000);
    expect(first.state.name).toBe('connected');
  });

  test('is sought for 30 s from one who is gone, then the initiator starts afresh', async () => {
    const it = new CallWorld();
    const { first, alice } = await it.connectedPair();
    it.server.log.length = 0;
    it.server.evict('abc', 'C2');
    alice.pc().driveConnection('failed');
    await it.pass(29_900);
    expect(it.server.log.filter((line) => line.endsWith('offer'))).toHaveLength(4);
    expect(first.state.name).toBe('reconnecting');
    await it.pass(200);
    expect(first.state.name).toBe('waiting');
    expect(alice.connections).toHaveLength(2);
  });

  test('makes the answerer take a new seat, in the same call', async () => {
    const it = new CallWorld();
    const { first, second, alice, bob } = await it.connectedPair();
    bob.pc().driveConnection('failed');
    await it.pass(31_000);
    expect(it.server.members('abc')).toEqual(['C1', 'C3']);
    expect(bob.seen).toContain('joining');
    alice.pc().driveConnection('connected');
    bob.pc().driveConnection('connected');
    expect([first.state.name, second.state.name]).toEqual(['connected', 'connected']);
  });

  test('that never comes ends the answerer after three new seats', async () => {
    const it = new CallWorld();
    const { server } = it;
    const alice = it.page();
    const bob = it.page();
    await alice.join();
    await it.pass();
    const second = await bob.join();
    await it.pass(140_000);
    expect(second.state).toEqual({ name: 'ended', reason: 'failed' });
    expect(server.members('abc')).toEqual(['C1']);
  });

  test('ends the call when the server is away as well', async () => {
    const it = new CallWorld();
    const { second, bob } = await it.connectedPair();
    it.server.isReachable = false;
    bob.pc().driveConnection('failed');
    await it.pass(180_000);
    expect(second.state).toEqual({ name: 'ended', reason: 'server-unreachable' });
  });
});

describe('an offer that nobody expects', () => {
  const foreign = 'v=0\r\no=- 9 1 IN IP4 0.0.0.0\r\nm=audio 9 X\r\na=mid:0\r\n';
  const offer = JSON.stringify({ type: 'offer', sdp: foreign });

  test('is ignored by an initiator whose call is well', async () => {
    const it = new CallWorld();
    const { first, alice } = await it.connectedPair();
    it.server.say('C1', offer);
    await it.pass();
    expect(first.state.name).toBe('connected');
    expect(alice.connections).toHaveLength(1);
  });

  test('is answered by an initiator that nobody has answered', async () => {
    const it = new CallWorld();
    const { server } = it;
    const alice = it.page();
    const call = await alice.join();
    await it.pass();
    server.say('C1', offer);
    await it.pass();
    expect(call.state.name).toBe('connecting');
    expect(alice.connections.map((pc) => pc.signalingState)).toEqual(['closed', 'stable']);
    expect(server.log.at(-1)).toBe('ws C1 answer');
  });

  test('from a new peer connection makes the answerer take a new one too', async () => {
    const it = new CallWorld();
    const { second, bob } = await it.connectedPair();
    it.server.say('C2', offer);
    await it.pass();
    expect(bob.connections.map((pc) => pc.signalingState)).toEqual(['closed', 'stable']);
    expect(second.state.name).toBe('connecting');
  });

  test('that is no SDP is a warning', async () => {
    const it = new CallWorld();
    const { server } = it;
    await server.fetch('http://fake/join/abc', { method: 'POST' });
    const bob = it.page();
    const call = await bob.join();
    await it.pass();
    server.say('C2', '{"type":"offer","sdp":"noise"}');
    await it.pass();
    expect(bob.seen).toEqual(['warning: A message of the other side could not be used']);
    expect(call.state.name).toBe('connecting');
  });
});

describe('an initiator who says nothing', () => {
  test('is not waited for as if it were there, and is answered when it offers after all', async () => {
    const it = new CallWorld();
    const { server } = it;
    await server.fetch('http://fake/join/abc', { method: 'POST' });
    const bob = it.page();
    const call = await bob.join();
    await it.pass(9_900);
    server.say('C2', '{"type":"candidate","candidate":"candidate:early"}');
    expect(call.state.name).toBe('connecting');
    await it.pass(200);
    expect(call.state.name).toBe('waiting');
    await it.pass(300_000);
    expect([call.state.name, call.signaling]).toEqual(['waiting', 'open']);
    expect(server.members('abc')).toEqual(['C1', 'C2']);
    const sdp = 'v=0\r\no=- 9 1 IN IP4 0.0.0.0\r\nm=audio 9 X\r\na=mid:0\r\n';
    server.say('C2', JSON.stringify({ type: 'offer', sdp }));
    await it.pass();
    expect(call.state.name).toBe('connecting');
    expect(server.log.at(-1)).toBe('ws C2 answer');
    bob.pc().driveConnection('connected');
    expect(bob.seen).toEqual(['waiting', 'connecting', 'stream', 'connected']);
  });

  test('whose seat was a ghost gives way to the next one', async () => {
    const it = new CallWorld();
    await it.server.fetch('http://fake/join/abc', { method: 'POST' });
    const bob = it.page();
    const call = await bob.join();
    await it.pass(11_000);
    it.server.evict('abc', 'C1');
    it.server.say('C2', '{"type":"bye"}');
    await it.pass();
    expect(it.server.log.at(-1)).toBe('POST /message/abc/C2 offer');
    expect([call.state.name, ...bob.seen]).toEqual(['waiting', 'waiting']);
  });

  test('leaves no timer behind', async () => {
    const it = new CallWorld();
    await it.server.fetch('http://fake/join/abc', { method: 'POST' });
    const call = await it.page().join();
    const left = call.hangUp();
    await it.pass(100);
    await left;
    expect(it.clock.pendingTimers).toBe(0);
  });
});

test('hanging up while the server is away leaves no timer behind', async () => {
  const it = new CallWorld();
  const call = await it.page().join();
  it.server.isReachable = false;
  await it.pass(3_000);
  const left = call.hangUp();
  await it.pass(8_000);
  await left;
  expect(it.clock.pendingTimers).toBe(0);
});

test('hanging up while a new seat is sought gives that seat back', async () => {
  const it = new CallWorld();
  const { second, bob } = await it.connectedPair();
  bob.pc().driveConnection('failed');
  it.server.isReachable = false;
  await it.pass(32_000);
  expect(second.state.name).toBe('joining');
  let hasLeft = false;
  const left = second.hangUp().then(() => {
    hasLeft = true;
  });
  it.server.isReachable = true;
  await it.pass();
  expect(hasLeft).toBe(false);
  await it.pass(20_000);
  await left;
  expect(second.state).toEqual({ name: 'ended', reason: 'hung-up' });
  expect(it.server.log.filter((line) => line.startsWith('POST /join'))).toHaveLength(2);
  expect(it.clock.pendingTimers).toBe(0);
});

describe('what belongs to a former time does not reach into the next', () => {
  test('ICE servers that come after the end make no peer connection', async () => {
    const it = new CallWorld();
    it.server.ice = 'silent';
    const alice = it.page();
    const call = await alice.join();
    const left = call.hangUp();
    await it.pass(12_000);
    await left;
    expect(alice.connections).toHaveLength(0);
  });

  test('messages for a peer that is gone are not posted to the next', async () => {
    const it = new CallWorld();
    const alice = it.page();
    await alice.join();
    await it.pass();
    it.server.isReachable = false;
    alice.pc().driveCandidate('candidate:old');
    await it.pass(1_000);
    it.server.say('C1', '{"type":"bye"}');
    it.server.isReachable = true;
    it.server.log.length = 0;
    await it.pass(5_000);
    expect(it.server.log).toEqual(['POST /message/abc/C1 offer']);
  });

  test('a bye that comes while a new seat is sought changes nothing', async () => {
    const it = new CallWorld();
    const { second, bob } = await it.connectedPair();
    it.server.isSilent = true;
    bob.pc().driveConnection('failed');
    await it.pass(30_100);
    expect(second.state.name).toBe('joining');
    it.server.say('C2', '{"type":"bye"}');
    await it.pass();
    expect(second.state.name).toBe('joining');
    expect(bob.connections).toHaveLength(1);
  });

  test('seats that led to media are not counted against the call', async () => {
    const it = new CallWorld();
    const { second, alice, bob } = await it.connectedPair();
    for (let round = 0; round < 5; round += 1) {
      bob.pc().driveConnection('failed');
      await it.pass(32_000);
      alice.pc().driveConnection('connected');
      bob.pc().driveConnection('connected');
      expect(second.state.name).toBe('connected');
    }
  });
});

test('a message that the server refuses for good is not posted again', async () => {
  const it = new CallWorld();
  it.server.messageResult = 'ERROR';
  const alice = it.page();
  await alice.join();
  await it.pass(20_000);
  expect(it.server.log.filter((line) => line.includes('/message/'))).toHaveLength(1);
  expect(alice.seen).toEqual(['warning: A message could not be delivered']);
});

test('ICE servers serve for five minutes, then they are asked for again', async () => {
  const it = new CallWorld();
  await it.page().join();
  const asked = (): number => it.server.log.filter((line) => line === 'POST /ice').length;
  await it.pass(1_000);
  it.server.say('C1', '{"type":"bye"}');
  await it.pass();
  expect(asked()).toBe(1);
  it.clock.advance(300_000);
  it.server.say('C1', '{"type":"bye"}');
  await it.pass();
  expect(asked()).toBe(2);
});
