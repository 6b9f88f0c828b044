import { relayTroubleDuring } from './relay-words.ts';
import type { CallScreen, Notice } from './screen.ts';
import { unreachable } from './unreachable.ts';

/** How the call stands, for a person. */
export function statusWords(screen: CallScreen): string {
  const isSignalingLost = screen.signaling === 'reconnecting';
  switch (screen.phase) {
    case 'waiting':
    case 'connecting':
      if (screen.isServerLate) return serverWords(screen);
      return screen.phase === 'waiting' ? 'Waiting' : 'Connecting…';
    case 'connected':
      return isSignalingLost ? 'Connected (server away)' : 'Connected';
    case 'reconnecting':
      return screen.isTheirTurn ? 'Reconnecting (their side)…' : 'Reconnecting…';
    default:
      return unreachable(screen.phase);
  }
}

function serverWords({ signaling }: CallScreen): string {
  return signaling === 'connecting' ? 'Reaching the server…' : 'Reconnecting to the server…';
}

export function noticeWords(notice: Notice): string {
  return notice.kind === 'they-left' ? 'They left the call.' : notice.text;
}

export function isRelayed({ phase, path }: CallScreen): boolean {
  return phase === 'connected' && path?.kind === 'relay';
}

/** What is read aloud when it changes. */
export function spokenWords(screen: CallScreen): string {
  const status = `${statusWords(screen)}${isRelayed(screen) ? ', via relay' : ''}`;
  const notice = screen.notice && noticeWords(screen.notice);
  return [notice, relayTroubleDuring(screen)?.what, status].filter(Boolean).join(' ');
}
