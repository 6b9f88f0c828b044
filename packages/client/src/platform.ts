import type { SeatStorage } from './seat-storage.ts';

/** May take a wider event than it is given: browsers and `ws` each have their own. */
type Handler<Event> = { bivariant(event: Event): void }['bivariant'] | null;

/** What the SDK uses of a WebSocket (WHATWG), so that the one of `ws` for Node fits too. */
export interface PlatformSocket {
  onopen: Handler<object>;
  onmessage: Handler<{ readonly data: unknown }>;
  onclose: Handler<{ readonly code: number }>;
  send(text: string): void;
  close(code?: number): void;
}

/** What the SDK takes from its environment. A browser has all of it; Node passes it in. */
export interface Platform {
  readonly fetch: typeof fetch;
  readonly WebSocket: new (url: string) => PlatformSocket;
  readonly RTCPeerConnection: new (configuration?: RTCConfiguration) => RTCPeerConnection;
  readonly MediaStream: new (tracks?: MediaStreamTrack[]) => MediaStream;
  /** The codecs that can be received; empty where that can't be asked. */
  readonly receiveCodecs: (kind: 'audio' | 'video') => readonly RTCRtpCodec[];
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  /** Milliseconds since 1970, for expiries that others wrote down. */
  readonly wallMs: () => number;
  readonly setTimeout: (fn: () => void, delayMs: number) => unknown;
  readonly clearTimeout: (handle: unknown) => void;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  /** Calls `fn` when the page is being left; returns its undo. Null where there is no page. */
  readonly onPageHide: ((fn: () => void) => () => void) | null;
  /** Calls `fn` when page or network are back, or the network is another one; returns its undo. Null where there is no page. */
  readonly onWake: ((fn: (isOtherNetwork: boolean) => void) => () => void) | null;
  /** Where seats are kept for a return. Null where there is no such place. */
  readonly seats: SeatStorage | null;
  /** Sends a POST that outlives the page. Null where there is no page. */
  readonly sendBeacon: ((url: string, body: string) => boolean) | null;
}
