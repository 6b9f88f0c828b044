import type { Unsupported } from '../model/screen.ts';

/** Whether this browser, at this address, can call at all. */
export function browserProblem(): Unsupported | null {
  if (!window.isSecureContext) return 'insecure-origin';
  const hasMedia = typeof navigator.mediaDevices?.getUserMedia === 'function';
  const hasCalls = 'RTCPeerConnection' in window && 'WebSocket' in window;
  return hasMedia && hasCalls ? null : 'old-browser';
}
