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
import { pageAddress } from './page-address.ts';

/** What the page takes from the SDK; tests put a fake in its place. */
export interface Sdk {
  openRoom(options: OpenOptions): Lobby;
  getLocalMedia(wanted: { readonly audio: boolean; readonly video: boolean }): Promise<LocalMedia>;
  blackVideoTrack(): BlackVideo;
}

export const clientSdk: Sdk = {
  openRoom: open,
  getLocalMedia: (wanted) => {
    // Switched on by hand, also what the query left out is asked for.
    const { audio, video } = pageAddress.mediaRequest();
    return getLocalMedia({
      audio: wanted.audio && (audio || true),
      video: wanted.video && (video || true),
    });
  },
  blackVideoTrack: () => blackVideoTrack(),
};

/** Why a join failed. */
export type JoinProblem = CallErrorReason | 'unknown';

export function joinProblemOf(error: unknown): JoinProblem {
  return error instanceof CallError ? error.reason : 'unknown';
}
