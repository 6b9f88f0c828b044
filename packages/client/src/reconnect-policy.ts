/** The first delays: most drops are a blip, and the server keeps a seat for only 10 s. */
const firstDelaysMs = [0, 300, 600, 1200] as const;
const steadyDelayMs = 1500;
const steadyForMs = 120_000;
const longestDelayMs = 15_000;
const jitter = 0.3;

export interface ReconnectMoment {
  /** How many attempts failed since the connection was last good; 0 for the first. */
  readonly attempt: number;
  /** For how long there has been no connection. */
  readonly downForMs: number;
  /** In [0, 1). */
  readonly random: number;
  /** Whether there is a peer connection that signaling may have to mend. Default: yes. */
  readonly isInCall?: boolean;
}

/**
 * How long to wait before the next attempt: four quick ones, then every 1.5 s ±30 % for two minutes, then ever
 * slower up to 15 s; outside of a call, slower from the start. It never says stop: the caller ends the call, or it
 * goes on trying.
 */
export function reconnectDelayMs(moment: ReconnectMoment): number {
  const { attempt, downForMs, random, isInCall = true } = moment;
  const first = firstDelaysMs[attempt];
  if (first !== undefined) return first;
  const slowMinutes = Math.max(0, downForMs - (isInCall ? steadyForMs : 0)) / 60_000;
  const base = Math.min(longestDelayMs, steadyDelayMs * 2 ** slowMinutes);
  return Math.min(longestDelayMs, Math.round(base * (1 - jitter + 2 * jitter * random)));
}
