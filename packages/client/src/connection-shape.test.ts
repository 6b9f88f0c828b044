import { describe, expect, test } from 'vitest';
import { parseCallParameters } from './call-parameters.ts';
import { ConnectionShape, codecOrder } from './connection-shape.ts';
import { chromiumOffer } from './sdp.fixture.ts';

function parameters(query: string) {
  return parseCallParameters(new URLSearchParams(query));
}

function codec(mimeType: string, clockRate = 90_000): RTCRtpCodec {
  return { mimeType, clockRate };
}

const video = ['VP8', 'rtx', 'VP9', 'H264', 'AV1', 'red', 'ulpfec', 'flexfec-03'].map((name) =>
  codec(`video/${name}`),
);
const audio = [codec('audio/opus', 48_000), codec('audio/G722', 8_000), codec('audio/PCMU', 8_000)];

function order(kind: 'audio' | 'video', query: string): string | null {
  const found = codecOrder(kind === 'audio' ? audio : video, kind, parameters(query));
  return found?.map(({ mimeType }) => mimeType.split('/')[1]).join(' ') ?? null;
}

test.each([
  ['video', 'vrc=VP9', 'VP9 VP8 rtx H264 AV1 red ulpfec flexfec-03'],
  ['video', 'vsc=H264', 'H264 VP8 rtx VP9 AV1 red ulpfec flexfec-03'],
  ['video', 'vsc=H264&vrc=av1/90000', 'AV1 H264 VP8 rtx VP9 red ulpfec flexfec-03'],
  ['video', 'vsc=VP9&vrc=VP9&videofec=false', 'VP9 VP8 rtx H264 AV1'],
  ['video', 'videofec=false', 'VP8 rtx VP9 H264 AV1'],
  ['audio', 'arc=PCMU/8000', 'PCMU opus G722'],
  ['audio', 'asc=G722', 'G722 opus PCMU'],
] as const)('codecs of %s with %s', (kind, query, expected) => {
  expect(order(kind, query)).toBe(expected);
});

test.each([
  ['video', ''],
  ['video', 'asc=opus&vsc=VP8'],
  ['video', 'vrc=VP8/8000'],
  ['audio', 'asc=ISAC/16000'],
  ['audio', 'videofec=false&vrc=VP9'],
] as const)('codecs of %s with "%s" stay as the browser has them', (kind, query) => {
  expect(order(kind, query)).toBeNull();
  expect(codecOrder([], kind, parameters(query))).toBeNull();
});

describe('the shape', () => {
  function shape(query: string) {
    return new ConnectionShape(parameters(query), (kind) => (kind === 'audio' ? audio : video));
  }

  test('asked for nothing leaves descriptions and senders untouched', async () => {
    const plain = shape('hd=true&it=relay');
    expect(plain.local(chromiumOffer)).toBe(chromiumOffer);
    expect(plain.remote(chromiumOffer)).toBe(chromiumOffer);
    // Would throw if it were touched.
    const untouchable = {} as RTCRtpTransceiver;
    plain.prepare('video', untouchable);
    await plain.limit('video', untouchable);
  });

  test('Opus is shaped both ways, limits of receiving only in ours, the start only in theirs', () => {
    const full = shape(
      'opusfec=false&opusdtx=true&stereo=true&opusmaxpbr=16000&arbr=32&vrbr=500&vsibr=300',
    );
    const opus = 'a=fmtp:111 minptime=10;stereo=1;usedtx=1;maxplaybackrate=16000\r\n';
    const [ours, theirs] = [full.local(chromiumOffer), full.remote(chromiumOffer)];
    const oursOfOpus = opus.replace('\r\n', ';maxaveragebitrate=32000\r\n');
    expect([ours.includes(oursOfOpus), theirs.includes(opus)]).toEqual([true, true]);
    expect([ours, theirs].map((sdp) => sdp.match(/^b=.*$/gm))).toEqual([
      ['b=AS:32', 'b=AS:500'],
      null,
    ]);
    expect([ours, theirs].map((sdp) => sdp.includes('x-google-start-bitrate=300'))).toEqual([
      false,
      true,
    ]);
  });

  test.each([
    [1, 6_000],
    [24, 24_000],
    [48_000, 510_000],
  ])('a limit of %d kbit/s is %d bit/s for Opus, which has bounds', (kbps, bits) => {
    expect(shape(`arbr=${kbps}`).local(chromiumOffer)).toContain(`maxaveragebitrate=${bits}\r\n`);
  });

  test('what a browser refuses or lacks does no harm', async () => {
    const refusing = {
      setCodecPreferences: () => {
        throw new DOMException('no', 'InvalidModificationError');
      },
      sender: {
        getParameters: () => ({ codecs: [codec('video/VP9')], encodings: [{}] }),
        setParameters: () => Promise.reject(new DOMException('no', 'OperationError')),
      },
    } as unknown as RTCRtpTransceiver;
    for (const transceiver of [refusing, {} as RTCRtpTransceiver]) {
      shape('vsc=VP9&vsbr=1').prepare('video', transceiver);
      await shape('vsc=VP9&vsbr=1').limit('video', transceiver);
    }
  });

  test('the sender gets its limit in bits, and the codec among those negotiated', async () => {
    const set: unknown[] = [];
    const negotiated = [codec('video/VP8'), codec('video/VP9')];
    const transceiver = {
      sender: {
        getParameters: () => ({ codecs: negotiated, encodings: [{ active: true }] }),
        setParameters: async (given: { encodings: unknown }) => set.push(given.encodings),
      },
    } as unknown as RTCRtpTransceiver;
    await shape('vsc=VP9&vsbr=250').limit('video', transceiver);
    await shape('vsc=H264&asbr=9').limit('video', transceiver);
    await shape('vsbr=250').limit('video', transceiver);
    expect(set).toEqual([
      [{ active: true, maxBitrate: 250_000, codec: negotiated[1] }],
      [{ active: true }],
      [{ active: true, maxBitrate: 250_000 }],
    ]);
  });
});
