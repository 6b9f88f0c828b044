import {
  type BlackVideo,
  blackVideoTrack,
  CallError,
  type CallErrorReason,
  getLocalMedia,
  type Lobby,
  type LocalMedia,
  type OpenOptions,
  open,
} from '@apprtc/client';

/** What the page takes from the SDK; tests put a fake in its place. */
export interface Sdk {
  openRoom(options: OpenOptions): Lobby;
  getLocalMedia(wanted: { readonly audio: boolean; readonly video: boolean }): Promise<LocalMedia>;
  blackVideoTrack(): BlackVideo;
}

export const clientSdk: Sdk = {
  openRoom: open,
  getLocalMedia: (wanted) => getLocalMedia(wanted),
  blackVideoTrack: () => blackVideoTrack(),
};

/** Why a join failed. */
export type JoinProblem = CallErrorReason | 'unknown';

export function joinProblemOf(error: unknown): JoinProblem {
  return error instanceof CallError ? error.reason : 'unknown';
}
