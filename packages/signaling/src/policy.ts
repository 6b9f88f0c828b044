/** Who is admitted, and how long the room waits for what. All in milliseconds. */
export interface Policy {
  /** `issued`: only ids that bear our signature may register. `open`: any, for clients of the Collider alone. */
  readonly admission: 'issued' | 'open';
  /** [ST3] A closed socket keeps its seat for this long. */
  readonly graceMs: number;
  /** [ST4] A seat that nobody registered is freed after this. */
  readonly pendingSeatMs: number;
  /** [ST11] A leaver's socket is closed after this. */
  readonly leaverCloseMs: number;
  /** [LB4] A loopback socket waits this long for its room. */
  readonly loopbackWaitMs: number;
  /** [ST8] What waited for an expired seat is forgotten after this. */
  readonly lapsedMailMs: number;
}

export const defaultPolicy: Policy = {
  admission: 'issued',
  graceMs: 10_000,
  pendingSeatMs: 60_000,
  leaverCloseMs: 10_000,
  loopbackWaitMs: 30_000,
  lapsedMailMs: 600_000,
};
