import { type CallStats, mediaPathOf, readStats } from '@apprtc/client';
import { relayedWords } from '../model/relay-words.ts';

/** One line of the connection's details. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A reading of the statistics, and when it was taken by a clock that never goes back. */
export interface Reading {
  readonly stats: CallStats;
  readonly atMs: number;
}

function path(stats: CallStats): string {
  const found = mediaPathOf(stats);
  if (found === null) return 'not found yet';
  const words = found.kind === 'relay' ? relayedWords(found) : 'direct';
  return `${stats.localCandidateType} to ${stats.remoteCandidateType}, ${words}`;
}

function rate(now: Reading, before: Reading | null, key: 'bytesSent' | 'bytesReceived'): string {
  const passedMs = before === null ? 0 : now.atMs - before.atMs;
  const bytes = now.stats[key] - (before?.stats[key] ?? 0);
  // A new peer's counters begin at zero again.
  if (passedMs <= 0 || bytes < 0) return '…';
  return `${Math.round((bytes * 8) / passedMs)} kbit/s`;
}

function frame({ frameWidth, frameHeight, framesPerSecond }: CallStats): string {
  if (frameWidth === null || frameHeight === null) return 'none';
  const pace = framesPerSecond === null ? '' : ` at ${Math.round(framesPerSecond)} a second`;
  return `${frameWidth} × ${frameHeight}${pace}`;
}

function loss({ packetsLost, packetsReceived }: CallStats): string {
  const sent = packetsLost + packetsReceived;
  return sent <= 0 ? '…' : `${((Math.max(0, packetsLost) * 100) / sent).toFixed(1)} %`;
}

/** Puts a reading in words. Rates need the reading before it. */
export function factsOf(now: Reading, before: Reading | null): readonly Fact[] {
  const { roundTripTimeMs } = now.stats;
  return [
    { name: 'Path', value: path(now.stats) },
    {
      name: 'Round trip',
      value: roundTripTimeMs === null ? '…' : `${Math.round(roundTripTimeMs)} ms`,
    },
    { name: 'Sending', value: rate(now, before, 'bytesSent') },
    { name: 'Receiving', value: rate(now, before, 'bytesReceived') },
    { name: 'Their picture', value: frame(now.stats) },
    { name: 'Packets lost', value: loss(now.stats) },
  ];
}

const roles = { offer: 'made the offer', answer: 'answered' } as const;

function roleOf(pc: RTCPeerConnection): string {
  const type = pc.localDescription?.type;
  return type === 'offer' || type === 'answer' ? roles[type] : 'not settled yet';
}

/** Reads a connection's details, each time anew. */
export function callFacts(): (pc: RTCPeerConnection | null) => Promise<readonly Fact[]> {
  let before: Reading | null = null;
  return async (pc) => {
    if (pc === null) return [];
    const now: Reading = { stats: await readStats(pc), atMs: performance.now() };
    const facts = factsOf(now, before);
    before = now;
    return [
      { name: 'Media', value: pc.connectionState },
      { name: 'Negotiation', value: pc.signalingState },
      { name: 'This side', value: roleOf(pc) },
      ...facts,
    ];
  };
}
