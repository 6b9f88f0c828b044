import { FakeTrack } from './fake-media.ts';

/** What tells of the candidate pair in use, W3C RTCIceTransport. */
export interface FakeIceTransport {
  onselectedcandidatepairchange: (() => void) | null;
}

export class FakeSender {
  /** Null before a description of ours has been set. */
  transport: { readonly iceTransport: FakeIceTransport } | null = null;
  track: FakeTrack | null;
  streams: readonly { readonly id: string }[] = [];
  readonly #kind: 'audio' | 'video';

  constructor(kind: 'audio' | 'video', track: FakeTrack | null) {
    this.#kind = kind;
    this.track = track;
  }

  async replaceTrack(track: FakeTrack | null): Promise<void> {
    if (track !== null && track.kind !== this.#kind) throw new TypeError('Track of another kind');
    this.track = track;
  }

  setStreams(...streams: readonly { readonly id: string }[]): void {
    this.streams = streams;
  }
}

/** One m-line's two directions, W3C RTCRtpTransceiver. */
export class FakeTransceiver {
  readonly sender: FakeSender;
  readonly receiver: { readonly track: FakeTrack };
  mid: string | null = null;
  direction: RTCRtpTransceiverDirection;
  /** Whether a `track` event has told of the other side's media. */
  isReceiving = false;

  constructor(
    kind: 'audio' | 'video',
    direction: RTCRtpTransceiverDirection,
    track: FakeTrack | null,
  ) {
    this.direction = direction;
    this.sender = new FakeSender(kind, track);
    this.receiver = { track: new FakeTrack(kind) };
  }
}
