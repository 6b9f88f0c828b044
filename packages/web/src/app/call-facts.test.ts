import type { CallStats } from '@apprtc/client';
import { describe, expect, it } from 'vitest';
import { factsOf } from './call-facts.ts';

const nothing: CallStats = {
  bytesReceived: 0,
  bytesSent: 0,
  framesDecoded: 0,
  frameWidth: null,
  frameHeight: null,
  framesPerSecond: null,
  totalAudioEnergy: 0,
  packetsReceived: 0,
  packetsLost: 0,
  roundTripTimeMs: null,
  relay: false,
  relayTransport: null,
  localCandidateType: null,
  remoteCandidateType: null,
};

function values(...parameters: Parameters<typeof factsOf>): Readonly<Record<string, string>> {
  return Object.fromEntries(factsOf(...parameters).map(({ name, value }) => [name, value]));
}

describe('factsOf', () => {
  it('has a word for everything that is not known yet', () => {
    expect(values({ stats: nothing, atMs: 0 }, null)).toEqual({
      Path: 'not found yet',
      'Round trip': '…',
      Sending: '…',
      Receiving: '…',
      'Their picture': 'none',
      'Packets lost': '…',
    });
  });

  it('says how fast the counters grow', () => {
    const before = { stats: { ...nothing, bytesReceived: 1_000 }, atMs: 1_000 };
    const stats: CallStats = {
      ...nothing,
      bytesReceived: 126_000,
      bytesSent: 250_000,
      frameWidth: 1_280,
      frameHeight: 720,
      framesPerSecond: 29.6,
      packetsReceived: 980,
      packetsLost: 20,
      roundTripTimeMs: 41.7,
      relay: true,
      relayTransport: 'tcp',
      localCandidateType: 'relay',
      remoteCandidateType: 'host',
    };
    expect(values({ stats, atMs: 2_000 }, before)).toEqual({
      Path: 'relay to host, over TCP',
      'Round trip': '42 ms',
      Sending: '2000 kbit/s',
      Receiving: '1000 kbit/s',
      'Their picture': '1280 × 720 at 30 a second',
      'Packets lost': '2.0 %',
    });
  });

  it('says no rate where the counters began anew', () => {
    const before = { stats: { ...nothing, bytesReceived: 9_000 }, atMs: 1_000 };
    expect(values({ stats: nothing, atMs: 2_000 }, before)['Receiving']).toBe('…');
  });
});
