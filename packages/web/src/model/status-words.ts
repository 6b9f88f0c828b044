import type { CallScreen } from './screen.ts';
import { unreachable } from './unreachable.ts';

/** How the call stands, for a person. */
export function statusWords(screen: CallScreen): string {
  const isSignalingLost = screen.signaling === 'reconnecting';
  switch (screen.phase) {
    case 'waiting':
      return isSignalingLost ? 'Reconnecting to the server…' : 'Waiting';
    case 'connecting':
      return 'Connecting…';
    case 'connected':
      return isSignalingLost ? 'Connected (server away)' : 'Connected';
    case 'reconnecting':
      return 'Reconnecting…';
    default:
      return unreachable(screen.phase);
  }
}
