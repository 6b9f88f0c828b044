import { unreachable } from '../model/unreachable.ts';
import { cameraLine, type DeviceWish, microphoneLine } from './self-test-devices.ts';
import { directLine, lossLine, relayLine, roundTripLine } from './self-test-paths.ts';

/**
 * - `good`: nothing to do
 * - `note`: calls work, but something is worth knowing
 * - `bad`: calls will suffer
 * - `skipped`: could not be tried, or was not wanted
 */
export type Outcome = 'good' | 'note' | 'bad' | 'skipped';

export type SelfTestSubject =
  | 'camera'
  | 'microphone'
  | 'signaling'
  | 'direct path'
  | 'relay path'
  | 'round trip'
  | 'loss';

/** One line of the verdict, in whole sentences. */
export interface VerdictLine {
  readonly subject: SelfTestSubject;
  readonly outcome: Outcome;
  readonly tried: string;
  readonly seen: string;
  /** What to do about it; empty where nothing is to be done. */
  readonly advice: string;
}

/** Everything that a test of oneself has measured. Counters run over the time of measuring. */
export interface SelfTestMeasurements {
  /** How the room was entered; `unreachable`: no usable reply. */
  readonly entry: 'joined' | 'unreachable';
  readonly camera: {
    readonly wish: DeviceWish;
    /** Frames that the camera gave; null where the browser does not say. */
    readonly framesCaptured: number | null;
    /** Frames of the own picture that came back and were decoded. */
    readonly framesReturned: number;
    /** Whether some of them came in the last part of the test. */
    readonly isMoving: boolean;
    /** Null: could not be seen. */
    readonly isBlack: boolean | null;
    readonly size: string | null;
  };
  readonly microphone: {
    readonly wish: DeviceWish;
    /** The system, or a switch on the device, keeps it silent. */
    readonly isMuted: boolean;
    /** Energy of the sound in seconds of full scale; null where the browser does not say. */
    readonly energyCaptured: number | null;
    readonly energyAtFarEnd: number;
    readonly energyReturned: number;
    /** Packets of sound that came back, loud or silent. */
    readonly packetsReturned: number;
  };
  readonly signaling: {
    /** Whether the WebSockets of both ends were open at some time. */
    readonly wasOpen: boolean;
    /** Whether one of them was lost afterwards. */
    readonly wasLost: boolean;
    /** A message from one end to the other and back; null: none came back. */
    readonly roundTripMs: number | null;
  };
  readonly media: {
    readonly isConnected: boolean;
    /** Only relays were allowed, by `it=relay` in the address. */
    readonly isRelayOnly: boolean;
    /** The kinds of the two candidates in use (RFC 8445): host, srflx, prflx or relay. */
    readonly localCandidateType: string | null;
    readonly remoteCandidateType: string | null;
    readonly roundTripMs: number | null;
    /** Both ways together. */
    readonly packetsReceived: number;
    readonly packetsLost: number;
  };
  readonly relay: 'not-configured' | 'unknown' | 'connected' | 'failed';
}

const slowSignalingMs = 1_000;

function signalingLine({ entry, signaling }: SelfTestMeasurements): VerdictLine {
  const { wasOpen, wasLost, roundTripMs } = signaling;
  const line = (outcome: Outcome, seen: string, advice = ''): VerdictLine => ({
    subject: 'signaling',
    outcome,
    tried: 'Messages to the other end and back, through the server.',
    seen,
    advice,
  });
  if (entry === 'unreachable') {
    return line(
      'bad',
      'The server did not answer.',
      'Check your network. If other pages load, tell whoever runs this server.',
    );
  }
  if (!wasOpen) {
    return line(
      'bad',
      'The server answers, but its WebSocket does not open.',
      'A proxy, a firewall or a browser extension may block WebSockets: try another network.',
    );
  }
  const trip = roundTripMs === null ? '' : `A message took ${Math.round(roundTripMs)} ms. `;
  if (wasLost) {
    return line(
      'bad',
      `${trip}Then the connection to the server was lost.`.replace(/^Then t/, 'T'),
      'Calls go on without it, but none can begin. Check your network, or tell whoever runs this server.',
    );
  }
  if (roundTripMs === null) {
    return line(
      'bad',
      'Both ends reached the server, but no message came back.',
      'Test again. If it stays so, tell whoever runs this server.',
    );
  }
  const isSlow = roundTripMs > slowSignalingMs;
  return line(
    isSlow ? 'note' : 'good',
    trip.trim(),
    isSlow ? 'Calls will be slow to begin. A quicker network helps.' : '',
  );
}

/** Puts what was measured into words: what was tried, what was seen, what to do. Pure. */
export function selfTestVerdict(measured: SelfTestMeasurements): readonly VerdictLine[] {
  return [
    cameraLine(measured),
    microphoneLine(measured),
    signalingLine(measured),
    directLine(measured),
    relayLine(measured),
    roundTripLine(measured),
    lossLine(measured),
  ];
}

/** The worst of the lines: what the verdict as a whole says. */
export function worstOutcome(lines: readonly VerdictLine[]): 'good' | 'note' | 'bad' {
  let worst: 'good' | 'note' | 'bad' = 'good';
  for (const { outcome } of lines) {
    switch (outcome) {
      case 'bad':
        return 'bad';
      case 'note':
        worst = 'note';
        break;
      case 'good':
      case 'skipped':
        break;
      default:
        return unreachable(outcome);
    }
  }
  return worst;
}
