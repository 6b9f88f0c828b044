import { type Credential, type JoinedSeat, sessionLimits } from '@apprtc/protocol';
import type { IceSourceListeners } from './ice-source.ts';
import type { Link, LinkListeners, SessionListeners } from './link.ts';
import type { Platform } from './platform.ts';
import type { RoomClient } from './room-client.ts';
import { SeatIce } from './seat-ice.ts';
import { SeatLink } from './seat-link.ts';
import { SessionLink } from './session-link.ts';

export interface SeatOptions {
  readonly platform: Platform;
  readonly client: RoomClient;
  readonly query: URLSearchParams;
  /** Under what the seat is kept for a return. */
  readonly storageKey: string;
}

export type SeatListeners = LinkListeners & SessionListeners & IceSourceListeners;

/** A won seat, the way to the other one, and ICE for it. */
export interface HeldSeat {
  readonly seat: JoinedSeat;
  readonly link: Link;
  readonly ice: SeatIce;
}

/**
 * Puts a won seat to use.
 *
 * @param credential Of a seat that is come back to; null of one that was just won.
 * @param isHeld Whether it still is the one that counts: a seat that was left is not listened to any more.
 */
export function holdSeat(
  options: SeatOptions,
  { seat, credential }: { readonly seat: JoinedSeat; readonly credential: Credential | null },
  told: SeatListeners,
  isHeld: (seat: JoinedSeat) => boolean,
): HeldSeat {
  const unlessLeft =
    <Args extends readonly unknown[]>(listener: (...args: Args) => void) =>
    (...args: Args): void => {
      if (isHeld(seat)) listener(...args);
    };
  const { platform, client } = options;
  const linkListeners: LinkListeners = {
    onMessage: unlessLeft(told.onMessage),
    onSignaling: unlessLeft(told.onSignaling),
    onRefused: unlessLeft(told.onRefused),
    onWarning: unlessLeft(told.onWarning),
  };
  const listeners = {
    ...linkListeners,
    onPaired: unlessLeft(told.onPaired),
    onAlone: unlessLeft(told.onAlone),
    onAttempt: unlessLeft(told.onAttempt),
    isReceiving: told.isReceiving,
  };
  const speaksSessions = (seat.sessionProtocol ?? 1) >= sessionLimits.version && !seat.isLoopback;
  const link = speaksSessions
    ? new SessionLink({ ...options, seat, credential, listeners })
    : new SeatLink(platform, client, seat, linkListeners);
  const { onServers, onNone } = told;
  const iceListeners = { onServers: unlessLeft(onServers), onNone: unlessLeft(onNone) };
  return { seat, link, ice: new SeatIce(seat, options, iceListeners) };
}
