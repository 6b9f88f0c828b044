export { type CallEvent, parseCallEvent } from './call-event.ts';
export {
  type ClientFrame,
  type ClientFrameProblem,
  encodeClientFrame,
  parseClientFrame,
} from './client-frame.ts';
export {
  colliderReplies,
  type Result,
  results,
  roomFullFrame,
  type SessionCodeName,
  sessionCodes,
  unknownClientFrame,
  type WireCode,
  type WireCodeName,
  wireCodes,
} from './codes.ts';
export { type IceConfig, type IceServer, type IceServers, parseIceConfig } from './ice-config.ts';
export {
  type ClientId,
  isLoopbackClientId,
  isTypableRoomName,
  loopbackClientId,
  nobody,
  parseClientId,
  parseRoomId,
  type RoomId,
  reservedNames,
} from './ids.ts';
export {
  byeMessage,
  heartbeatMessage,
  type InnerMessage,
  type InnerMessageProblem,
  isBye,
  isHeartbeat,
  parseInnerMessage,
  type WireCandidate,
} from './inner-message.ts';
export { limits } from './limits.ts';
export {
  type JoinedSeat,
  type JoinReply,
  type JoinReplyBody,
  type JsonText,
  type Params,
  parseJoinReply,
  parseMessageReply,
  type SeatParams,
} from './params.ts';
export {
  isJsonObject,
  type JsonObject,
  type Parsed,
  parsed,
  parseJson,
  parseJsonObject,
  refused,
} from './parsed.ts';
export {
  encodeErrorFrame,
  encodeMessageFrame,
  parseServerFrame,
  type ServerFrame,
} from './server-frame.ts';
export { isPublishable } from './session/published-offer.ts';
export {
  type Received,
  type SendProblem,
  SessionEnd,
} from './session/session-end.ts';
export {
  encodeSessionEvent,
  type MemberView,
  type PeerEvent,
  type PeerView,
  type PeerWhy,
  parseSessionEvent,
  type SessionEvent,
  type SpentOffer,
  sessionEvents,
  type WelcomeEvent,
} from './session/session-event.ts';
export {
  type AckFrame,
  asksForSession,
  encodeSessionFrame,
  isOpening,
  type JoinAnswer,
  type OpeningFrame,
  type PublishedOffer,
  parseSessionFrame,
  type SendFrame,
  type SessionFrame,
  type SessionFrameProblem,
  sessionFrames,
} from './session/session-frame.ts';
export {
  type Credential,
  credential,
  type InstanceId,
  instanceId,
  type OfferId,
} from './session/session-ids.ts';
export { sessionLimits } from './session/session-limits.ts';
export type { JsonSchema, Shape } from './session/shape.ts';
export { unreachable } from './unreachable.ts';
