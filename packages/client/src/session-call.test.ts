import { describe, expect, test } from 'vitest';
import { FakeTab, SessionCallWorld } from './call-world.fixture.ts';

function names(call: { readonly state: { readonly name: string }; readonly signaling: string }) {
  return [call.state.name, call.signaling];
}

describe('with a server that speaks sessions', () => {
  test('[V10] a call begins when the server names the other one', async () => {
    const it = new SessionCallWorld();
    const alice = it.page();
    const first = await alice.join();
    await it.pass();
    expect([...names(first), ...it.server.log.slice(-1)]).toEqual(['waiting', 'open', 'POST /ice']);
    const prepared = alice.pc();
    const bob = it.page();
    const second = await bob.join();
    await it.pass();
    expect([first.state.name, second.state.name]).toEqual(['connecting', 'connecting']);
    for (const page of [alice, bob]) page.pc().driveConnection('connected');
    expect([...names(first), ...names(second)]).toEqual(['connected', 'open', 'connected', 'open']);
    expect(alice.pc().signalingState).toBe('stable');
    expect(alice.pc()).toBe(prepared);
    expect(it.server.log.filter((line) => line === 'C1 send')).toHaveLength(1);
    expect(it.server.log.filter((line) => line.startsWith('POST /message'))).toEqual([]);
  });

  test('[V10] what was prepared for longer than 5 min is made anew for who comes', async () => {
    const it = new SessionCallWorld();
    const alice = it.page();
    await alice.join();
    await it.pass(301_000);
    const bob = it.page();
    await bob.join();
    await it.pass();
    expect([alice.connections.length, alice.pc().signalingState]).toEqual([2, 'stable']);
  });

  test('[V25] a cut connection comes back, and with it what was said meanwhile; media is not touched', async () => {
    const it = new SessionCallWorld();
    const { first, second, alice, bob } = await it.connectedPair();
    const connections = [alice.pc(), bob.pc()];
    it.server.isReachable = false;
    it.server.cut('C2');
    first.sendCustomized('one');
    second.sendCustomized('two');
    await it.pass(20_000);
    expect(names(second)).toEqual(['connected', 'reconnecting']);
    expect(second.recovery.signaling?.attempt).toBeGreaterThan(3);
    it.server.isReachable = true;
    await it.pass(3_000);
    expect([...names(first), ...names(second)]).toEqual(['connected', 'open', 'connected', 'open']);
    expect(second.recovery).toEqual({ signaling: null, media: null });
    expect([alice.pc(), bob.pc()]).toEqual(connections);
    expect(alice.seen).toContain('customized: two');
    expect(bob.seen).toContain('customized: one');
  });

  test('[V36] a server that was killed and forgot everything is given back what it knew', async () => {
    const it = new SessionCallWorld();
    const { first, second, alice, bob } = await it.connectedPair();
    it.server.restart();
    first.sendCustomized('kept');
    await it.pass(3_000);
    expect([...names(first), ...names(second)]).toEqual(['connected', 'open', 'connected', 'open']);
    expect([alice.connections.length, bob.connections.length]).toEqual([1, 1]);
    expect(bob.seen.filter((entry) => entry === 'customized: kept')).toHaveLength(1);
    const farewell = second.hangUp();
    await it.pass();
    await farewell;
    expect(first.state.name).toBe('waiting');
  });

  test('[V45] a server that says nothing for 10 s is dead, and is sought anew', async () => {
    const it = new SessionCallWorld();
    const { second } = await it.connectedPair();
    second.simulate('server-silence');
    await it.pass(9_900);
    const before = it.server.log.filter((line) => line === 'C2 seated').length;
    await it.pass(500);
    expect(it.server.log.filter((line) => line === 'C2 seated')).toHaveLength(before + 1);
    expect(names(second)).toEqual(['connected', 'open']);
  });

  test('[V35] a reload comes back to its seat, and both begin anew with tracks kept, without a click', async () => {
    const it = new SessionCallWorld();
    const tab = new FakeTab(it.random.next);
    const [alice, bob] = [it.page(), it.page(tab)];
    const first = await alice.join();
    await it.pass();
    await bob.join();
    await it.pass();
    for (const page of [alice, bob]) page.pc().driveConnection('connected');
    bob.leave();
    await it.pass();
    const again = it.page(tab);
    const returned = await again.join();
    await it.pass();
    expect(it.server.members()).toEqual(['C1', 'C2']);
    expect([alice.connections.length, again.connections.length]).toEqual([2, 1]);
    for (const page of [alice, again]) page.pc().driveConnection('connected');
    expect([...names(first), ...names(returned)]).toEqual([
      'connected',
      'open',
      'connected',
      'open',
    ]);
  });

  test('[V34] a connection that was taken over is not sought again; "use it here" takes it back', async () => {
    const it = new SessionCallWorld();
    const tab = new FakeTab(it.random.next);
    const alice = it.page(tab);
    const call = await alice.join();
    await it.pass();
    it.server.takeOver('C1');
    await it.pass(60_000);
    expect(call.state).toEqual({ name: 'ended', reason: 'taken-over' });
    expect(it.server.log.filter((line) => line === 'C1 seated')).toHaveLength(1);
    const here = await it.page(tab).join(null, '', true);
    await it.pass();
    expect([...names(here), ...it.server.members()]).toEqual(['waiting', 'open', 'C1']);
  });

  test('[V34] a stray opening of our own is no other tab', async () => {
    const it = new SessionCallWorld();
    const { second } = await it.connectedPair();
    it.server.isMute = true;
    it.server.cut('C2');
    await it.pass(5_500);
    it.server.isMute = false;
    await it.pass(5_000);
    expect(second.signaling).toBe('open');
    it.server.takeOver('C2');
    await it.pass(500);
    expect(names(second)).toEqual(['connected', 'open']);
    it.server.takeOver('C2');
    await it.pass(500);
    expect(second.state).toEqual({ name: 'ended', reason: 'taken-over' });
  });

  test('a seat that nobody knows any more is asked for anew, while media flows on', async () => {
    const it = new SessionCallWorld();
    const { second, bob } = await it.connectedPair();
    it.server.evict('C2');
    it.server.cut('C2');
    await it.pass(3_000);
    expect([it.server.members(), second.state.name]).toEqual([['C1', 'C3'], 'connecting']);
    expect(bob.connections).toHaveLength(2);
    bob.pc().driveConnection('connected');
    expect(names(second)).toEqual(['connected', 'open']);
  });

  test('who finds nobody at its seat waits, whatever the join said', async () => {
    const it = new SessionCallWorld();
    await it.page().join();
    await it.pass();
    const second = await it.page().join();
    it.server.evict('C1');
    await it.pass(500);
    expect(second.state.name).toBe('waiting');
  });

  test('a second tab with the same storage does not take the seat of one that lives', async () => {
    const it = new SessionCallWorld();
    const tab = new FakeTab(it.random.next);
    await it.page(tab).join();
    await it.pass();
    await it.page(tab).join();
    await it.pass();
    expect(it.server.members()).toEqual(['C1', 'C2']);
  });

  test('[V26] while the peer is away, its media speaks for it every 5 s, and no longer than it flows', async () => {
    const it = new SessionCallWorld();
    const { alice } = await it.connectedPair();
    const said = () => it.server.log.filter((line) => line === 'C1 media').length;
    it.server.say('C1', {
      event: 'peer',
      peer: { protocol: 2, state: 'away' },
      why: 'away',
      ...it.server.pairing('C1'),
    });
    await it.pass(10_100);
    expect(said()).toBe(3);
    alice.pc().driveConnection('disconnected');
    await it.pass(10_000);
    expect(said()).toBe(3);
  });

  test('[V46] a server that is about to stop is left within the time that it names', async () => {
    const it = new SessionCallWorld();
    const { second } = await it.connectedPair();
    it.server.say('C2', { event: 'moving', within: 2_000 });
    it.server.cut('C2');
    const before = it.server.log.length;
    expect(second.signaling).toBe('reconnecting');
    await it.pass(2_100);
    expect(second.signaling).toBe('open');
    expect(it.server.log.slice(before)).toContain('C2 seated');
  });

  test('is reconnected at once when the page is seen again or its network is another one', async () => {
    const it = new SessionCallWorld();
    const { second, bob } = await it.connectedPair();
    it.server.isReachable = false;
    it.server.cut('C2');
    await it.pass(130_000);
    it.server.isReachable = true;
    bob.wake(false);
    await it.pass();
    expect(second.signaling).toBe('open');
    const before = it.server.log.filter((line) => line === 'C2 seated').length;
    bob.wake(true);
    await it.pass();
    expect(it.server.log.filter((line) => line === 'C2 seated')).toHaveLength(before + 1);
  });

  test('hanging up is the end for the other one, and nothing is left to come back to', async () => {
    const it = new SessionCallWorld();
    const tab = new FakeTab(it.random.next);
    const [alice, bob] = [it.page(), it.page(tab)];
    const first = await alice.join();
    await it.pass();
    const second = await bob.join();
    await it.pass();
    const farewell = second.hangUp();
    await it.pass();
    await farewell;
    expect([first.state.name, it.server.members(), tab.kept.size]).toEqual(['waiting', ['C1'], 0]);
  });
});

