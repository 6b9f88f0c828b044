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
export { unreachable } from './unreachable.ts';
