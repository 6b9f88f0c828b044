export { isTypableRoomName, parseRoomId } from '@apprtc/protocol';
export type {
  Call,
  CallEvents,
  CallState,
  EndReason,
  JoinOptions,
  Lobby,
  OpenOptions,
  SignalingState,
} from './api.ts';
export type { Platform } from './platform.ts';
