import {
  FakeAppRtcServer,
  FakeMediaStream,
  type FakePeerConnection,
  FakeTrack,
  fakePeerConnectionClass,
  ManualClock,
  settle,
} from '@apprtc/testkit';
import type { Call } from './api.ts';
import { open } from './open.ts';
import type { Platform } from './platform.ts';

/** One page: its calls, the peer connections that they made, and what it heard of them. */
export class FakePage {
  readonly connections: FakePeerConnection[] = [];
  readonly seen: string[] = [];
  readonly beacons: string[] = [];
  readonly #server: FakeAppRtcServer;
  readonly #clock: ManualClock;
  #hide: () => void = () => {};

  constructor(server: FakeAppRtcServer, clock: ManualClock) {
    this.#server = server;
    this.#clock = clock;
  }

  async join(media: MediaStream | null = null, query = ''): Promise<Call> {
    const server = `${FakeAppRtcServer.origin}/`;
    const lobby = open({ server, room: 'abc', query, platform: this.platform() });
    const call = await lobby.join({ media });
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
      random: () => 0.5,
      onPageHide: (fn) => {
        this.#hide = fn;
        return () => {
          this.#hide = () => {};
        };
      },
      onWake: null,
      seats: null,
      sendBeacon: (url, body) => this.beacons.push(`${url} ${body}`) > 0,
    };
  }
}

/** One fake server, one clock, and as many pages as a test wants. */
export class CallWorld {
  readonly clock = new ManualClock();
  readonly server = new FakeAppRtcServer();

  page(): FakePage {
    return new FakePage(this.server, this.clock);
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

export function audioAndVideo(): MediaStream {
  return new FakeMediaStream([new FakeTrack('audio'), new FakeTrack('video')]).asMediaStream();
}
