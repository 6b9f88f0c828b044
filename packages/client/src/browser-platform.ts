import { CallError } from './call-error.ts';
import type { Platform } from './platform.ts';

function onPageHide(fn: () => void): () => void {
  globalThis.addEventListener('pagehide', fn);
  return () => globalThis.removeEventListener('pagehide', fn);
}

function sendBeacon(url: string, body: string): boolean {
  return navigator.sendBeacon(url, body);
}

const requiredParts = ['fetch', 'WebSocket', 'RTCPeerConnection', 'MediaStream'] as const;

/**
 * The environment of a call: what `parts` names, and of the rest what a browser has.
 * @throws CallError `unsupported` when a part is in neither, as WebRTC in Node.
 */
export function platformWith(parts: Partial<Platform> = {}): Platform {
  const hasPage = typeof document !== 'undefined';
  for (const name of requiredParts) {
    if (parts[name] === undefined && globalThis[name] === undefined) {
      throw new CallError('unsupported', name);
    }
  }
  return {
    // Called on the global: a browser's refuses to run as another object's method.
    fetch: (input, init) => globalThis.fetch(input, init),
    WebSocket: globalThis.WebSocket,
    RTCPeerConnection: globalThis.RTCPeerConnection,
    MediaStream: globalThis.MediaStream,
    // Absent in Node, and in browsers of before 2021.
    receiveCodecs: (kind) => globalThis.RTCRtpReceiver?.getCapabilities?.(kind)?.codecs ?? [],
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    setTimeout: (fn, delayMs) => globalThis.setTimeout(fn, delayMs),
    clearTimeout: (handle) => globalThis.clearTimeout(handle as number | undefined),
    random: () => Math.random(),
    onPageHide: hasPage ? onPageHide : null,
    sendBeacon: hasPage ? sendBeacon : null,
    ...parts,
  };
}
