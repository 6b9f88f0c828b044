import type { RelayProblem, RelayProblemCode } from './api.ts';
import { offersRelay } from './ice-configuration.ts';
import type { Platform } from './platform.ts';

/** A relay answers in a round trip or two; a browser itself waits for about 40 s before it says so. */
const answersWithinMs = 8_000;

/** 486 Allocation Quota Reached, 508 Insufficient Capacity: RFC 8656 section 19. */
const busyCodes: readonly number[] = [486, 508];
/** No STUN error: no answer came, W3C webrtc section 4.8.2. */
const unreachableFrom = 700;

/** What it means that no relay has given us an address, by the errors that they gave. Pure. */
export function relayProblemCode(errors: readonly number[]): RelayProblemCode {
  const answers = errors.filter((code) => code >= 300 && code < unreachableFrom);
  if (answers.length === 0) return 'unreachable';
  return answers.every((code) => busyCodes.includes(code)) ? 'busy' : 'refused';
}

/** Watches whether a peer connection gets an address of a relay, and finds out why not. */
export class RelayWatch {
  readonly #timers: Pick<Platform, 'setTimeout' | 'clearTimeout'>;
  readonly #onProblem: (problem: RelayProblem | null) => void;
  #isRelayOnly = false;
  #isOffered = false;
  #errors: number[] = [];
  #code: RelayProblemCode | null = null;
  #timer: unknown = null;
  #pc: RTCPeerConnection | null = null;

  constructor(
    timers: Pick<Platform, 'setTimeout' | 'clearTimeout'>,
    onProblem: (problem: RelayProblem | null) => void,
  ) {
    this.#timers = timers;
    this.#onProblem = onProblem;
  }

  attach(pc: RTCPeerConnection): void {
    this.#pc = pc;
    pc.onicecandidateerror = ({ errorCode }) => this.#failed(errorCode);
    pc.onicegatheringstatechange = () => {
      if (pc.iceGatheringState === 'gathering') this.#seek();
      else if (pc.iceGatheringState === 'complete') this.#judge();
    };
  }

  /** What the connection is configured with from now on. */
  use({ iceServers = [], iceTransportPolicy }: RTCConfiguration, isTold: boolean): void {
    this.#isRelayOnly = iceTransportPolicy === 'relay';
    this.#isOffered = offersRelay(iceServers);
    if (!this.#isOffered) this.#say(isTold ? 'not-configured' : 'not-told');
    else if (this.#code === 'not-configured' || this.#code === 'not-told') this.#say(null);
  }

  /** An ICE restart begins: what was said before counts no more. */
  restart(): void {
    this.#errors = [];
  }

  /** A relay has given us an address, or carries media. */
  found(): void {
    this.#timers.clearTimeout(this.#timer);
    this.#say(null);
  }

  stop(): void {
    this.#timers.clearTimeout(this.#timer);
    if (this.#pc === null) return;
    this.#pc.onicecandidateerror = null;
    this.#pc.onicegatheringstatechange = null;
    this.#pc = null;
  }

  #seek(): void {
    this.#timers.clearTimeout(this.#timer);
    if (this.#isOffered)
      this.#timer = this.#timers.setTimeout(() => this.#judge(), answersWithinMs);
  }

  #failed(code: number): void {
    // More than there can be of servers and networks says nothing new.
    if (this.#errors.length < 64) this.#errors.push(code);
  }

  #judge(): void {
    this.#timers.clearTimeout(this.#timer);
    if (!this.#isOffered) return;
    const hasRelay = / typ relay/.test(this.#pc?.localDescription?.sdp ?? '');
    this.#say(hasRelay ? null : relayProblemCode(this.#errors));
  }

  #say(code: RelayProblemCode | null): void {
    if (code === this.#code) return;
    this.#code = code;
    this.#onProblem(code === null ? null : { code, isRelayOnly: this.#isRelayOnly });
  }
}
