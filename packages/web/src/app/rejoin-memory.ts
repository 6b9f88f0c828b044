import { type RejoinMark, shouldRejoin } from '../model/rejoin-mark.ts';
import { browserStore } from './browser-store.ts';
import type { LocalMedia } from './local-media.ts';
import { pageAddress } from './page-address.ts';

/** Remembers in the tab that one is in a call, so that a reload finds its way back. */
export const rejoinMemory = {
  /** In a call, with these devices. */
  keep: (room: string, local: LocalMedia): void => {
    const { audio: isMicOn, video: isCameraOn } = local.wanted;
    browserStore.setRejoinMark({ room, isMicOn, isCameraOn, leftAtMs: null });
  },
  /** The page is going away in the middle of a call. */
  pageLeft: (): void => {
    const mark = browserStore.rejoinMark();
    if (mark !== null) browserStore.setRejoinMark({ ...mark, leftAtMs: Date.now() });
  },
  /** The call is over, and nobody wants it back. */
  forget: (): void => browserStore.setRejoinMark(null),
  /** The call that this page was in a moment ago; null where one has to ask. */
  wayBack: (navigationType: string): RejoinMark | null => {
    const route = pageAddress.route();
    if (route.name !== 'room') return null;
    const mark = browserStore.rejoinMark();
    return shouldRejoin(mark, route.room, navigationType, Date.now()) ? mark : null;
  },
};
