import { FakePeerConnection, ManualClock, settle } from '@apprtc/testkit';
import { expect, test } from 'vitest';
import type { MediaPath } from './api.ts';
import { PathWatch } from './path-watch.ts';

function statsOf(local: string, remote: string): Readonly<Record<string, object>> {
  return {
    t: { type: 'transport', selectedCandidatePairId: 'p' },
    p: { type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r' },
    l: { type: 'local-candidate', candidateType: local, relayProtocol: 'tcp' },
    r: { type: 'remote-candidate', candidateType: remote },
  };
}

async function watched(isDescribed = true) {
  const clock = new ManualClock();
  const pc = new FakePeerConnection();
  pc.addTransceiver('audio');
  // Without a description there is no transport to tell of changes, as in a browser that has no such event.
  if (isDescribed) await pc.setLocalDescription(await pc.createOffer());
  const heard: string[] = [];
  const words = (path: MediaPath | null) => {
    if (path === null) return 'none';
    return path.kind === 'relay' ? `${path.side} ${path.transport}` : path.kind;
  };
  const watch = new PathWatch(clock, (path) => heard.push(words(path)));
  return { clock, pc, heard, watch, real: pc as unknown as RTCPeerConnection };
}

test('the path is read when media flows, and told only when it is another one', async () => {
  const { pc, heard, watch, real } = await watched();
  pc.drivePair(statsOf('host', 'host'));
  watch.connected(real);
  await settle();
  watch.connected(real);
  await settle();
  expect(heard).toEqual(['direct']);
  pc.drivePair(statsOf('relay', 'host'));
  await settle();
  expect(heard).toEqual(['direct', 'ours tcp']);
});

test('a candidate that the other one names later is noticed', async () => {
  const { clock, pc, heard, watch, real } = await watched();
  pc.drivePair({});
  watch.connected(real);
  await clock.run(3_000);
  expect(heard).toEqual([]);
  pc.drivePair(statsOf('host', 'prflx'));
  await settle();
  const found = statsOf('host', 'relay');
  pc.getStats = () => Promise.resolve(new Map(Object.entries(found)));
  await clock.run(3_000);
  expect(heard).toEqual(['direct', 'theirs null']);
  expect(clock.pendingTimers).toBe(0);
});

test('a path that shows late is found', async () => {
  const { clock, pc, heard, watch, real } = await watched();
  watch.connected(real);
  await clock.run(7_000);
  pc.getStats = () => Promise.resolve(new Map(Object.entries(statsOf('host', 'host'))));
  await clock.run(5_000);
  expect(heard).toEqual(['direct']);
  watch.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('a browser that tells of no changes is asked every few seconds', async () => {
  const { clock, pc, heard, watch, real } = await watched(false);
  pc.drivePair(statsOf('host', 'host'));
  watch.connected(real);
  await clock.run(20_000);
  pc.drivePair(statsOf('relay', 'relay'));
  await clock.run(5_100);
  expect(heard).toEqual(['direct', 'ours tcp']);
  watch.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('figures that can’t be read, or come when it is over, say nothing', async () => {
  const { clock, pc, heard, watch, real } = await watched();
  pc.getStats = () => Promise.reject(new Error('closed'));
  watch.connected(real);
  await settle();
  pc.getStats = () => Promise.resolve(new Map(Object.entries(statsOf('host', 'host'))));
  pc.drivePair({});
  watch.stop();
  await settle();
  expect([heard, clock.pendingTimers]).toEqual([[], 0]);
});
