import { FakeAppRtcServer } from '@apprtc/testkit';
import { describe, expect, test } from 'vitest';
import { CallWorld } from './call-world.fixture.ts';
import { open } from './open.ts';

function turnAs(username: string, lifetimeDuration = '600s') {
  return { lifetimeDuration, iceServers: [{ urls: ['turn:t'], username, credential: 'c' }] };
}

function asked({ server }: CallWorld): number {
  return server.log.filter((line) => line === 'POST /ice').length;
}

/** The username of the TURN server that a connection uses from now on. */
function usernameOf(pc: { getConfiguration(): RTCConfiguration }): string | undefined {
  return pc.getConfiguration().iceServers?.[0]?.username;
}

const relayed = {
  t: { type: 'transport', selectedCandidatePairId: 'p' },
  p: { type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r' },
  l: { type: 'local-candidate', candidateType: 'relay', relayProtocol: 'udp' },
  r: { type: 'remote-candidate', candidateType: 'host' },
};

describe('ICE servers during a call', () => {
  test('are renewed before they expire, in the connection that is there', async () => {
    const it = new CallWorld();
    it.server.iceConfig = turnAs('old');
    const { alice, bob } = await it.connectedPair();
    it.server.iceConfig = turnAs('new');
    await it.pass(460_000);
    expect([alice, bob].map((page) => usernameOf(page.pc()))).toEqual(['new', 'new']);
    expect([alice.connections.length, asked(it)]).toEqual([1, 4]);
  });

  test('are renewed by both before an ICE restart', async () => {
    const it = new CallWorld();
    it.server.iceConfig = turnAs('old');
    const { alice, bob } = await it.connectedPair();
    await it.pass(10_000);
    it.server.iceConfig = turnAs('new');
    it.server.log.length = 0;
    alice.pc().driveConnection('failed');
    bob.pc().driveConnection('failed');
    await it.pass();
    expect(it.server.log.slice(0, 3)).toEqual([
      'POST /ice',
      'POST /ice',
      'POST /message/abc/C1 offer',
    ]);
    expect([alice, bob].map((page) => usernameOf(page.pc()))).toEqual(['new', 'new']);
  });

  test('that do not come hold a restart up for 3 s, no longer', async () => {
    const it = new CallWorld();
    const { alice } = await it.connectedPair();
    await it.pass(10_000);
    it.server.ice = 'silent';
    it.server.log.length = 0;
    alice.pc().driveConnection('failed');
    await it.pass(2_900);
    expect(it.server.log).toEqual(['POST /ice']);
    await it.pass(200);
    expect(it.server.log).toContain('POST /message/abc/C1 offer');
  });

  test('that come late serve from the next restart on', async () => {
    const it = new CallWorld();
    it.server.ice = 'silent';
    const alice = it.page();
    await alice.join();
    await it.pass(2_000);
    expect(usernameOf(alice.pc())).toBeUndefined();
    it.server.ice = 'servers';
    it.server.iceConfig = turnAs('late');
    await it.pass(20_000);
    expect(usernameOf(alice.pc())).toBe('late');
    expect(alice.connections).toHaveLength(1);
  });

  test('that do not come hold an offer up for 10 s where only relays are allowed', async () => {
    const it = new CallWorld();
    it.server.ice = 'silent';
    const alice = it.page();
    await alice.join(null, 'it=relay');
    await it.pass(9_900);
    expect(alice.connections).toHaveLength(0);
    await it.pass(200);
    expect(alice.connections).toHaveLength(1);
  });

  test('are asked for no more when the call is over', async () => {
    const it = new CallWorld();
    it.server.iceConfig = turnAs('u');
    const call = await it.page().join();
    await it.pass();
    const left = call.hangUp();
    await it.pass(100);
    await left;
    expect(it.clock.pendingTimers).toBe(0);
  });
});

describe('a path that is lost', () => {
  test('is sought for two minutes as long as the other one answers, and found', async () => {
    const it = new CallWorld();
    const { first, second, alice, bob } = await it.connectedPair();
    for (const page of [alice, bob]) page.pc().driveConnection('failed');
    expect(first.state).toMatchObject({ name: 'reconnecting', seeker: 'us' });
    expect(second.state).toMatchObject({ name: 'reconnecting', seeker: 'them' });
    await it.pass(115_000);
    expect([first.state.name, second.state.name]).toEqual(['reconnecting', 'reconnecting']);
    expect([alice.connections.length, bob.connections.length]).toEqual([1, 1]);
    for (const page of [alice, bob]) page.pc().driveConnection('connected');
    expect([first.state.name, second.state.name]).toEqual(['connected', 'connected']);
  });

  test('is not sought while the other one’s answer could not come, and at once when it can', async () => {
    const it = new CallWorld();
    const { alice, first } = await it.connectedPair();
    it.server.isReachable = false;
    it.server.closeSocket('C1', 1006);
    alice.pc().driveConnection('failed');
    // Past the second restart, and well before the third.
    await it.pass(7_000);
    it.server.log.length = 0;
    it.server.isReachable = true;
    await it.pass(4_000);
    expect(first.signaling).toBe('open');
    expect(it.server.log.filter((line) => line.endsWith('offer'))).toHaveLength(1);
  });

  test('that was never there is sought by the initiator as well', async () => {
    const it = new CallWorld();
    const [alice, bob] = [it.page(), it.page()];
    await alice.join();
    await it.pass();
    await bob.join();
    await it.pass();
    it.server.log.length = 0;
    await it.pass(10_100);
    expect(it.server.log.filter((line) => / offer| answer/.test(line))).toEqual([
      'POST /message/abc/C1 offer',
      'ws C2 answer',
    ]);
  });
});

test('one who is slow to name its addresses gets no second offer', async () => {
  const it = new CallWorld();
  const [alice, bob] = [it.page(), it.page()];
  await alice.join();
  await it.pass();
  await bob.join();
  await it.pass();
  const ours = alice.pc().localDescription;
  const candidate = 'a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n';
  alice.pc().localDescription = { type: 'offer', sdp: `${ours?.sdp}${candidate}` };
  it.server.log.length = 0;
  await it.pass(25_000);
  expect(it.server.log.filter((line) => line.endsWith(' offer'))).toEqual([]);
});

describe('what a call shows of its path', () => {
  test('is the way of its media, until there is none', async () => {
    const it = new CallWorld();
    const { first, alice } = await it.connectedPair();
    const seen: unknown[] = [];
    first.on('path', (path) => seen.push(path));
    alice.pc().drivePair(relayed);
    await it.pass();
    const path = { kind: 'relay', side: 'ours', transport: 'udp' };
    expect(first.path).toEqual(path);
    it.server.say('C1', '{"type":"bye"}');
    await it.pass();
    expect(seen).toEqual([path, null]);
    expect(first.path).toBeNull();
  });

  test('is why there is no relay, also when the call is over', async () => {
    const it = new CallWorld();
    it.server.iceConfig = turnAs('forged');
    const alice = it.page();
    const call = await alice.join(null, 'it=relay');
    const seen: unknown[] = [];
    call.on('relayProblem', (problem) => seen.push(problem?.code));
    await it.pass();
    alice.pc().driveGathering('gathering');
    alice.pc().driveCandidateError(401);
    alice.pc().driveGathering('complete');
    expect(call.relayProblem).toEqual({ code: 'refused', isRelayOnly: true });
    const left = call.hangUp();
    await it.pass(3_000);
    await left;
    expect(call.relayProblem).toEqual({ code: 'refused', isRelayOnly: true });
    expect(seen).toEqual(['refused']);
  });

  test('a relay that gives an address is no problem any more', async () => {
    const it = new CallWorld();
    it.server.iceConfig = turnAs('good');
    const alice = it.page();
    const call = await alice.join(null, 'it=relay');
    await it.pass();
    alice.pc().driveGathering('gathering');
    await it.pass(8_100);
    expect(call.relayProblem?.code).toBe('unreachable');
    alice.pc().driveCandidate('candidate:1 1 udp 1 192.0.2.1 9 typ relay raddr 0.0.0.0 rport 0');
    expect(call.relayProblem).toBeNull();
  });

  test('counts no more when the next one’s connection has one', async () => {
    const it = new CallWorld();
    it.server.iceConfig = turnAs('u');
    const alice = it.page();
    const call = await alice.join(null, 'it=relay');
    await it.pass();
    alice.pc().driveGathering('gathering');
    await it.pass(8_100);
    expect(call.relayProblem).not.toBeNull();
    it.server.say('C1', '{"type":"bye"}');
    await it.pass();
    expect(alice.connections).toHaveLength(2);
    expect(call.relayProblem).toBeNull();
  });

  test('is that the server does not say which, or names none', async () => {
    const it = new CallWorld();
    const [alice, bob] = [it.page(), it.page()];
    const first = await alice.join(null, 'it=relay');
    await it.pass();
    expect(first.relayProblem?.code).toBe('not-configured');
    it.server.ice = 'failing';
    const second = await bob.join(null, 'it=relay');
    await it.pass();
    expect(second.relayProblem?.code).toBe('not-told');
  });
});

test('options say the same as the query, and go before it', async () => {
  const it = new CallWorld();
  const urls = ['turn:t?transport=udp', 'turn:t?transport=tcp', 'turns:t'];
  it.server.iceConfig = { iceServers: [{ urls, username: 'u', credential: 'c' }] };
  const page = it.page();
  const lobby = open({
    server: FakeAppRtcServer.origin,
    room: 'abc',
    query: 'it=all&tt=udp&hd=true',
    iceTransportPolicy: 'relay',
    turnTransports: ['tls', 'tcp'],
    platform: page.platform(),
  });
  await lobby.join();
  await it.pass();
  expect(it.server.log[0]).toBe('POST /join/abc?it=relay&tt=tls%2Ctcp&hd=true');
  const { iceTransportPolicy, iceServers } = page.pc().configuration;
  expect(iceTransportPolicy).toBe('relay');
  expect(iceServers?.[0]?.urls).toEqual(urls.slice(1));
});

test('a relay that stays away ends the answerer in bounded time, with the reason; the initiator waits for the next', async () => {
  const it = new CallWorld();
  it.server.iceConfig = turnAs('u');
  const [alice, bob] = [it.page(), it.page()];
  const first = await alice.join(null, 'it=relay');
  await it.pass();
  const second = await bob.join(null, 'it=relay');
  await it.pass();
  for (const page of [alice, bob]) {
    page.pc().driveConnection('connected');
    page.pc().driveConnection('failed');
  }
  const sawNoRelay = new Set<object>();
  for (let second = 0; second < 300; second += 1) {
    await it.pass(1_000);
    for (const pc of [...alice.connections, ...bob.connections]) {
      if (!sawNoRelay.has(pc)) pc.driveGathering('gathering');
      sawNoRelay.add(pc);
    }
  }
  expect(second.state).toEqual({ name: 'ended', reason: 'failed' });
  expect(second.relayProblem).toEqual({ code: 'unreachable', isRelayOnly: true });
  expect(first.state.name).toBe('waiting');
  for (const { seen } of [alice, bob]) {
    expect(seen).toContain('warning: Media was lost and did not come back (relay: unreachable)');
  }
  expect(it.server.members('abc')).toEqual(['C1']);
});
