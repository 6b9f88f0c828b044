import type { Call, LoopbackPeer } from '@apprtc/client';
import type { SelfTestMeasurements } from './self-test-verdict.ts';

const pingEveryMs = 600;

/** Sends messages to the far end, which sends them back, and watches both ends' sockets. */
export class SignalingGauge {
  readonly #call: Call;
  readonly #peer: Pick<LoopbackPeer, 'signaling'>;
  readonly #sentAtMs = new Map<string, number>();
  /** The quickest: others have waited for a page that is busy with pictures. */
  #roundTripMs: number | null = null;
  readonly #undo: readonly (() => void)[];
  #wasOpen = false;
  #wasLost = false;

  constructor(call: Call, peer: Pick<LoopbackPeer, 'signaling'>) {
    this.#call = call;
    this.#peer = peer;
    const timer = setInterval(() => this.#ping(), pingEveryMs);
    this.#undo = [
      () => clearInterval(timer),
      call.on('signaling', () => this.#look()),
      call.on('customized', (data) => this.#returned(data)),
    ];
  }

  stop(): void {
    for (const undo of this.#undo) undo();
  }

  result(): SelfTestMeasurements['signaling'] {
    this.#look();
    return {
      wasOpen: this.#wasOpen,
      wasLost: this.#wasLost,
      roundTripMs: this.#roundTripMs,
    };
  }

  #look(): boolean {
    const isOpen = this.#call.signaling === 'open' && this.#peer.signaling === 'open';
    if (this.#wasOpen && !isOpen) this.#wasLost = true;
    this.#wasOpen ||= isOpen;
    return isOpen;
  }

  #ping(): void {
    if (!this.#look()) return;
    const data = `self-test ${this.#sentAtMs.size}`;
    this.#sentAtMs.set(data, performance.now());
    this.#call.sendCustomized(data);
  }

  #returned(data: string): void {
    const sentAtMs = this.#sentAtMs.get(data);
    if (sentAtMs === undefined) return;
    const tripMs = performance.now() - sentAtMs;
    this.#roundTripMs = Math.min(this.#roundTripMs ?? tripMs, tripMs);
  }
}
