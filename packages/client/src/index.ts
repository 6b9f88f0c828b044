export { isTypableRoomName, parseRoomId } from '@apprtc/protocol';
export type {
  Attempt,
  Call,
  CallEvents,
  CallState,
  EndReason,
  JoinOptions,
  Lobby,
  MediaPath,
  OpenOptions,
  Recovery,
  RelayProblem,
  RelayProblemCode,
  SignalingState,
  Simulation,
  TurnTransport,
} from './api.ts';
export { type BlackVideo, blackVideoTrack } from './black-video-track.ts';
export { CallError, type CallErrorReason } from './call-error.ts';
export { offersRelay } from './ice-configuration.ts';
export {
  getLocalMedia,
  type LocalMedia,
  type LocalMediaRequest,
  type MediaEnvironment,
  type MediaProblem,
} from './local-media.ts';
export { LoopbackPeer, type LoopbackPeerOptions } from './loopback-peer.ts';
export { mediaRequestOf } from './media-parameters.ts';
export { join, open } from './open.ts';
export type { Platform, PlatformSocket } from './platform.ts';
export { type CallStats, mediaPathOf, readStats } from './read-stats.ts';
export { probeRelay, type RelayProbeOptions } from './relay-probe.ts';
export type { SeatStorage } from './seat-storage.ts';
