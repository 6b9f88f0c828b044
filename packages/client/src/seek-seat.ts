import type { JoinedSeat } from '@apprtc/protocol';
import type { EndReason } from './api.ts';
import { delay } from './deadline.ts';
import type { Platform } from './platform.ts';
import { reconnectDelayMs } from './reconnect-policy.ts';
import type { RoomClient } from './room-client.ts';

export interface SeatSearch {
  readonly platform: Platform;
  readonly client: RoomClient;
  readonly room: string;
  readonly query: string;
  /** Whether nobody wants the seat any more. */
  readonly isGivenUp: () => boolean;
}

/** A seat, or why the call is over without one. */
export type SeatFound =
  | { readonly seat: JoinedSeat }
  | { readonly seat: null; readonly endReason: EndReason };

const seekForMs = 120_000;

/** Asks for a seat until there is one, the room is full, or two minutes have brought no usable reply. */
export async function seekSeat(search: SeatSearch): Promise<SeatFound> {
  const { platform, client, room, query, isGivenUp } = search;
  const startedMs = platform.nowMs();
  for (let attempt = 1; !isGivenUp(); attempt += 1) {
    const outcome = await client.join(room, query);
    if (outcome.ok) {
      const { reply } = outcome;
      return reply.result === 'FULL'
        ? { seat: null, endReason: 'seat-lost' }
        : { seat: reply.seat };
    }
    const downForMs = platform.nowMs() - startedMs;
    if (downForMs >= seekForMs) return { seat: null, endReason: 'server-unreachable' };
    const random = platform.random();
    await delay(platform, reconnectDelayMs({ attempt, downForMs, random }));
  }
  // It has ended already, which no reason changes.
  return { seat: null, endReason: 'hung-up' };
}
