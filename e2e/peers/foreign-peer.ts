import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

/**
 * What a peer reports, a JSON object a line on its stdout. In return it takes orders, a line each on its stdin:
 * `hang-up`, which its end of input means too, and `say JSON`, for a message to the other one as a JSON string.
 */
export type PeerEvent =
  | { readonly event: 'joined'; readonly isInitiator: boolean }
  /** What it has received and decoded so far. */
  | ({ readonly event: 'media' } & Heard)
  /** A message of the other one, as it came. */
  | { readonly event: 'message'; readonly text: string }
  /** What the SDK tells. */
  | { readonly event: 'customized'; readonly data: string }
  | { readonly event: 'state'; readonly name: string }
  | { readonly event: 'bye' }
  /** It has left in its own way. Its process ends. */
  | { readonly event: 'left' };

export interface Heard {
  readonly videoFrames: number;
  /** How much sound, silent or not. */
  readonly audioSeconds: number;
  /** Squared sample levels (1 is the loudest) over time. */
  readonly audioEnergy: number;
}

/**
 * Energy a second. Chromium's microphone, which beeps once a second, has 0.004, the tones of the peers have 0.03 and
 * more, and the noise that some decoders put in place of silence has 0.0003.
 */
export const leastLoudness = 0.001;

type EventOf<Name extends PeerEvent['event']> = Extract<PeerEvent, { event: Name }>;

const defaultTimeoutMs = 15_000;

/** A WebRTC peer that nobody here wrote, in a process of its own. */
export class ForeignPeer {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #exited: Promise<unknown>;
  readonly #events: PeerEvent[] = [];
  readonly #complaints: string[] = [];
  #wake: () => void = () => {};
  /** Its process is gone, and all that it said has been read. */
  #hasEnded = false;

  private constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#exited = once(this.#child, 'close').then(() => {
      this.#hasEnded = true;
      this.#wake();
    });
    createInterface(this.#child.stdout).on('line', (line) => {
      this.#events.push(JSON.parse(line) as PeerEvent);
      this.#wake();
    });
    createInterface(this.#child.stderr).on('line', (line) => this.#complaints.push(line));
  }

  /** A script beside this file: `.py` runs in Debian's Python, `.ts` in this Node. */
  static run(script: string, ...args: readonly string[]): ForeignPeer {
    const path = fileURLToPath(new URL(script, import.meta.url));
    return script.endsWith('.py')
      ? new ForeignPeer('/usr/bin/python3', ['-B', path, ...args])
      : new ForeignPeer(process.execPath, ['--import', 'tsx', path, ...args]);
  }

  /** Waits until it has its seat; answers whether it is the initiator. */
  async joined(): Promise<boolean> {
    return (await this.reports('joined')).isInitiator;
  }

  /** Waits for an event that passes, also one of the past. */
  async reports<Name extends PeerEvent['event']>(
    name: Name,
    passes: (event: EventOf<Name>) => boolean = () => true,
    timeoutMs = defaultTimeoutMs,
  ): Promise<EventOf<Name>> {
    const isIt = (event: PeerEvent): event is EventOf<Name> =>
      event.event === name && passes(event as EventOf<Name>);
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const found = this.#events.find(isIt);
      if (found !== undefined) return found;
      if (this.#hasEnded || performance.now() > endMs) throw new Error(this.#story(name));
      await this.#somethingNew(endMs - performance.now());
    }
  }

  /** Waits until pictures and sound go on arriving, decoded; answers how much has come. */
  async seesAndHears(timeoutMs = defaultTimeoutMs): Promise<Heard> {
    const latest = this.#events.findLast((event) => event.event === 'media');
    const before = latest ?? { videoFrames: 0, audioSeconds: 0, audioEnergy: 0 };
    return this.reports(
      'media',
      ({ videoFrames, audioSeconds, audioEnergy }) => {
        const [energy, seconds] = [
          audioEnergy - before.audioEnergy,
          audioSeconds - before.audioSeconds,
        ];
        return videoFrames > before.videoFrames + 10 && energy > leastLoudness * seconds;
      },
      timeoutMs,
    );
  }

  /** Sends the other one a message, byte for byte, on the way that this peer's messages go. */
  say(message: string): void {
    this.#child.stdin.write(`say ${JSON.stringify(message)}\n`);
  }

  /** Leaves in its own way, and waits until it has. */
  async hangUp(): Promise<void> {
    this.#child.stdin.write('hang-up\n');
    await this.reports('left');
    await this.ended();
  }

  /** Waits for the end of its process, which must be a good one. */
  async ended(timeoutMs = defaultTimeoutMs): Promise<void> {
    const endMs = performance.now() + timeoutMs;
    while (!this.#hasEnded && performance.now() < endMs) {
      await this.#somethingNew(endMs - performance.now());
    }
    if (this.#child.exitCode !== 0) throw new Error(this.#story('a good end'));
  }

  /** Ends it, however it is. */
  async stop(): Promise<void> {
    if (!this.#hasEnded) this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #somethingNew(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #story(missing: string): string {
    const { exitCode, signalCode } = this.#child;
    const told = this.#events.slice(-10).map((event) => JSON.stringify(event));
    return [
      `The peer did not report ${missing}; its exit: ${exitCode ?? signalCode ?? 'none yet'}`,
      ...told,
      ...this.#complaints.slice(-20),
    ].join('\n');
  }
}

/** Starts peers that are gone after each test. */
export function usePeers(): typeof ForeignPeer.run {
  const peers: ForeignPeer[] = [];
  afterEach(async () => {
    await Promise.all(peers.splice(0).map((peer) => peer.stop()));
  });
  return (...args) => {
    const peer = ForeignPeer.run(...args);
    peers.push(peer);
    return peer;
  };
}
