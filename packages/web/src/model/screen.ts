import type { EndReason, MediaPath, RelayProblem, SignalingState } from '@apprtc/client';

/** Why the page cannot call at all. */
export type Unsupported = 'insecure-origin' | 'old-browser';

/** What the person should read once, during a call. */
export type Notice =
  | { readonly kind: 'they-left' }
  | { readonly kind: 'warning'; readonly text: string };

/** The part of a call's life in which its pictures are on the screen. */
export type CallPhase = 'waiting' | 'connecting' | 'connected' | 'reconnecting';

export interface CallScreen {
  readonly name: 'call';
  readonly room: string;
  /** The address to give to the other one. */
  readonly link: string;
  readonly phase: CallPhase;
  readonly signaling: SignalingState;
  /** Signaling has been away for so long that the person should know. */
  readonly isServerLate: boolean;
  /** Null before media flows. */
  readonly path: MediaPath | null;
  readonly relayProblem: RelayProblem | null;
  /** Media has to come back by itself, or by the other side's doing: ours can't seek a new path. */
  readonly isTheirTurn: boolean;
  readonly notice: Notice | null;
}

/** Everything the page can show, one at a time. */
export type Screen =
  | { readonly name: 'home' }
  | { readonly name: 'confirm'; readonly room: string }
  | { readonly name: 'self-test'; readonly room: string }
  | { readonly name: 'joining'; readonly room: string; readonly step: 'devices' | 'seat' }
  | CallScreen
  | {
      readonly name: 'left';
      readonly room: string;
      readonly reason: EndReason;
      /** What was wrong with the relay at the end. */
      readonly relayProblem: RelayProblem | null;
    }
  | { readonly name: 'full'; readonly room: string }
  | { readonly name: 'unreachable'; readonly room: string; readonly retryInS: number }
  | { readonly name: 'bad-room'; readonly text: string }
  | { readonly name: 'unsupported'; readonly reason: Unsupported };
