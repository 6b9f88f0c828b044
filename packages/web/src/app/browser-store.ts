import { signal } from '@preact/signals';
import {
  parseRecentRooms,
  type RecentRooms,
  withoutRoom,
  withRoom,
} from '../model/recent-rooms.ts';
import { parseRejoinMark, type RejoinMark } from '../model/rejoin-mark.ts';

const recentKey = 'apprtc.recent-rooms';
const markKey = 'apprtc.call';

type Area = 'localStorage' | 'sessionStorage';

/** Storage may be switched off: then reading throws, even naming it does. */
function read(area: Area, key: string): string | null {
  try {
    return window[area].getItem(key);
  } catch {
    return null;
  }
}

function write(area: Area, key: string, value: string | null): void {
  try {
    if (value === null) window[area].removeItem(key);
    else window[area].setItem(key, value);
  } catch {
    // Nothing depends on it.
  }
}

const recent = signal<RecentRooms>([]);

function saveRecent(rooms: RecentRooms): void {
  recent.value = rooms;
  write('localStorage', recentKey, rooms.length === 0 ? null : JSON.stringify(rooms));
}

/** What the page remembers in this browser, where it is allowed to. */
export const browserStore = {
  recentRooms: recent,
  loadRecentRooms: (): void => {
    recent.value = parseRecentRooms(read('localStorage', recentKey));
  },
  addRecentRoom: (room: string): void => saveRecent(withRoom(recent.value, room)),
  removeRecentRoom: (room: string): void => saveRecent(withoutRoom(recent.value, room)),
  rejoinMark: (): RejoinMark | null => parseRejoinMark(read('sessionStorage', markKey)),
  setRejoinMark: (mark: RejoinMark | null): void =>
    write('sessionStorage', markKey, mark === null ? null : JSON.stringify(mark)),
};
