import type { MediaPath, TurnTransport } from './api.ts';

/** A peer connection's figures of the moment; counters run from its start. W3C webrtc-stats. */
export interface CallStats {
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly framesDecoded: number;
  readonly frameWidth: number | null;
  readonly frameHeight: number | null;
  readonly framesPerSecond: number | null;
  /** Joules of a full-scale signal: grows while there is sound to hear. */
  readonly totalAudioEnergy: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly roundTripTimeMs: number | null;
  /** Whether media goes through a TURN server on either side. */
  readonly relay: boolean;
  /** How our own side reaches its TURN server; null without one. */
  readonly relayTransport: TurnTransport | null;
  readonly localCandidateType: string | null;
  readonly remoteCandidateType: string | null;
}

type Entry = Readonly<Record<string, unknown>>;

function numberAt(entry: Entry | undefined, key: string): number | null {
  const value = entry?.[key];
  return typeof value === 'number' ? value : null;
}

function textAt(entry: Entry | undefined, key: string): string | null {
  const value = entry?.[key];
  return typeof value === 'string' ? value : null;
}

function sum(entries: readonly Entry[], key: string): number {
  return entries.reduce((total, entry) => total + (numberAt(entry, key) ?? 0), 0);
}

/** The candidate pair in use: what the transport names, or in Firefox the nominated one. */
function selectedPair(byId: ReadonlyMap<string, Entry>): Entry | undefined {
  const all = [...byId.values()];
  for (const transport of all.filter((entry) => entry['type'] === 'transport')) {
    const pair = byId.get(textAt(transport, 'selectedCandidatePairId') ?? '');
    if (pair !== undefined) return pair;
  }
  return all.find((entry) => entry['type'] === 'candidate-pair' && entry['selected'] === true);
}

/** `relayProtocol` of our own candidate, W3C webrtc-stats section 8.12. */
function relayTransport(local: Entry | undefined): TurnTransport | null {
  if (local?.['candidateType'] !== 'relay') return null;
  const name = local['relayProtocol'];
  return name === 'udp' || name === 'tcp' || name === 'tls' ? name : null;
}

/** The way that media takes by these figures; null when none is chosen yet. */
export function mediaPathOf(stats: CallStats): MediaPath | null {
  const { localCandidateType: local, remoteCandidateType: remote } = stats;
  if (local === null || remote === null) return null;
  if (!stats.relay) return { kind: 'direct' };
  const side = local === 'relay' ? 'ours' : 'theirs';
  return { kind: 'relay', side, transport: stats.relayTransport };
}

/** Reads a peer connection's statistics in one go. */
export async function readStats(pc: Pick<RTCPeerConnection, 'getStats'>): Promise<CallStats> {
  const byId = new Map<string, Entry>();
  (await pc.getStats()).forEach((entry: Entry, id: string) => {
    byId.set(id, entry);
  });
  const ofType = (type: string): readonly Entry[] =>
    [...byId.values()].filter((entry) => entry['type'] === type);
  const inbound = ofType('inbound-rtp');
  const video = inbound.find((entry) => entry['kind'] === 'video');
  const pair = selectedPair(byId);
  const own = byId.get(textAt(pair, 'localCandidateId') ?? '');
  const local = textAt(own, 'candidateType');
  const remote = textAt(byId.get(textAt(pair, 'remoteCandidateId') ?? ''), 'candidateType');
  const roundTripSeconds = numberAt(pair, 'currentRoundTripTime');
  return {
    bytesReceived: sum(inbound, 'bytesReceived'),
    bytesSent: sum(ofType('outbound-rtp'), 'bytesSent'),
    framesDecoded: sum(inbound, 'framesDecoded'),
    frameWidth: numberAt(video, 'frameWidth'),
    frameHeight: numberAt(video, 'frameHeight'),
    framesPerSecond: numberAt(video, 'framesPerSecond'),
    totalAudioEnergy: sum(inbound, 'totalAudioEnergy'),
    packetsReceived: sum(inbound, 'packetsReceived'),
    packetsLost: sum(inbound, 'packetsLost'),
    roundTripTimeMs: roundTripSeconds === null ? null : roundTripSeconds * 1000,
    relay: local === 'relay' || remote === 'relay',
    relayTransport: relayTransport(own),
    localCandidateType: local,
    remoteCandidateType: remote,
  };
}
