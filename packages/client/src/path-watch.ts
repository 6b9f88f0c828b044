import type { MediaPath } from './api.ts';
import type { Platform } from './platform.ts';
import { mediaPathOf, readStats } from './read-stats.ts';

/** A pair that was chosen a moment ago may be of a candidate that the other one has not named yet. */
const lookAgainMs = 3_000;
/** Where a browser does not tell of changes. */
const pollMs = 5_000;

function isSame(one: MediaPath | null, other: MediaPath | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The transport of everything, since all is bundled; absent in older browsers and outside of them. */
function iceTransportOf(pc: RTCPeerConnection): RTCIceTransport | undefined {
  const transport = pc.getTransceivers()[0]?.sender.transport?.iceTransport;
  return transport && 'onselectedcandidatepairchange' in transport ? transport : undefined;
}

/** Follows the way that a peer connection's media takes: told of changes where the browser does that, else by looking. */
export class PathWatch {
  readonly #timers: Pick<Platform, 'setTimeout' | 'clearTimeout'>;
  readonly #onPath: (path: MediaPath | null) => void;
  #pc: RTCPeerConnection | null = null;
  #path: MediaPath | null = null;
  #timer: unknown = null;

  constructor(
    timers: Pick<Platform, 'setTimeout' | 'clearTimeout'>,
    onPath: (path: MediaPath | null) => void,
  ) {
    this.#timers = timers;
    this.#onPath = onPath;
  }

  /** Media flows, perhaps again. */
  connected(pc: RTCPeerConnection): void {
    this.#pc = pc;
    const transport = iceTransportOf(pc);
    if (transport !== undefined) transport.onselectedcandidatepairchange = () => this.#look();
    this.#look();
  }

  stop(): void {
    this.#pc = null;
    this.#timers.clearTimeout(this.#timer);
  }

  #look(): void {
    const pc = this.#pc;
    if (pc === null) return;
    this.#timers.clearTimeout(this.#timer);
    this.#timer = this.#timers.setTimeout(() => this.#lookAgain(pc), lookAgainMs);
    void this.#read(pc);
  }

  #lookAgain(pc: RTCPeerConnection): void {
    if (iceTransportOf(pc) === undefined || this.#path === null) {
      this.#timer = this.#timers.setTimeout(() => this.#lookAgain(pc), pollMs);
    }
    void this.#read(pc);
  }

  async #read(pc: RTCPeerConnection): Promise<void> {
    // A connection that can't be read, closed meanwhile perhaps, tells nothing new.
    const stats = await readStats(pc).catch(() => null);
    const path = stats && mediaPathOf(stats);
    if (path === null || pc !== this.#pc || isSame(path, this.#path)) return;
    this.#path = path;
    this.#onPath(path);
  }
}
