export type {
  Command,
  DeleteCommand,
  DropCommand,
  ExpireCommand,
  JoinCommand,
  LeaveCommand,
  PostCommand,
  RegisterCommand,
  SendCommand,
} from './command.ts';
export type { ConnectionId } from './connection-id.ts';
export type {
  Decision,
  Done,
  Effect,
  JoinOutcome,
  MailOp,
  Outcome,
  PostOutcome,
  RegisterOutcome,
} from './decision.ts';
export { nextDeadline } from './expire.ts';
export { brokenInvariants } from './invariants.ts';
export { isSeated } from './is-seated.ts';
export { wouldBeFull } from './join.ts';
export { type Admission, defaultPolicy, type Policy } from './policy.ts';
export {
  type Box,
  departed,
  emptyRoom,
  isForgettable,
  type Lapsed,
  type Leaver,
  type LoopbackWaiter,
  type Offer,
  offerBox,
  type Pair,
  type Presence,
  type Reservation,
  type Room,
  type Seat,
  type SessionSeat,
  type Slot,
  type Watcher,
} from './room.ts';
export { type EventContext, eventsOf, type Mail } from './session/events-of.ts';
export type { SeatProof } from './session/seat-proof.ts';
export type {
  PublishCommand,
  SessionAckCommand,
  SessionCommand,
  SessionJoinCommand,
  SessionLeaveCommand,
  SessionMediaCommand,
  SessionRegisterCommand,
  SessionResumeCommand,
  SessionSendCommand,
  UnpublishCommand,
  WatchCommand,
} from './session/session-command.ts';
export type { MemberSight, OfferSight, Telling } from './session/telling.ts';
export type { Committed, LoadedRoom, MaybePromise, Peeked, RoomStore } from './store.ts';
export { transition } from './transition.ts';
