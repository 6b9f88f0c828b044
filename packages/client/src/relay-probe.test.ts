import { describe, expect, it } from 'vitest';
import { CallWorld } from './call-world.fixture.ts';
import { offersRelay } from './ice-configuration.ts';
import { probeRelay } from './relay-probe.ts';

const iceServers = [{ urls: ['turn:relay.example'], username: 'a', credential: 'b' }];

describe('offersRelay', () => {
  it.each([
    [[], false],
    [[{ urls: ['stun:a'] }], false],
    [[{ urls: ['stun:a', 'turn:a?transport=tcp'] }], true],
    [[{ urls: 'turns:a' }], true],
  ])('%j: %s', (servers, expected) => {
    expect(offersRelay(servers)).toBe(expected);
  });
});

describe('probeRelay', () => {
  it('is true when two connections, with relays only, have found each other', async () => {
    const world = new CallWorld();
    const page = world.page();
    const probed = probeRelay({ iceServers, timeoutMs: 5_000, platform: page.platform() });
    await world.pass();
    expect(page.connections.map(({ signalingState }) => signalingState)).toEqual([
      'stable',
      'stable',
    ]);
    for (const { configuration } of page.connections) {
      expect(configuration).toMatchObject({ iceServers, iceTransportPolicy: 'relay' });
    }
    page.pc().driveConnection('connected');
    expect(await probed).toBe(true);
    expect(page.pc().signalingState).toBe('closed');
    expect(world.server.log).toEqual([]);
  });

  it('is false when time is up, or when it is given up', async () => {
    const world = new CallWorld();
    const page = world.page();
    const late = probeRelay({ iceServers, timeoutMs: 5_000, platform: page.platform() });
    await world.pass(5_000);
    expect(await late).toBe(false);
    const leaving = new AbortController();
    const { signal } = leaving;
    const options = { iceServers, timeoutMs: 5_000, platform: page.platform(), signal };
    const left = probeRelay(options);
    leaving.abort();
    expect(await left).toBe(false);
    expect(page.connections.every(({ signalingState }) => signalingState === 'closed')).toBe(true);
  });
});
