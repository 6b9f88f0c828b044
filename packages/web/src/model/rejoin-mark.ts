/** Left in the tab while in a call, so that a reload finds its way back. */
export interface RejoinMark {
  readonly room: string;
  readonly isMicOn: boolean;
  readonly isCameraOn: boolean;
  /** When the page was left, by the wall clock; null while it lives (or if it crashed). */
  readonly leftAtMs: number | null;
}

/** Coming back after longer than this, one is asked before the camera goes on. */
export const rejoinWithinMs = 10 * 60_000;

/**
 * Whether a freshly loaded page was in this call a moment ago.
 * A duplicated tab copies the mark while the first one lives: it has to ask.
 */
export function shouldRejoin(
  mark: RejoinMark | null,
  room: string,
  navigationType: string,
  nowMs: number,
): mark is RejoinMark {
  if (mark === null || mark.room !== room) return false;
  if (mark.leftAtMs === null) return navigationType === 'reload';
  const isReturn = navigationType === 'reload' || navigationType === 'back_forward';
  return isReturn && nowMs - mark.leftAtMs <= rejoinWithinMs;
}

/** Reads a stored mark; null for anything else. */
export function parseRejoinMark(text: string | null): RejoinMark | null {
  if (text === null) return null;
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return null;
    const { room, isMicOn, isCameraOn, leftAtMs } = json as Record<string, unknown>;
    if (typeof room !== 'string') return null;
    return {
      room,
      isMicOn: isMicOn !== false,
      isCameraOn: isCameraOn !== false,
      leftAtMs: typeof leftAtMs === 'number' ? leftAtMs : null,
    };
  } catch {
    return null;
  }
}
