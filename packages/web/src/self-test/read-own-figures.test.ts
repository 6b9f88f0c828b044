import { describe, expect, it } from 'vitest';
import { readOwnFigures } from './read-own-figures.ts';

function connection(...entries: readonly object[]): Pick<RTCPeerConnection, 'getStats'> {
  const report = new Map(entries.map((entry, at) => [String(at), entry]));
  return { getStats: () => Promise.resolve(report as unknown as RTCStatsReport) };
}

describe('readOwnFigures', () => {
  it('reads what camera and microphone gave, and the sound that came', async () => {
    const pc = connection(
      { type: 'media-source', kind: 'video', frames: 70 },
      { type: 'media-source', kind: 'audio', totalAudioEnergy: 0.5 },
      { type: 'inbound-rtp', kind: 'video', packetsReceived: 9 },
      { type: 'inbound-rtp', kind: 'audio', packetsReceived: 40 },
    );
    expect(await readOwnFigures(pc)).toEqual({
      framesCaptured: 70,
      energyCaptured: 0.5,
      soundPacketsReceived: 40,
    });
  });

  it('a browser that does not say is no camera without pictures', async () => {
    const pc = connection({ type: 'media-source', kind: 'video' });
    expect(await readOwnFigures(pc)).toEqual({
      framesCaptured: null,
      energyCaptured: null,
      soundPacketsReceived: 0,
    });
  });
});
