import {
  type Credential,
  credential as credentialShape,
  type JoinedSeat,
  parseClientId,
  parseRoomId,
} from '@apprtc/protocol';
import type { Platform } from './platform.ts';

/** Where a seat waits for its holder's return: a reload, a crash, a tab that was closed. Its texts are secrets. */
export interface SeatStorage {
  /**
   * What was kept last, unless a living tab uses it; from now on this one does. `byForce`: though another one does.
   * Never rejects.
   */
  claim(key: string, byForce: boolean): Promise<string | null>;
  /** What is claimed or kept is in use until it is released. */
  keep(key: string, text: string): void;
  /** The call is over. `isForgotten`: for good, there is nothing to come back to. */
  release(key: string, text: string, isForgotten: boolean): void;
}

/** A seat that can be come back to. */
export interface KeptSeat {
  readonly seat: JoinedSeat;
  readonly credential: Credential;
}

/** Reads what was kept; null for anything else. */
export function parseKeptSeat(text: string | null): KeptSeat | null {
  try {
    const { seat, credential: kept } = JSON.parse(text ?? '') as KeptSeat;
    const credential = credentialShape.read(kept);
    const isSeat = parseRoomId(seat.roomId).ok && parseClientId(seat.clientId).ok;
    const isWhole = isSeat && URL.canParse(seat.wssUrl) && Array.isArray(seat.messages);
    return isWhole && credential !== undefined ? { seat, credential } : null;
  } catch {
    return null;
  }
}

export async function claimSeat(
  platform: Platform,
  key: string,
  byForce: boolean,
): Promise<KeptSeat | null> {
  return parseKeptSeat((await platform.seats?.claim(key, byForce)) ?? null);
}
