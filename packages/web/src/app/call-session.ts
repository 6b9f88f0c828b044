import type { Call, CallState, MediaPath, RelayProblem, SignalingState } from '@apprtc/client';
import { type JoinProblem, joinProblemOf, type Sdk } from './sdk.ts';

/** Hears what becomes of a call. */
export interface SessionListener {
  readonly state: (state: CallState) => void;
  readonly signaling: (signaling: SignalingState) => void;
  readonly remoteStream: (stream: MediaStream | null) => void;
  readonly path: (path: MediaPath | null) => void;
  readonly relayProblem: (problem: RelayProblem | null) => void;
  readonly warning: (text: string) => void;
}

export type JoinOutcome =
  | { readonly ok: true; readonly call: Call }
  | { readonly ok: false; readonly problem: JoinProblem };

const fullRetryMs = 400;

export interface JoinRequest {
  readonly room: string;
  readonly query: string;
  readonly media: MediaStream;
  readonly signal: AbortSignal;
  /** How long a full room may be our own seat of a moment ago, not freed yet. */
  readonly patienceMs: number;
  /** Whether to take one's own call from the tab that has it. */
  readonly takeOver?: boolean;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Takes a seat; asks again for a while where the room is full with ourselves. */
export async function joinRoom(sdk: Sdk, request: JoinRequest): Promise<JoinOutcome> {
  const { room, query, media, signal, patienceMs, takeOver = false } = request;
  const giveUpAtMs = performance.now() + patienceMs;
  for (;;) {
    try {
      const call = await sdk.openRoom({ room, query }).join({ media, signal, takeOver });
      if (!signal.aborted) return { ok: true, call };
      await call.hangUp();
      return { ok: false, problem: 'aborted' };
    } catch (error) {
      const problem = signal.aborted ? 'aborted' : joinProblemOf(error);
      if (problem !== 'room-full' || performance.now() >= giveUpAtMs) return { ok: false, problem };
    }
    await wait(fullRetryMs);
  }
}

/** Listens to a call, and tells first how it stands. Returns the undo. */
export function follow(call: Call, listener: SessionListener): () => void {
  const undo = [
    call.on('state', listener.state),
    call.on('signaling', listener.signaling),
    call.on('remoteStream', listener.remoteStream),
    call.on('path', listener.path),
    call.on('relayProblem', listener.relayProblem),
    call.on('warning', listener.warning),
  ];
  listener.signaling(call.signaling);
  listener.remoteStream(call.remoteStream);
  listener.path(call.path);
  listener.relayProblem(call.relayProblem);
  listener.state(call.state);
  return () => {
    for (const stop of undo) stop();
  };
}

export interface TrackChange {
  readonly kind: 'audio' | 'video';
  readonly track: MediaStreamTrack | null;
}

/** What to send otherwise than the call was joined with: devices come and go while the seat is being asked for. */
export function changedTracks(joinedWith: MediaStream, now: MediaStream): readonly TrackChange[] {
  const changes: readonly TrackChange[] = [
    { kind: 'audio', track: now.getAudioTracks()[0] ?? null },
    { kind: 'video', track: now.getVideoTracks()[0] ?? null },
  ];
  const before = joinedWith.getTracks();
  return changes.filter(({ kind, track }) => {
    const was = before.find((one) => one.kind === kind) ?? null;
    return was !== track;
  });
}
