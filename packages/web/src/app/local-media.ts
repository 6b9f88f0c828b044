import type { BlackVideo, MediaProblem } from '@apprtc/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Sdk } from './sdk.ts';

/** A microphone or a camera, as the person sees it. */
export type Device =
  | { readonly name: 'off' }
  | { readonly name: 'starting' }
  | { readonly name: 'on' }
  | { readonly name: 'failed'; readonly problem: MediaProblem };

type Kind = 'audio' | 'video';

/** Is told what to send from now on. */
type TrackListener = (kind: Kind, track: MediaStreamTrack | null) => void;

/**
 * The person's own microphone and camera. The camera's light is on only while its picture is being
 * sent or shown: switched off, the track stops, and the call gets black frames instead.
 */
export class LocalMedia {
  readonly #sdk: Sdk;
  readonly #mic = signal<Device>({ name: 'off' });
  readonly #camera = signal<Device>({ name: 'off' });
  readonly #picture = signal<MediaStream | null>(null);
  #audioTrack: MediaStreamTrack | null = null;
  #cameraTrack: MediaStreamTrack | null = null;
  #blackVideo: BlackVideo | null = null;
  /** Counts what was asked: an answer to an older question is thrown away. */
  readonly #asked = { audio: 0, video: 0 };
  onTrack: TrackListener = () => {};

  constructor(sdk: Sdk) {
    this.#sdk = sdk;
  }

  get mic(): ReadonlySignal<Device> {
    return this.#mic;
  }

  get camera(): ReadonlySignal<Device> {
    return this.#camera;
  }

  /** Whether a device is in use, so that a light may be on. */
  get isOn(): boolean {
    return this.#mic.value.name === 'on' || this.#camera.value.name === 'on';
  }

  /** What the person has not switched off, whether it works or not. */
  get wanted(): { readonly audio: boolean; readonly video: boolean } {
    return { audio: this.#mic.value.name !== 'off', video: this.#camera.value.name !== 'off' };
  }

  /** The own camera's picture, to show; null while there is none. */
  get picture(): ReadonlySignal<MediaStream | null> {
    return this.#picture;
  }

  /** Asks for what is wanted and not there. Never throws: what fails is said by `mic` and `camera`. */
  async start(wanted: { readonly audio: boolean; readonly video: boolean }): Promise<void> {
    const audio = wanted.audio && this.#audioTrack === null;
    const video = wanted.video && this.#cameraTrack === null;
    if (!audio && !video) return;
    const asked = {
      audio: audio ? ++this.#asked.audio : 0,
      video: video ? ++this.#asked.video : 0,
    };
    if (audio) this.#mic.value = { name: 'starting' };
    if (video) this.#camera.value = { name: 'starting' };
    const got = await this.#sdk.getLocalMedia({ audio, video });
    if (audio)
      this.#settle('audio', asked.audio, got.stream?.getAudioTracks()[0], got.audioProblem);
    if (video)
      this.#settle('video', asked.video, got.stream?.getVideoTracks()[0], got.videoProblem);
  }

  #settle(
    kind: Kind,
    asked: number,
    track: MediaStreamTrack | undefined,
    problem: MediaProblem | null,
  ): void {
    if (asked !== this.#asked[kind]) {
      track?.stop();
      return;
    }
    const device = kind === 'audio' ? this.#mic : this.#camera;
    if (track === undefined) {
      device.value = { name: 'failed', problem: problem ?? 'no-device' };
      return;
    }
    device.value = { name: 'on' };
    track.addEventListener('ended', () => this.#lost(kind, track));
    if (kind === 'audio') this.#audioTrack = track;
    else this.#useCamera(track);
    this.onTrack(kind, track);
  }

  #useCamera(track: MediaStreamTrack): void {
    this.#cameraTrack = track;
    this.#dropBlack();
    this.#picture.value = new MediaStream([track]);
  }

  /** Unplugged, or taken back by the browser. */
  #lost(kind: Kind, track: MediaStreamTrack): void {
    if (kind === 'audio' && this.#audioTrack === track) {
      this.#audioTrack = null;
      this.#mic.value = { name: 'failed', problem: 'no-device' };
      this.onTrack('audio', null);
    }
    if (kind === 'video' && this.#cameraTrack === track) {
      this.#dropCamera({ name: 'failed', problem: 'no-device' });
    }
  }

  #dropCamera(device: Device): void {
    this.#cameraTrack?.stop();
    this.#cameraTrack = null;
    this.#picture.value = null;
    this.#camera.value = device;
    this.onTrack('video', this.#black());
  }

  #dropBlack(): void {
    this.#blackVideo?.stop();
    this.#blackVideo = null;
  }

  #black(): MediaStreamTrack {
    this.#blackVideo ??= this.#sdk.blackVideoTrack();
    return this.#blackVideo.track;
  }

  /** Pressed while the browser still asks, it means off: what is allowed later is not used. */
  async toggleMic(): Promise<void> {
    const device = this.#mic.value;
    if (device.name === 'starting') {
      this.#forget('audio');
      return;
    }
    if (this.#audioTrack === null) {
      await this.start({ audio: true, video: false });
      return;
    }
    const isOn = device.name !== 'on';
    this.#audioTrack.enabled = isOn;
    this.#mic.value = { name: isOn ? 'on' : 'off' };
  }

  async toggleCamera(): Promise<void> {
    const device = this.#camera.value;
    if (device.name === 'starting') this.#forget('video');
    else if (device.name === 'on') this.#dropCamera({ name: 'off' });
    else await this.start({ audio: false, video: true });
  }

  /** No longer waits for an answer that may never come. */
  giveUpStarting(): void {
    if (this.#mic.value.name === 'starting') this.#forget('audio');
    if (this.#camera.value.name === 'starting') this.#forget('video');
  }

  #forget(kind: Kind): void {
    this.#asked[kind] += 1;
    (kind === 'audio' ? this.#mic : this.#camera).value = { name: 'off' };
  }

  /** What to join with: a black picture stands in for the camera, so that it can come later. */
  outgoing(): MediaStream {
    const tracks = [this.#cameraTrack ?? this.#black()];
    if (this.#audioTrack !== null) tracks.unshift(this.#audioTrack);
    return new MediaStream(tracks);
  }

  /** Puts out the lights. */
  stop(): void {
    this.#audioTrack?.stop();
    this.#cameraTrack?.stop();
    this.#dropBlack();
    this.#audioTrack = null;
    this.#cameraTrack = null;
    this.#picture.value = null;
    this.#forget('audio');
    this.#forget('video');
  }
}
