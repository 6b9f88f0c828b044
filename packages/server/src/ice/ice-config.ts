import type { IceConfig } from '@apprtc/protocol';

const lifetimeSeconds = 86_400;

/**
 * [IC1] [IC6] With nothing configured: one `stun:` URL of our own host. ESP32 gives up without an entry, reads only
 * the first, wants a username and a credential, and takes the number in front of the username for the expiry.
 */
export function defaultIceConfig(hostName: string, nowSeconds: number): IceConfig {
  return {
    lifetimeDuration: `${lifetimeSeconds}s`,
    iceServers: [
      {
        urls: [`stun:${hostName}:3478`],
        username: `${nowSeconds + lifetimeSeconds}:apprtc`,
        credential: 'none',
      },
    ],
  };
}
