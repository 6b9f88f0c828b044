const windowMs = 40;
/** At 48 kHz a little more than one window, so that nothing falls between two of them. */
const windowSamples = 2_048;

/** The mean of the squared samples of a window: its power, of full scale. */
export function powerOf(samples: Float32Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
}

/**
 * Adds up the sound of a few streams. Statistics would not do: they count the sound as it is played, nothing while it
 * is played silently, and not every browser has them for the microphone.
 */
export class SoundGauge {
  readonly #context = typeof AudioContext === 'undefined' ? null : new AudioContext();
  readonly #undo: (() => void)[] = [];
  readonly #energy = new Map<string, number>();

  /** Listens to a stream under a name. Its sound is not played by this. */
  listen(name: string, stream: MediaStream | null): void {
    const context = this.#context;
    if (context === null || stream === null || stream.getAudioTracks().length === 0) return;
    const analyser = context.createAnalyser();
    analyser.fftSize = windowSamples;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(windowSamples);
    const read = (): void => {
      analyser.getFloatTimeDomainData(samples);
      const energy = (powerOf(samples) * windowMs) / 1_000;
      this.#energy.set(name, (this.#energy.get(name) ?? 0) + energy);
    };
    const timer = setInterval(read, windowMs);
    this.#undo.push(() => clearInterval(timer));
  }

  /** In seconds of full scale; null where nothing could be heard. */
  energyOf(name: string): number | null {
    return this.#context?.state === 'running' ? (this.#energy.get(name) ?? null) : null;
  }

  stop(): void {
    for (const undo of this.#undo) undo();
    this.#context?.close().catch(() => {});
  }
}
