import { browserSeatStorage } from './browser-seat-storage.ts';
import { CallError } from './call-error.ts';
import type { Platform } from './platform.ts';

function onPageHide(fn: () => void): () => void {
  globalThis.addEventListener('pagehide', fn);
  return () => globalThis.removeEventListener('pagehide', fn);
}

/** Only phones name the type of their network; without it, changes of its mere quality would look like others. */
function networkConnection(): NetworkConnection | undefined {
  return (navigator as { readonly connection?: NetworkConnection }).connection;
}

type NetworkConnection = EventTarget & { readonly type?: string };

function onWake(fn: (isOtherNetwork: boolean) => void): () => void {
  const connection = networkConnection();
  let type = connection?.type;
  const subscriptions = new AbortController();
  const { signal } = subscriptions;
  const seen = (): void => {
    if (document.visibilityState === 'visible') fn(false);
  };
  const changed = (): void => {
    if (connection?.type === type) return;
    type = connection?.type;
    if (type !== 'none') fn(true);
  };
  globalThis.addEventListener('pageshow', seen, { signal });
  document.addEventListener('visibilitychange', seen, { signal });
  globalThis.addEventListener('online', () => fn(true), { signal });
  connection?.addEventListener('change', changed, { signal });
  return () => subscriptions.abort();
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
    onWake: hasPage ? onWake : null,
    seats: hasPage ? browserSeatStorage() : null,
    sendBeacon: hasPage ? sendBeacon : null,
    ...parts,
  };
}
