/** Every bound and time of the session protocol. Lengths are in UTF-16 code units, sizes in bytes of UTF-8. */
export const sessionLimits = {
  /** The number of this protocol: `v` in a first frame, `session_protocol` in params. */
  version: 2,
  minInstanceLength: 8,
  maxInstanceLength: 64,
  maxOfferIdLength: 64,
  maxCredentialLength: 1024,
  maxMessageLength: 256 * 1024,
  /** Messages of an answer that a join carries. */
  maxAnswerMessages: 64,
  /** Candidates of a published offer. */
  maxOfferCandidates: 64,
  /** Messages that a client keeps until they are acknowledged. */
  maxOutboxMessages: 1024,
  maxOutboxBytes: 512 * 1024,
  /** A room's watchers. */
  maxWatchers: 8,
  /** An address's watchers. */
  maxWatchersOfAddress: 16,
  /** A watcher that says nothing for so long is closed. */
  watchIdleMs: 600_000,
  /** A seat ends so long after its last sign of life. */
  seatGraceMs: 15_000,
  /** After `leaving` its credential has first claim for so long. */
  leavingMs: 10_000,
  /** So long after a start a credential goes before a newcomer. */
  restoreMs: 15_000,
  /** The server's ping and `tick`, and how often `media` is said again. */
  tickMs: 5_000,
  /** Without a frame or pong for so long the server ends the connection; without a frame, the client. */
  silenceMs: 10_000,
} as const;
