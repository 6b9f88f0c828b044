import { type Parsed, parsed, parseJsonObject, refused } from '../parsed.ts';
import { clientId, credential, offerId } from './session-ids.ts';
import { sessionLimits } from './session-limits.ts';
import {
  flag,
  list,
  literal,
  nullable,
  object,
  oneOf,
  text,
  type ValueOf,
  whole,
} from './shape.ts';

const message = text(1, sessionLimits.maxMessageLength);
const word = text(1, 64);

/** The other member: what it speaks, and whether it has a connection. */
const peer = object({ protocol: oneOf(1, 2), state: oneOf('here', 'away') });

/** A member as a watcher sees it; `heard`: milliseconds since its last sign of life. */
const member = object({ state: oneOf('here', 'away'), heard: whole(0) });

/**
 * What became of the receiver's published offer: `given` messages of it were said on its behalf, and count as its
 * first ones of the epoch: the candidates where a join answered it, else the offer and then the candidates.
 */
const spentOffer = object({ id: offerId, answered: flag, given: whole(0) });

/** [V4] The server's events, by name: the wire's own names, and the one description of them. */
export const sessionEvents = {
  welcome: object(
    {
      event: literal('welcome'),
      clientid: clientId,
      credential,
      slot: oneOf(0, 1),
      initiator: flag,
      epoch: whole(0),
      peer: nullable(peer),
      tick: whole(1),
    },
    { answered: flag, offer: spentOffer },
  ),
  peer: object(
    {
      event: literal('peer'),
      peer: nullable(peer),
      epoch: whole(0),
      initiator: flag,
      credential,
      why: oneOf('joined', 'away', 'back', 'replaced', 'left', 'bye', 'lost'),
    },
    { offer: spentOffer },
  ),
  message: object({ event: literal('message'), epoch: whole(1), n: whole(1), msg: message }),
  ack: object({ event: literal('ack'), epoch: whole(1), n: whole(0) }),
  room: object(
    { event: literal('room'), members: list(member, 2), free: flag },
    { offer: nullable(object({ id: offerId, msg: message })) },
  ),
  full: object({ event: literal('full'), members: list(member, 2) }),
  gone: object({ event: literal('gone'), why: oneOf('credential', 'unknown-client') }),
  tick: object({ event: literal('tick') }),
  moving: object({ event: literal('moving'), within: whole(0) }),
  error: object({ event: literal('error'), error: word }),
  session: object({ event: literal('session'), id: text(16, 128) }),
} as const;

type Events = typeof sessionEvents;

/** A server's frame, its keys as on the wire. */
export type SessionEvent = { [Name in keyof Events]: ValueOf<Events[Name]> }[keyof Events];
export type WelcomeEvent = ValueOf<Events['welcome']>;
export type PeerEvent = ValueOf<Events['peer']>;
export type PeerWhy = PeerEvent['why'];
export type PeerView = ValueOf<typeof peer>;
export type MemberView = ValueOf<typeof member>;
export type SpentOffer = ValueOf<typeof spentOffer>;

/** [V4] Reads a server's frame. An event of another name is for the client to ignore. Never throws. */
export function parseSessionEvent(
  frame: string,
): Parsed<SessionEvent, 'not-json' | 'not-an-object' | 'unknown-event' | 'malformed-event'> {
  const json = parseJsonObject(frame);
  if (!json.ok) return json;
  const { event } = json.value;
  if (typeof event !== 'string' || !isEventName(event)) return refused('unknown-event');
  const read: SessionEvent | undefined = sessionEvents[event].read(json.value);
  return read === undefined ? refused('malformed-event') : parsed(read);
}

function isEventName(event: string): event is keyof Events {
  return Object.hasOwn(sessionEvents, event);
}

/** Writes an event as the server sends it. */
export function encodeSessionEvent(event: SessionEvent): string {
  return JSON.stringify(event);
}
