import { FakePeerConnection, ManualClock } from '@apprtc/testkit';
import { describe, expect, test } from 'vitest';
import { RelayWatch, relayProblemCode } from './relay-watch.ts';

const turn = { urls: ['turn:t'], username: 'u', credential: 'c' };
const relayOnly: RTCConfiguration = { iceServers: [turn], iceTransportPolicy: 'relay' };

function watched(configuration: RTCConfiguration = relayOnly, isTold = true) {
  const clock = new ManualClock();
  const pc = new FakePeerConnection();
  const heard: (string | null)[] = [];
  const watch = new RelayWatch(clock, (problem) => {
    heard.push(problem && `${problem.code}${problem.isRelayOnly ? ', relay only' : ''}`);
  });
  watch.attach(pc as unknown as RTCPeerConnection);
  watch.use(configuration, isTold);
  const gathers = (...errors: readonly number[]) => {
    pc.driveGathering('gathering');
    for (const error of errors) pc.driveCandidateError(error);
    pc.driveGathering('complete');
  };
  return { clock, pc, heard, watch, gathers };
}

describe('what the errors of relays mean', () => {
  test.each([
    [[], 'unreachable'],
    [[701, 701], 'unreachable'],
    [[701, 401], 'refused'],
    [[438, 403], 'refused'],
    [[486], 'busy'],
    [[508, 701], 'busy'],
    [[486, 401], 'refused'],
    [[0, 200], 'unreachable'],
  ])('%j: %s', (errors, code) => {
    expect(relayProblemCode(errors)).toBe(code);
  });
});

describe('a relay', () => {
  test('that refuses is a problem once all have been asked', () => {
    const { pc, heard } = watched();
    pc.driveGathering('gathering');
    pc.driveCandidateError(401);
    expect(heard).toEqual([]);
    pc.driveGathering('complete');
    expect(heard).toEqual(['refused, relay only']);
  });

  test('that gives an address is none, whatever others said', async () => {
    const { pc, heard, gathers } = watched();
    await pc.setLocalDescription({ type: 'offer', sdp: 'a=candidate:1 1 udp 1 t 9 typ relay' });
    gathers(401);
    expect(heard).toEqual([]);
  });

  test('that does not answer is a problem after 8 s, and none when it answers after all', () => {
    const { clock, pc, heard, watch } = watched();
    pc.driveGathering('gathering');
    clock.advance(7_900);
    expect(heard).toEqual([]);
    clock.advance(200);
    watch.found();
    expect(heard).toEqual(['unreachable, relay only', null]);
  });

  test('is judged anew at each restart', () => {
    const { heard, watch, gathers } = watched();
    gathers(401);
    watch.restart();
    gathers(701);
    gathers(701);
    expect(heard).toEqual(['refused, relay only', 'unreachable, relay only']);
  });

  test('that is not named, or not told of, is a problem at once, until it is', () => {
    const { heard, watch, clock, pc } = watched({ iceTransportPolicy: 'relay' }, false);
    watch.use({ iceTransportPolicy: 'relay', iceServers: [{ urls: 'stun:s' }] }, true);
    pc.driveGathering('gathering');
    pc.driveGathering('complete');
    expect(clock.pendingTimers).toBe(0);
    watch.use(relayOnly, true);
    expect(heard).toEqual(['not-told, relay only', 'not-configured, relay only', null]);
  });

  test('that is one way among others is told apart', () => {
    const { heard, gathers } = watched({ iceServers: [turn], iceTransportPolicy: 'all' });
    gathers(508);
    expect(heard).toEqual(['busy']);
  });

  test('is watched no longer when the connection is over', () => {
    const { clock, pc, heard, watch } = watched();
    pc.driveGathering('gathering');
    watch.stop();
    pc.driveGathering('complete');
    clock.advance(10_000);
    expect([heard, clock.pendingTimers]).toEqual([[], 0]);
  });
});
