import {
  FakeAppRtcServer,
  FakeMediaStream,
  type FakePeerConnection,
  FakeSessionServer,
  FakeTrack,
  fakePeerConnectionClass,
  ManualClock,
  SeededRandom,
  settle,
} from '@apprtc/testkit';
import type { Call } from './api.ts';
import { open } from './open.ts';
import type { Platform } from './platform.ts';
import type { SeatStorage } from './seat-storage.ts';

/** What outlives a page: the tab's storage. */
export class FakeTab {
  readonly random: () => number;
  readonly kept = new Map<string, string>();
  readonly inUse = new Set<string>();
  readonly seats: SeatStorage = {
    claim: (key, byForce) =>
      Promise.resolve(this.inUse.has(key) && !byForce ? null : (this.kept.get(key) ?? null)),
    keep: (key, text) => {
      this.kept.set(key, text);
      this.inUse.add(key);
    },
    release: (key, _text, isForgotten) => {
      this.inUse.delete(key);
      if (isForgotten) this.kept.delete(key);
    },
  };

  constructor(random: () => number = () => 0.5) {
    this.random = random;
  }
}

/** One page: its calls, the peer connections that they made, and what it heard of them. */
export class FakePage {
  /** The page is seen again, or its network is another one. */
  wake: (isOtherNetwork: boolean) => void = () => {};
  readonly connections: FakePeerConnection[] = [];
  readonly seen: string[] = [];
  readonly beacons: string[] = [];
  readonly #server: FakeAppRtcServer | FakeSessionServer;
  readonly #clock: ManualClock;
  readonly #tab: FakeTab;
  readonly #wakers = new Set<(isOtherNetwork: boolean) => void>();
  #hide: () => void = () => {};

  constructor(
    server: FakeAppRtcServer | FakeSessionServer,
    clock: ManualClock,
    tab = new FakeTab(),
  ) {
    this.#server = server;
    this.#clock = clock;
    this.#tab = tab;
    this.wake = (isOther) => {
      for (const waker of this.#wakers) waker(isOther);
    };
  }

  async join(media: MediaStream | null = null, query = '', takeOver = false): Promise<Call> {
    const server = `${FakeAppRtcServer.origin}/`;
    const lobby = open({ server, room: 'abc', query, platform: this.platform() });
    const call = await lobby.join({ media, takeOver });
    const { seen } = this;
    call.on('state', (state) => seen.push(state.name));
    call.on('remoteStream', (stream) => seen.push(stream === null ? 'no stream' : 'stream'));
    call.on('warning', (text) => seen.push(`warning: ${text}`));
    call.on('customized', (data) => seen.push(`customized: ${data}`));
    return call;
  }

  /** The peer connection of the moment. */
  pc(): FakePeerConnection {
    const latest = this.connections.at(-1);
    if (latest === undefined) throw new Error('No peer connection yet');
    return latest;
  }

  leave(): void {
    this.#hide();
  }

  platform(): Platform {
    return {
      fetch: this.#server.fetch as typeof fetch,
      WebSocket: this.#server.socketClass(),
      RTCPeerConnection: fakePeerConnectionClass(this.connections),
      MediaStream: FakeMediaStream as unknown as typeof MediaStream,
      receiveCodecs: () => [],
      nowMs: this.#clock.nowMs,
      wallMs: this.#clock.nowMs,
      setTimeout: this.#clock.setTimeout,
      clearTimeout: this.#clock.clearTimeout,
      random: this.#tab.random,
      onPageHide: (fn) => {
        this.#hide = fn;
        return () => {
          this.#hide = () => {};
        };
      },
      onWake: (fn) => {
        this.#wakers.add(fn);
        return () => this.#wakers.delete(fn);
      },
      seats: this.#tab.seats,
      sendBeacon: (url, body) => this.beacons.push(`${url} ${body}`) > 0,
    };
  }
}

/** One fake server, one clock, and as many pages as a test wants. */
abstract class World<Server extends FakeAppRtcServer | FakeSessionServer> {
  readonly clock = new ManualClock();
  abstract readonly server: Server;

  page(tab?: FakeTab): FakePage {
    return new FakePage(this.server, this.clock, tab);
  }

  /** Lets everything happen that needs no time, or `ms` of it. */
  async pass(ms = 0): Promise<void> {
    for (let left = ms; left > 0; left -= 100) {
      await this.#quiet();
      this.clock.advance(Math.min(100, left));
    }
    await this.#quiet();
  }

  /** Alice is the initiator, Bob the second; media flows. */
  async connectedPair() {
    const alice = this.page();
    const bob = this.page();
    const first = await alice.join();
    await this.pass();
    const second = await bob.join();
    await this.pass();
    alice.pc().driveConnection('connected');
    bob.pc().driveConnection('connected');
    return { alice, bob, first, second };
  }

  async #quiet(): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      await settle();
      this.server.flush();
    }
    await settle();
  }
}

export class CallWorld extends World<FakeAppRtcServer> {
  readonly server = new FakeAppRtcServer();
}

/** With a server that speaks sessions. */
export class SessionCallWorld extends World<FakeSessionServer> {
  readonly server = new FakeSessionServer();
  readonly random: SeededRandom;

  constructor(seed = 1) {
    super();
    this.random = new SeededRandom(seed);
  }

  override async pass(ms = 0): Promise<void> {
    for (let left = ms; left > 5_000; left -= 5_000) {
      await super.pass(5_000);
      this.server.tick();
    }
    await super.pass(ms % 5_000 || Math.min(ms, 5_000));
  }

  override page(tab = new FakeTab(this.random.next)): FakePage {
    return super.page(tab);
  }
}

export function audioAndVideo(): MediaStream {
  return new FakeMediaStream([new FakeTrack('audio'), new FakeTrack('video')]).asMediaStream();
}
