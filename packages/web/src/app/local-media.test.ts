import type { LocalMedia as Answer } from '@apprtc/client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalMedia } from './local-media.ts';
import type { Sdk } from './sdk.ts';

class FakeTrack extends EventTarget {
  readonly kind: 'audio' | 'video';
  enabled = true;
  readyState: 'live' | 'ended' = 'live';

  constructor(kind: 'audio' | 'video') {
    super();
    this.kind = kind;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  unplug(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

class FakeStream {
  readonly #tracks: readonly FakeTrack[];

  constructor(tracks: readonly FakeTrack[] = []) {
    this.#tracks = tracks;
  }

  getTracks(): readonly FakeTrack[] {
    return this.#tracks;
  }

  getAudioTracks(): readonly FakeTrack[] {
    return this.#tracks.filter((track) => track.kind === 'audio');
  }

  getVideoTracks(): readonly FakeTrack[] {
    return this.#tracks.filter((track) => track.kind === 'video');
  }
}

interface Question {
  readonly wanted: { readonly audio: boolean; readonly video: boolean };
  readonly answer: (answer: Answer) => void;
}

function scene() {
  const questions: Question[] = [];
  const sdk: Sdk = {
    openRoom: () => {
      throw new Error('not here');
    },
    getLocalMedia: (wanted) =>
      new Promise((answer) => {
        questions.push({ wanted, answer });
      }),
    blackVideoTrack: () => {
      const track = new FakeTrack('video');
      return { track: track as unknown as MediaStreamTrack, stop: () => track.stop() };
    },
  };
  const media = new LocalMedia(sdk);
  const sent: [kind: string, track: unknown][] = [];
  media.onTrack = (kind, track) => {
    sent.push([kind, track]);
  };
  return { media, questions, sent };
}

function granted(...tracks: readonly FakeTrack[]): Answer {
  const stream = new FakeStream(tracks) as unknown as MediaStream;
  return { stream, audioProblem: null, videoProblem: null };
}

const both = { audio: true, video: true };

async function started() {
  const { media, questions, sent } = scene();
  const mic = new FakeTrack('audio');
  const camera = new FakeTrack('video');
  const start = media.start(both);
  questions[0]?.answer(granted(mic, camera));
  await start;
  return { media, questions, sent, mic, camera };
}

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeStream);
});

describe('LocalMedia', () => {
  it('asks for both in one question, and sends what it gets', async () => {
    const { media, questions, sent, mic, camera } = await started();
    expect(questions.map(({ wanted }) => wanted)).toEqual([both]);
    expect(media.mic.value).toEqual({ name: 'on' });
    expect(media.camera.value).toEqual({ name: 'on' });
    expect(media.outgoing().getTracks()).toEqual([mic, camera]);
    expect(sent).toEqual([
      ['audio', mic],
      ['video', camera],
    ]);
  });

  it('does not ask again for what it has', async () => {
    const { media, questions } = await started();
    await media.start(both);
    expect(questions).toHaveLength(1);
  });

  it('stops the camera when it is switched off, and sends black', async () => {
    const { media, sent, camera } = await started();
    await media.toggleCamera();
    expect(camera.readyState).toBe('ended');
    expect(media.picture.value).toBeNull();
    expect(media.camera.value).toEqual({ name: 'off' });
    expect(sent.at(-1)?.[0]).toBe('video');
    expect(sent.at(-1)?.[1]).not.toBe(camera);
  });

  it('asks for the camera alone when it is switched on again', async () => {
    const { media, questions, sent } = await started();
    await media.toggleCamera();
    const again = media.toggleCamera();
    const camera = new FakeTrack('video');
    questions[1]?.answer(granted(camera));
    await again;
    expect(questions[1]?.wanted).toEqual({ audio: false, video: true });
    expect(sent.at(-1)).toEqual(['video', camera]);
  });

  it('mutes without stopping the microphone', async () => {
    const { media, mic } = await started();
    await media.toggleMic();
    expect(media.mic.value).toEqual({ name: 'off' });
    expect([mic.enabled, mic.readyState]).toEqual([false, 'live']);
    await media.toggleMic();
    expect(mic.enabled).toBe(true);
  });

  it('switched off while the browser still asks, stays off when it is allowed', async () => {
    const { media, questions, sent } = scene();
    const start = media.start(both);
    await media.toggleMic();
    await media.toggleCamera();
    const [mic, camera] = [new FakeTrack('audio'), new FakeTrack('video')];
    questions[0]?.answer(granted(mic, camera));
    await start;
    expect([media.mic.value, media.camera.value]).toEqual([{ name: 'off' }, { name: 'off' }]);
    expect([mic.readyState, camera.readyState]).toEqual(['ended', 'ended']);
    expect(sent).toEqual([]);
  });

  it('says what is missing, each by itself', async () => {
    const { media, questions } = scene();
    const start = media.start(both);
    questions[0]?.answer({ stream: null, audioProblem: 'denied', videoProblem: 'no-device' });
    await start;
    expect(media.mic.value).toEqual({ name: 'failed', problem: 'denied' });
    expect(media.camera.value).toEqual({ name: 'failed', problem: 'no-device' });
    expect(media.outgoing().getAudioTracks()).toEqual([]);
    expect(media.outgoing().getVideoTracks()).toHaveLength(1);
  });

  it('puts out the light of a camera that comes after all was stopped', async () => {
    const { media, questions, sent } = scene();
    const start = media.start(both);
    media.stop();
    const late = [new FakeTrack('audio'), new FakeTrack('video')];
    questions[0]?.answer(granted(...late));
    await start;
    expect(late.map((track) => track.readyState)).toEqual(['ended', 'ended']);
    expect(media.camera.value).toEqual({ name: 'off' });
    expect(sent).toEqual([]);
  });

  it('notices that the camera was pulled out', async () => {
    const { media, camera } = await started();
    camera.unplug();
    expect(media.camera.value).toEqual({ name: 'failed', problem: 'no-device' });
    expect(media.picture.value).toBeNull();
  });
});
