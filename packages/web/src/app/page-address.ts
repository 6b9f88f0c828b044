import { type LocalMediaRequest, mediaRequestOf } from '@apprtc/client';
import { type Route, roomPath, routeOf } from '../model/route.ts';

/** The page's address and history. */
export const pageAddress = {
  route: (): Route => routeOf(location.pathname),
  query: (): string => location.search,
  /** `debug=loopback`: a call with oneself. */
  isSelfTest: (): boolean => new URLSearchParams(location.search).get('debug') === 'loopback',
  /** What the query asks camera and microphone for. */
  mediaRequest: (): LocalMediaRequest => mediaRequestOf(new URLSearchParams(location.search)),
  /** What the query asks to send: `audio=false` and `video=false` are honoured. */
  wantedMedia: (): { readonly audio: boolean; readonly video: boolean } => {
    const { audio, video } = pageAddress.mediaRequest();
    return { audio: audio !== false, video: video !== false };
  },
  showHome: (): void => {
    if (location.pathname !== '/') history.pushState(null, '', `/${location.search}`);
    document.title = 'AppRTC';
  },
  showRoom: (room: string): void => {
    push(`${roomPath(room)}${location.search}`);
    document.title = `${room} · AppRTC`;
  },
  /** Takes over the path and query of the call's link, but never its origin. */
  showLink: (room: string, link: string): void => {
    const { pathname, search } = new URL(link, location.origin);
    push(`${pathname}${search}`);
    document.title = `${room} · AppRTC`;
  },
  onBack: (listener: () => void): void => window.addEventListener('popstate', listener),
};

function push(address: string): void {
  if (`${location.pathname}${location.search}` === address) return;
  // The same room with another query is no new place to go back to.
  const isSamePlace = location.pathname === address.split('?')[0];
  if (isSamePlace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
}