describe('media that is lost between two who speak sessions', () => {
  test('is sought by an ICE restart of either side, 2 s after a disconnection', async () => {
    const it = new SessionCallWorld();
    const { first, second, alice, bob } = await it.connectedPair();
    for (const page of [alice, bob]) page.pc().driveConnection('disconnected');
    expect([first.state, second.state]).toMatchObject([{ seeker: 'us' }, { seeker: 'us' }]);
    const sdp = () => [alice.pc().localDescription?.sdp, bob.pc().localDescription?.sdp];
    const before = sdp();
    await it.pass(1_900);
    expect(sdp()).toEqual(before);
    await it.pass(200);
    expect(alice.pc().localDescription?.type).toBe('offer');
    expect(sdp()[0]).not.toEqual(before[0]);
    for (const page of [alice, bob]) page.pc().driveConnection('connected');
    expect([first.recovery.media, second.recovery.media]).toEqual([null, null]);
    bob.pc().driveConnection('failed');
    await it.pass(1_100);
    expect(bob.pc().localDescription?.type).toBe('offer');
    expect([alice.connections.length, bob.connections.length]).toEqual([1, 1]);
  });

  test('a rehearsed failure and a change of network each bring one restart, and the call goes on', async () => {
    const it = new SessionCallWorld();
    const { first, second, alice, bob } = await it.connectedPair();
    first.simulate('ice-failure');
    expect(first.state.name).toBe('reconnecting');
    await it.pass(100);
    expect(first.state.name).toBe('connected');
    const before = bob.pc().localDescription;
    second.simulate('network-change');
    await it.pass(100);
    expect(bob.pc().localDescription?.type).toBe('offer');
    expect(bob.pc().localDescription).not.toEqual(before);
    expect([alice.connections.length, bob.connections.length]).toEqual([1, 1]);
    expect(second.state.name).toBe('connected');
  });

  test('for good, leads to new peer connections on both sides, in the same call', async () => {
    const it = new SessionCallWorld();
    const { first, second, alice, bob } = await it.connectedPair();
    for (const page of [alice, bob]) page.pc().driveConnection('failed');
    await it.pass(125_000);
    expect(alice.connections.length).toBeGreaterThan(1);
    for (const page of [alice, bob]) page.pc().driveConnection('connected');
    expect([...names(first), ...names(second)]).toEqual(['connected', 'open', 'connected', 'open']);
    expect(it.server.members()).toEqual(['C1', 'C2']);
  });

  test('with signaling too, is not given up before signaling is back', async () => {
    const it = new SessionCallWorld();
    const { first, alice } = await it.connectedPair();
    it.server.isReachable = false;
    for (const client of ['C1', 'C2']) it.server.cut(client);
    alice.pc().driveConnection('failed');
    await it.pass(100_000);
    expect([...names(first), alice.connections.length]).toEqual([
      'reconnecting',
      'reconnecting',
      1,
    ]);
  });
});
