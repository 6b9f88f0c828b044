import { expect, test } from 'vitest';
import { mediaPathOf, readStats } from './read-stats.ts';

function connectionWith(entries: readonly Readonly<Record<string, unknown>>[]) {
  const report = new Map(entries.map((entry) => [String(entry['id']), entry]));
  return { getStats: () => Promise.resolve(report as unknown as RTCStatsReport) };
}

test('figures of all streams are summed and the path in use is found', async () => {
  const stats = await readStats(
    connectionWith([
      { id: 'a', type: 'inbound-rtp', kind: 'audio', bytesReceived: 5, totalAudioEnergy: 0.25 },
      { id: 'v', type: 'inbound-rtp', kind: 'video', bytesReceived: 7, framesDecoded: 3 },
      { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
      { id: 'q', type: 'candidate-pair', currentRoundTripTime: 9 },
      {
        id: 'p',
        type: 'candidate-pair',
        currentRoundTripTime: 0.03,
        localCandidateId: 'l',
        remoteCandidateId: 'r',
      },
      { id: 'l', type: 'local-candidate', candidateType: 'host' },
      { id: 'r', type: 'remote-candidate', candidateType: 'relay' },
    ]),
  );
  expect(stats).toMatchObject({
    bytesReceived: 12,
    framesDecoded: 3,
    totalAudioEnergy: 0.25,
    roundTripTimeMs: 30,
    relay: true,
    localCandidateType: 'host',
  });
});

test('a connection without a path yet has none', async () => {
  const stats = await readStats(connectionWith([]));
  expect(stats).toMatchObject({ roundTripTimeMs: null, relay: false, framesDecoded: 0 });
});

function pathBetween(local: object, remote: object) {
  return readStats(
    connectionWith([
      { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
      { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r' },
      { id: 'l', type: 'local-candidate', ...local },
      { id: 'r', type: 'remote-candidate', ...remote },
    ]),
  ).then(mediaPathOf);
}

test('the path is direct, or over a relay of ours or of the other side', async () => {
  const host = { candidateType: 'host' };
  const relay = (relayProtocol?: string) => ({ candidateType: 'relay', relayProtocol });
  expect(mediaPathOf(await readStats(connectionWith([])))).toBeNull();
  expect(await pathBetween(host, { candidateType: 'prflx' })).toEqual({ kind: 'direct' });
  for (const transport of ['udp', 'tcp', 'tls']) {
    const ours = { kind: 'relay', side: 'ours', transport };
    expect(await pathBetween(relay(transport), host)).toEqual(ours);
    expect(await pathBetween(relay(transport), relay())).toEqual(ours);
  }
  const unknown = { kind: 'relay', side: 'ours', transport: null };
  expect(await pathBetween(relay(), host)).toEqual(unknown);
  expect(await pathBetween(relay('sctp'), host)).toEqual(unknown);
  const theirs = { kind: 'relay', side: 'theirs', transport: null };
  expect(await pathBetween(host, relay('udp'))).toEqual(theirs);
});
