import { type Call, type CallStats, type LoopbackPeer, readStats } from '@apprtc/client';
import { type OwnFigures, readOwnFigures } from './read-own-figures.ts';
import type { SelfTestMeasurements } from './self-test-verdict.ts';
import type { SoundGauge } from './sound-gauge.ts';

/** Below this, of 255, every colour of every pixel is black. */
const blackLevel = 28;
/** Pictures that came in this last part of the measuring are moving still. */
const lastPartMs = 2_000;

interface Sample {
  readonly atMs: number;
  readonly own: CallStats;
  readonly far: CallStats;
  readonly figures: OwnFigures;
}

/** The brightest colour of what a video shows, 0 to 255; null while it shows nothing. */
function brightest(video: HTMLVideoElement | null): number | null {
  if (video === null || video.videoWidth === 0) return null;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [32, 18];
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.drawImage(video, 0, 0, 32, 18);
  // Transparency, every fourth value, is always full.
  return context.getImageData(0, 0, 32, 18).data.reduce((most, value, at) => {
    return at % 4 === 3 ? most : Math.max(most, value);
  }, 0);
}

export type MediaMeasurements = Pick<SelfTestMeasurements, 'media'> & {
  readonly camera: Omit<SelfTestMeasurements['camera'], 'wish'>;
  readonly microphone: Omit<SelfTestMeasurements['microphone'], 'wish' | 'isMuted'>;
};

export interface MediaGaugeOptions {
  readonly call: Call;
  readonly peer: LoopbackPeer;
  readonly sound: SoundGauge;
  readonly picture: () => HTMLVideoElement | null;
}

/** Reads both ends' statistics again and again, and looks at the picture that came back. */
export class MediaGauge {
  readonly #call: Call;
  readonly #peer: LoopbackPeer;
  readonly #sound: SoundGauge;
  readonly #picture: () => HTMLVideoElement | null;
  readonly #samples: Sample[] = [];
  #isBlack: boolean | null = null;

  constructor(ends: MediaGaugeOptions) {
    this.#call = ends.call;
    this.#peer = ends.peer;
    this.#sound = ends.sound;
    this.#picture = ends.picture;
  }

  get isConnected(): boolean {
    return this.#call.peerConnection?.connectionState === 'connected';
  }

  get isRelayOnly(): boolean {
    return this.#call.peerConnection?.getConfiguration().iceTransportPolicy === 'relay';
  }

  /** Connected, or known not to become it. */
  get isSettled(): boolean {
    return this.isConnected || this.#call.peerConnection?.connectionState === 'failed';
  }

  async sample(): Promise<void> {
    const [ownPc, farPc] = [this.#call.peerConnection, this.#peer.peerConnection];
    if (!this.isConnected || ownPc === null || farPc === null) return;
    const level = brightest(this.#picture());
    if (level !== null) this.#isBlack = this.#isBlack !== false && level < blackLevel;
    const atMs = performance.now();
    const [own, far, figures] = await Promise.all([
      readStats(ownPc),
      readStats(farPc),
      readOwnFigures(ownPc),
    ]);
    this.#samples.push({ atMs, own, far, figures });
  }

  /** Null: no media flowed. */
  result(): MediaMeasurements | null {
    const last = this.#samples.at(-1);
    if (last === undefined) return null;
    const { own, far, figures } = last;
    const { frameWidth, frameHeight } = own;
    return {
      camera: {
        framesCaptured: figures.framesCaptured,
        framesReturned: own.framesDecoded,
        isMoving: this.#isMoving(last),
        isBlack: this.#isBlack,
        size: frameWidth === null || frameHeight === null ? null : `${frameWidth} × ${frameHeight}`,
      },
      microphone: {
        energyCaptured: this.#sound.energyOf('own') ?? figures.energyCaptured,
        energyAtFarEnd: this.#sound.energyOf('far') ?? far.totalAudioEnergy,
        energyReturned: this.#sound.energyOf('returned') ?? own.totalAudioEnergy,
        packetsReturned: figures.soundPacketsReceived,
      },
      media: {
        isConnected: true,
        isRelayOnly: this.isRelayOnly,
        localCandidateType: own.localCandidateType,
        remoteCandidateType: own.remoteCandidateType,
        roundTripMs: own.roundTripTimeMs,
        packetsReceived: own.packetsReceived + far.packetsReceived,
        packetsLost: own.packetsLost + far.packetsLost,
      },
    };
  }

  #isMoving(last: Sample): boolean {
    const before = this.#samples.findLast(({ atMs }) => atMs <= last.atMs - lastPartMs);
    return last.own.framesDecoded > (before?.own.framesDecoded ?? 0);
  }
}
