/**
 * What the server says when something goes wrong on a socket: the wire string, the close code
 * (RFC 6455 section 7.4; only 1000-1003, 1007-1011 and 3000-4999 reach every client), and whether the
 * same client may try again.
 */
export interface WireCode {
  /** The `error` of the frame before the close; null where the original sends none. */
  readonly frame: string | null;
  /** The close code; null where the socket stays open. */
  readonly close: number | null;
  readonly retry: boolean;
}

/** The frames that a client has to know: after them its id has no seat. By themselves, so that a page need not load the table. */
export const roomFullFrame = 'Max room capacity reached';
export const unknownClientFrame = "Invalid register request: unknown 'clientid'";

/** [ER1] One table for every reaction on a socket. */
export const wireCodes = {
  unexpectedCmd: { frame: "Invalid message: unexpected 'cmd'", close: null, retry: false },
  notJson: { frame: 'Invalid message: not JSON', close: 1000, retry: false },
  notAnObject: { frame: 'Invalid message: not an object', close: 1000, retry: false },
  notAString: {
    frame: "Invalid message: 'cmd', 'roomid', 'clientid' or 'msg' is not a string",
    close: 1000,
    retry: false,
  },
  notUtf8: { frame: 'Invalid message: not UTF-8', close: 1000, retry: false },
  missingIds: {
    frame: "Invalid register request: missing 'clientid' or 'roomid'",
    close: 1000,
    retry: false,
  },
  unknownClient: {
    frame: unknownClientFrame,
    close: 1000,
    retry: false,
  },
  duplicatedRegister: { frame: 'Duplicated register request', close: 1000, retry: false },
  roomFull: { frame: roomFullFrame, close: 1000, retry: true },
  notRegistered: { frame: 'Client not registered', close: 1000, retry: false },
  missingMsg: { frame: "Invalid send request: missing 'msg'", close: 1000, retry: false },
  serverFull: { frame: 'Server capacity reached', close: 1011, retry: true },
  takenOver: { frame: null, close: 1000, retry: false },
  left: { frame: null, close: 1000, retry: false },
  loopbackEnded: { frame: null, close: 1000, retry: false },
  registerTimeout: { frame: null, close: 1008, retry: true },
  tooFast: { frame: null, close: 1008, retry: true },
  tooBig: { frame: null, close: 1009, retry: false },
  slowReader: { frame: null, close: 1011, retry: true },
  serverError: { frame: null, close: 1011, retry: true },
  shutdown: { frame: null, close: 1001, retry: true },
} as const satisfies Record<string, WireCode>;

export type WireCodeName = keyof typeof wireCodes;

/**
 * [V6] The reactions on a connection that speaks the session protocol, apart from the legacy table: `frame` is the `error` of
 * the `error` event. 4400-4499 are ours (RFC 6455 section 7.4.2).
 */
export const sessionCodes = {
  unexpectedCmd: { frame: 'unexpected-cmd', close: null, retry: false },
  notSeated: { frame: 'not-seated', close: null, retry: false },
  alreadySeated: { frame: 'already-seated', close: null, retry: false },
  offerRefused: { frame: 'offer-refused', close: null, retry: false },
  storeFull: { frame: 'server-full', close: null, retry: true },
  malformed: { frame: 'malformed', close: 4400, retry: false },
  takenOver: { frame: null, close: 4401, retry: false },
  gone: { frame: null, close: 4404, retry: false },
  silent: { frame: null, close: 4408, retry: true },
  watchersFull: { frame: 'watchers-full', close: 4409, retry: true },
  watchIdle: { frame: null, close: 4410, retry: true },
  tooBig: { frame: 'too-big', close: 4413, retry: false },
  tooFast: { frame: 'too-fast', close: 4429, retry: true },
  serverFull: { frame: 'server-full', close: 4453, retry: true },
  left: { frame: null, close: 1000, retry: false },
  slowReader: { frame: null, close: 1011, retry: true },
  serverError: { frame: null, close: 1011, retry: true },
  shutdown: { frame: null, close: 1001, retry: true },
} as const satisfies Record<string, WireCode>;

export type SessionCodeName = keyof typeof sessionCodes;

/** [JN1] [MS1] The `result` of `POST /join` and `POST /message`. */
export const results = {
  success: 'SUCCESS',
  full: 'FULL',
  unknownRoom: 'UNKNOWN_ROOM',
  unknownClient: 'UNKNOWN_CLIENT',
  error: 'ERROR',
  /** [AN2] Of `POST /a/` only. */
  invalidRequest: 'INVALID_REQUEST',
} as const;

export type Result = (typeof results)[keyof typeof results];

/** [CP1]-[CP5] The plain-text replies of the Collider's HTTP side. */
export const colliderReplies = {
  ok: 'OK\n',
  emptyBody: 'Empty request body\n',
  queueFull: 'Failed to send the message: Too many messages queued for the client\n',
  unknownClient: 'Failed to send the message: Unknown client\n',
  notUtf8: 'Failed to send the message: Not UTF-8\n',
} as const;
