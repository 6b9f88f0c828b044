import wrtc from '@roamhq/wrtc';
import type { Heard } from './foreign-peer.ts';

const { MediaStream, nonstandard } = wrtc;
const { RTCAudioSink, RTCAudioSource, RTCVideoSink, RTCVideoSource } = nonstandard;

const [width, height, barWidth, frameMs] = [320, 240, 32, 66];
const [sampleRate, chunkMs, toneHz] = [48_000, 10, 440];

/** A camera that shows a bright bar walking over a grey ground, and a microphone that hears a tone. */
export function generatedStream(): MediaStream {
  const [video, audio] = [new RTCVideoSource(), new RTCAudioSource()];
  let shown = 0;
  repeatEvery(frameMs, () => {
    video.onFrame({ width, height, data: picture(shown) });
    shown += 1;
  });
  let played = 0;
  repeatEvery(chunkMs, () => {
    const samples = Int16Array.from({ length: (sampleRate * chunkMs) / 1000 }, () => {
      played += 1;
      return 8_000 * Math.sin((2 * Math.PI * toneHz * played) / sampleRate);
    });
    audio.onData({ samples, sampleRate });
  });
  return new MediaStream([audio.createTrack(), video.createTrack()]);
}

/** In I420: brightness first, then the colours, which grey has none of. */
function picture(index: number): Uint8Array {
  const data = new Uint8Array((width * height * 3) / 2).fill(0x80);
  const left = (index * 4) % (width - barWidth);
  const row = new Uint8Array(width).fill(0x50).fill(0xeb, left, left + barWidth);
  for (let y = 0; y < height; y += 1) data.set(row, y * width);
  return data;
}

/** As often on the whole as asked, also where single timers are late. */
function repeatEvery(periodMs: number, task: () => void): void {
  const startMs = performance.now();
  let done = 0;
  setInterval(() => {
    const due = Math.floor((performance.now() - startMs) / periodMs);
    // What is long overdue is skipped, like a camera's frames on a busy machine.
    done = Math.max(done, due - 5);
    for (; done < due; done += 1) task();
  }, periodMs).unref();
}

interface AudioChunk {
  readonly samples: Int16Array;
  readonly sampleRate: number;
  readonly channelCount: number;
}

/** Counts what arrives, decoded. */
export class Meter {
  readonly #heard = { videoFrames: 0, audioSeconds: 0, audioEnergy: 0 };

  get heard(): Heard {
    return { ...this.#heard };
  }

  watch(track: MediaStreamTrack): void {
    if (track.kind === 'video') {
      new RTCVideoSink(track).onframe = () => {
        this.#heard.videoFrames += 1;
      };
      return;
    }
    new RTCAudioSink(track).ondata = ({ samples, sampleRate: rate, channelCount }: AudioChunk) => {
      this.#heard.audioSeconds += samples.length / (rate * channelCount);
      for (const sample of samples)
        this.#heard.audioEnergy += (sample / 32_768) ** 2 / (rate * channelCount);
    };
  }
}
