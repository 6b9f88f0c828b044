import {
  type Call,
  getLocalMedia,
  type LocalMedia,
  LoopbackPeer,
  offersRelay,
  probeRelay,
} from '@apprtc/client';
import { joinRoom } from '../app/call-session.ts';
import { clientSdk } from '../app/sdk.ts';
import { MediaGauge, type MediaMeasurements } from './media-gauge.ts';
import type { DeviceWish } from './self-test-devices.ts';
import {
  type SelfTestMeasurements,
  selfTestVerdict,
  type VerdictLine,
} from './self-test-verdict.ts';
import { SignalingGauge } from './signaling-gauge.ts';
import { SoundGauge } from './sound-gauge.ts';

export type SelfTestStep = 'devices' | 'joining' | 'connecting' | 'measuring';

export interface SelfTestOptions {
  readonly room: string;
  readonly query: string;
  readonly wanted: { readonly audio: boolean; readonly video: boolean };
  /** Ends the test: all is let go, and there is no verdict. */
  readonly signal: AbortSignal;
  /** Resolves when the person won't wait for camera and microphone any longer. */
  readonly skipDevices: Promise<void>;
  readonly onStep: (step: SelfTestStep) => void;
  /** How much of the measuring is done, 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly onOwnStream: (stream: MediaStream | null) => void;
  readonly onReturnedStream: (stream: MediaStream | null) => void;
  /** Where the picture that came back is shown. */
  readonly picture: () => HTMLVideoElement | null;
}

export type SelfTestEnd =
  | { readonly name: 'verdict'; readonly lines: readonly VerdictLine[] }
  | { readonly name: 'occupied' }
  | { readonly name: 'stopped' };

/** A direct path takes a second; a busy machine, or a way through relays, several. */
const connectWithinMs = 10_000;
const relayWithinMs = 6_000;
const measureForMs = 8_000;
const sampleEveryMs = 400;
/** A seat of our own may take this long to be freed after a reload. */
const patienceMs = 3_000;

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const nothing: LocalMedia = { stream: null, audioProblem: null, videoProblem: null };

