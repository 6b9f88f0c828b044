import { type Parsed, parsed, parseJsonObject, refused } from '../parsed.ts';
import { isPublishable } from './published-offer.ts';
import { clientId, credential, instanceId, offerId, roomId } from './session-ids.ts';
import { sessionLimits } from './session-limits.ts';
import { flag, list, literal, object, text, type ValueOf, whole } from './shape.ts';

const version = literal(sessionLimits.version);
const message = text(1, sessionLimits.maxMessageLength);

/** What a published offer is made of: the offer's message without candidates, and they beside it. */
const publishedOffer = object({
  id: offerId,
  msg: message,
  candidates: list(message, sessionLimits.maxOfferCandidates),
});

/** [V3] The frames of a client, by their `cmd`: the wire's own names, and the one description of them. */
export const sessionFrames = {
  watch: object({ v: version, cmd: literal('watch'), roomid: roomId }),
  join: object(
    { v: version, cmd: literal('join'), roomid: roomId, instance: instanceId },
    {
      answer: object({ offer: offerId, messages: list(message, sessionLimits.maxAnswerMessages) }),
    },
  ),
  resume: object({
    v: version,
    cmd: literal('resume'),
    roomid: roomId,
    instance: instanceId,
    credential,
  }),
  register: object({
    v: version,
    cmd: literal('register'),
    roomid: roomId,
    clientid: clientId,
    instance: instanceId,
  }),
  send: object({ cmd: literal('send'), epoch: whole(1), n: whole(1), msg: message }),
  ack: object({ cmd: literal('ack'), epoch: whole(1), n: whole(0) }),
  media: object({ cmd: literal('media'), receiving: flag }),
  publish: object({ cmd: literal('publish'), offer: publishedOffer }),
  unpublish: object({ cmd: literal('unpublish') }),
  leaving: object({ cmd: literal('leaving') }),
  leave: object({ cmd: literal('leave') }),
} as const;

type Frames = typeof sessionFrames;

/** A client's frame, its keys as on the wire. */
export type SessionFrame = { [Cmd in keyof Frames]: ValueOf<Frames[Cmd]> }[keyof Frames];
export type OpeningFrame = Extract<SessionFrame, { readonly v: 2 }>;
export type SendFrame = ValueOf<Frames['send']>;
export type AckFrame = ValueOf<Frames['ack']>;
export type PublishedOffer = ValueOf<typeof publishedOffer>;
export type JoinAnswer = NonNullable<ValueOf<Frames['join']>['answer']>;

/** Why a frame was refused; each is a name in `sessionCodes`. */
export type SessionFrameProblem = 'malformed' | 'unexpectedCmd' | 'offerRefused';

/** [V2] Whether a connection's first frame asks for this protocol. Anything else is a legacy client's. */
export function asksForSession(firstFrame: string): boolean {
  const json = parseJsonObject(firstFrame);
  return json.ok && json.value['v'] === sessionLimits.version;
}

/** [V3] [V5] Reads any frame of a client that speaks this protocol. Never throws. */
export function parseSessionFrame(frame: string): Parsed<SessionFrame, SessionFrameProblem> {
  const json = parseJsonObject(frame);
  if (!json.ok) return refused('malformed');
  const { cmd } = json.value;
  if (typeof cmd !== 'string') return refused('malformed');
  if (!isCmd(cmd)) return refused('unexpectedCmd');
  const read: SessionFrame | undefined = sessionFrames[cmd].read(json.value);
  if (read === undefined) return refused('malformed');
  if (read.cmd === 'publish' && !isPublishable(read.offer.msg)) return refused('offerRefused');
  return parsed(read);
}

function isCmd(cmd: string): cmd is keyof Frames {
  return Object.hasOwn(sessionFrames, cmd);
}

export function isOpening(frame: SessionFrame): frame is OpeningFrame {
  return 'v' in frame;
}

/** Writes a frame as a client sends it. */
export function encodeSessionFrame(frame: SessionFrame): string {
  return JSON.stringify(frame);
}
