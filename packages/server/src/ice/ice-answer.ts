import type { IceConfig, IceServer } from '@apprtc/protocol';
import { isTurnUrl } from './ice-server-list.ts';
import type { IceGrant } from './ice-source.ts';
import { expiryIn } from './provider-answer.ts';

/**
 * [IC1] [IC4] [IC5] The reply of `/v1alpha/iceconfig`. An ESP32 reads only the first server, gives up where that has no
 * username and credential, and takes the number in front of the username for the expiry: so servers whose username
 * says so come first, then others with credentials, and a first one without is given some, which STUN ignores.
 */
export function iceAnswer({ servers, expiresAtSeconds }: IceGrant, nowSeconds: number): IceConfig {
  const inOrder = [...servers].sort((one, other) => rankOf(one) - rankOf(other));
  const [first, ...rest] = inOrder;
  if (first === undefined) throw new Error('An ICE answer needs a server');
  return {
    lifetimeDuration: `${Math.max(0, expiresAtSeconds - nowSeconds)}s`,
    iceServers: [
      { username: `${expiresAtSeconds}:apprtc`, credential: 'none', ...first },
      ...rest,
    ].map(({ urls, ...credentials }) => ({ urls, ...credentials })),
  };
}

/** [IC6] [IC11] What anyone may have: the address that a client is seen under, and no relay. */
export function stunAnswerFor(
  urls: readonly string[],
  lifeSeconds: number,
  nowSeconds: number,
): IceConfig {
  return iceAnswer({ servers: [{ urls }], expiresAtSeconds: nowSeconds + lifeSeconds }, nowSeconds);
}

function rankOf({ urls, username }: IceServer): number {
  if (username === undefined) return 3;
  if (!urls.some(isTurnUrl)) return 2;
  return expiryIn(username) === null ? 1 : 0;
}