function stopTracks(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Asks for the devices, and takes them back when they come too late. */
async function askForDevices(options: SelfTestOptions): Promise<LocalMedia> {
  const { wanted, signal, skipDevices } = options;
  if (!wanted.audio && !wanted.video) return nothing;
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const asked = getLocalMedia(wanted);
  const got = await Promise.race([asked, Promise.race([skipDevices, aborted]).then(() => null)]);
  if (got !== null) return got;
  void asked.then(({ stream }) => stopTracks(stream));
  const problem = (isWanted: boolean) => (isWanted ? 'dismissed' : null);
  return {
    stream: null,
    audioProblem: problem(wanted.audio),
    videoProblem: problem(wanted.video),
  };
}

/** The page's own devices for one test. */
class Devices {
  readonly stream: MediaStream | null;
  readonly #wanted: SelfTestOptions['wanted'];
  readonly #media: LocalMedia;

  constructor(media: LocalMedia, wanted: SelfTestOptions['wanted']) {
    this.#media = media;
    this.#wanted = wanted;
    this.stream = media.stream;
  }

  get audio(): MediaStreamTrack | undefined {
    return this.stream?.getAudioTracks()[0];
  }

  get video(): MediaStreamTrack | undefined {
    return this.stream?.getVideoTracks()[0];
  }

  wishOf(kind: 'audio' | 'video'): DeviceWish {
    if (!this.#wanted[kind]) return 'unwanted';
    const { audioProblem, videoProblem } = this.#media;
    const problem = kind === 'audio' ? audioProblem : videoProblem;
    // One that was unplugged meanwhile has ended.
    return problem ?? (this[kind]?.readyState === 'live' ? 'on' : 'no-device');
  }
}

type Measured = MediaMeasurements & Pick<SelfTestMeasurements, 'entry' | 'signaling' | 'relay'>;

const noMedia: MediaMeasurements = {
  camera: { framesCaptured: null, framesReturned: 0, isMoving: false, isBlack: null, size: null },
  microphone: { energyCaptured: null, energyAtFarEnd: 0, energyReturned: 0, packetsReturned: 0 },
  media: {
    isConnected: false,
    isRelayOnly: false,
    localCandidateType: null,
    remoteCandidateType: null,
    roundTripMs: null,
    packetsReceived: 0,
    packetsLost: 0,
  },
};

/** Without a path one knows at least whether the microphone hears. */
function withoutMedia(sound: SoundGauge, isRelayOnly: boolean): MediaMeasurements {
  const { camera, microphone, media } = noMedia;
  const energyCaptured = sound.energyOf('own');
  return {
    camera,
    microphone: { ...microphone, energyCaptured },
    media: { ...media, isRelayOnly },
  };
}

const noServer: Measured = {
  ...noMedia,
  entry: 'unreachable',
  signaling: { wasOpen: false, wasLost: false, roundTripMs: null },
  relay: 'unknown',
};

function verdictOf(measured: Measured, devices: Devices): SelfTestEnd {
  const { camera, microphone } = measured;
  const isMuted = devices.audio?.muted === true;
  const lines = selfTestVerdict({
    ...measured,
    camera: { ...camera, wish: devices.wishOf('video') },
    microphone: { ...microphone, wish: devices.wishOf('audio'), isMuted },
  });
  return { name: 'verdict', lines };
}

/** The far end. What arrives there is played unheard: browsers decode no sound that nobody plays. */
function farEnd(call: Call, url: string, sound: SoundGauge): LoopbackPeer {
  const ear = new Audio();
  ear.muted = true;
  return new LoopbackPeer({
    room: call.room,
    url,
    configuration: () => call.peerConnection?.getConfiguration() ?? {},
    onStream: (stream) => {
      ear.srcObject = stream;
      sound.listen('far', stream);
      if (stream !== null) ear.play().catch(() => {});
    },
  });
}

async function relayOf(call: Call, signal: AbortSignal): Promise<SelfTestMeasurements['relay']> {
  const iceServers = call.peerConnection?.getConfiguration().iceServers ?? [];
  // A server always names one; none means that it could not be asked.
  if (iceServers.length === 0) return 'unknown';
  if (!offersRelay(iceServers)) return 'not-configured';
  const isConnected = await probeRelay({ iceServers, timeoutMs: relayWithinMs, signal });
  return isConnected ? 'connected' : 'failed';
}

interface Ends {
  readonly call: Call;
  /** Where the far end gets in. */
  readonly url: string;
  readonly devices: Devices;
}

/** Waits for media, then lets it flow for a while, and reads the gauges. */
async function measure({ call, url, devices }: Ends, options: SelfTestOptions): Promise<Measured> {
  const { signal, onStep, onProgress, picture } = options;
  const sound = new SoundGauge();
  sound.listen('own', devices.stream);
  call.on('remoteStream', (stream) => sound.listen('returned', stream));
  const peer = farEnd(call, url, sound);
  const signaling = new SignalingGauge(call, peer);
  const media = new MediaGauge({ call, peer, sound, picture });
  try {
    onStep('connecting');
    const connectUntilMs = performance.now() + connectWithinMs;
    while (!media.isSettled && performance.now() < connectUntilMs && !signal.aborted) {
      await wait(sampleEveryMs / 4);
    }
    const relay = relayOf(call, signal);
    if (media.isConnected) onStep('measuring');
    const startMs = performance.now();
    for (let passedMs = 0; passedMs < measureForMs && media.isConnected && !signal.aborted; ) {
      await media.sample();
      onProgress(passedMs / measureForMs);
      await wait(sampleEveryMs);
      passedMs = performance.now() - startMs;
    }
    return {
      ...(media.result() ?? withoutMedia(sound, media.isRelayOnly)),
      entry: 'joined',
      signaling: signaling.result(),
      relay: await relay,
    };
  } finally {
    signaling.stop();
    sound.stop();
    void peer.close();
  }
}

async function testWith(devices: Devices, options: SelfTestOptions): Promise<SelfTestEnd> {
  const { room, query, signal, onStep, onReturnedStream } = options;
  onStep('joining');
  // Without a track at first: in a room that is somebody else's nothing must be seen of us.
  const media = new MediaStream();
  const joined = await joinRoom(clientSdk, { room, query, media, signal, patienceMs });
  if (!joined.ok) {
    return joined.problem === 'room-full' ? { name: 'occupied' } : verdictOf(noServer, devices);
  }
  const { call } = joined;
  try {
    const url = call.loopbackUrl;
    if (url === null) return { name: 'occupied' };
    await call.replaceTrack('audio', devices.audio ?? null);
    await call.replaceTrack('video', devices.video ?? null);
    call.on('remoteStream', onReturnedStream);
    return verdictOf(await measure({ call, url, devices }, options), devices);
  } finally {
    void call.hangUp();
    onReturnedStream(null);
  }
}

/** A call with oneself, from the question for the camera to the verdict. Lets go of everything at its end. */
export async function runSelfTest(options: SelfTestOptions): Promise<SelfTestEnd> {
  options.onStep('devices');
  const media = await askForDevices(options);
  options.onOwnStream(media.stream);
  const letGo = (): void => stopTracks(media.stream);
  // At once: the camera's light must not outlast the page's last wait.
  options.signal.addEventListener('abort', letGo);
  try {
    if (options.signal.aborted) return { name: 'stopped' };
    const end = await testWith(new Devices(media, options.wanted), options);
    return options.signal.aborted ? { name: 'stopped' } : end;
  } finally {
    options.signal.removeEventListener('abort', letGo);
    letGo();
    options.onOwnStream(null);
  }
}
