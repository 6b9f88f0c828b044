import { sessionLimits } from '@apprtc/protocol';

/**
 * - `issued`: only ids that bear our signature may register
 * - `open`: any id may
 * - `elsewhere`: any, and a room server that isn't ours makes the joins: whom it lets in is believed
 */
export type Admission = 'issued' | 'open' | 'elsewhere';

/** Who is admitted, and how long the room waits for what. All in milliseconds. */
export interface Policy {
  readonly admission: Admission;
  /**
   * `here`: what a member says is delivered or waits here. `forward`: the sockets are elsewhere, so what is said
   * between two members is for the caller to forward, and no `bye` is owed or delivered.
   */
  readonly relay: 'here' | 'forward';
  /** [ST5] A closed socket keeps its seat for this long. */
  readonly graceMs: number;
  /** [ST6] A seat that nobody registered is freed after this. */
  readonly pendingSeatMs: number;
  /** [ST27] A leaver's socket is closed after this. */
  readonly leaverCloseMs: number;
  /** [LB8] A loopback socket waits this long for its room. */
  readonly loopbackWaitMs: number;
  /** [ST18] What waited for an expired seat is forgotten after this. */
  readonly lapsedMailMs: number;
  /** [V25] A session's seat ends so long after its last sign of life. */
  readonly seatGraceMs: number;
  /** [V37] A seat whose page said that it is going is kept for its credential so long. */
  readonly leavingMs: number;
  /** [V42] A watcher that says nothing is closed after this. */
  readonly watchIdleMs: number;
  /** [V38] Until this time of the caller's clock a credential goes before a newcomer: soon after a start. */
  readonly restoresUntilMs: number;
  /** [V8] What the caller's clock lacks to Unix time: epochs grow across restarts. */
  readonly unixOffsetMs: number;
}

export const defaultPolicy: Policy = {
  admission: 'issued',
  relay: 'here',
  graceMs: 10_000,
  pendingSeatMs: 60_000,
  leaverCloseMs: 10_000,
  loopbackWaitMs: 30_000,
  lapsedMailMs: 600_000,
  seatGraceMs: sessionLimits.seatGraceMs,
  leavingMs: sessionLimits.leavingMs,
  watchIdleMs: sessionLimits.watchIdleMs,
  restoresUntilMs: 0,
  unixOffsetMs: 0,
};
