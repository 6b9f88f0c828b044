/** What `readStats` leaves out and only a test of oneself needs. Null where the browser does not say. */
export interface OwnFigures {
  readonly framesCaptured: number | null;
  /** Of the microphone's sound, in seconds of full scale. */
  readonly energyCaptured: number | null;
  readonly soundPacketsReceived: number;
}

type Entry = Readonly<Record<string, unknown>>;

function numberAt(entry: Entry | undefined, key: string): number | null {
  const value = entry?.[key];
  return typeof value === 'number' ? value : null;
}

/** Reads `media-source` and `inbound-rtp` of W3C webrtc-stats. */
export async function readOwnFigures(pc: Pick<RTCPeerConnection, 'getStats'>): Promise<OwnFigures> {
  const entries: Entry[] = [];
  (await pc.getStats()).forEach((entry: Entry) => {
    entries.push(entry);
  });
  const find = (type: string, kind: string): Entry | undefined =>
    entries.find((entry) => entry['type'] === type && entry['kind'] === kind);
  return {
    framesCaptured: numberAt(find('media-source', 'video'), 'frames'),
    energyCaptured: numberAt(find('media-source', 'audio'), 'totalAudioEnergy'),
    soundPacketsReceived: numberAt(find('inbound-rtp', 'audio'), 'packetsReceived') ?? 0,
  };
}
