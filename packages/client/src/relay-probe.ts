import { platformWith } from './browser-platform.ts';
import { plainShape } from './connection-shape.ts';
import { within } from './deadline.ts';
import { PeerSession } from './peer-session.ts';
import type { Platform } from './platform.ts';
import { fixedIce } from './seat-ice.ts';

export interface RelayProbeOptions {
  readonly iceServers: readonly RTCIceServer[];
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly platform?: Partial<Platform>;
}

/**
 * Tries whether two connections find each other through the relays alone. They talk to each other directly, so that
 * only the relay is tried. Never rejects.
 */
export async function probeRelay(options: RelayProbeOptions): Promise<boolean> {
  const { timeoutMs, signal } = options;
  const platform = platformWith(options.platform);
  const sessions: PeerSession[] = [];
  const connected = new Promise<boolean>((resolve) => {
    signal?.addEventListener('abort', () => resolve(false), { once: true });
    const add = (role: 'offerer' | 'answerer', other: () => PeerSession | undefined): void => {
      sessions.push(
        new PeerSession({
          role,
          platform,
          tracks: { audio: null, video: null },
          localStream: new platform.MediaStream(),
          ice: fixedIce(() => ({
            iceServers: [...options.iceServers],
            iceTransportPolicy: 'relay',
            bundlePolicy: 'max-bundle',
          })),
          canSignal: () => true,
          shape: plainShape(),
          listeners: {
            send: (message) => other()?.receive(message),
            onPeerHere: () => {},
            onRemoteStream: () => {},
            onMediaConnected: () => resolve(true),
            onMediaLost: () => {},
            onGivenUp: () => resolve(false),
            onSilence: () => {},
            onPath: () => {},
            onRelayProblem: () => {},
            onWarning: () => {},
          },
        }),
      );
    };
    add('offerer', () => sessions[1]);
    add('answerer', () => sessions[0]);
  });
  // The answerer first: it must be there when the offer comes.
  for (const session of sessions.toReversed()) session.start();
  const isConnected = await within(platform, timeoutMs, connected, false);
  for (const session of sessions) session.close();
  return isConnected;
}
