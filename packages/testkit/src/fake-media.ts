let made = 0;

function newId(prefix: string): string {
  made += 1;
  return `${prefix}-${made}`;
}

/** A track without media. */
export class FakeTrack {
  readonly id = newId('track');
  readonly kind: 'audio' | 'video';
  readyState: 'live' | 'ended' = 'live';
  enabled = true;

  constructor(kind: 'audio' | 'video') {
    this.kind = kind;
  }

  stop(): void {
    this.readyState = 'ended';
  }
}

export class FakeMediaStream {
  readonly id = newId('stream');
  readonly #tracks: FakeTrack[];

  constructor(tracks: readonly FakeTrack[] = []) {
    this.#tracks = [...tracks];
  }

  addTrack(track: FakeTrack): void {
    if (!this.#tracks.includes(track)) this.#tracks.push(track);
  }

  getTracks(): FakeTrack[] {
    return [...this.#tracks];
  }

  getAudioTracks(): FakeTrack[] {
    return this.#tracks.filter((track) => track.kind === 'audio');
  }

  getVideoTracks(): FakeTrack[] {
    return this.#tracks.filter((track) => track.kind === 'video');
  }

  /** The same object under the browser's type. */
  asMediaStream(): MediaStream {
    return this as unknown as MediaStream;
  }
}
