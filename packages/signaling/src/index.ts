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
export { wouldBeFull } from './join.ts';
export { type Admission, defaultPolicy, type Policy } from './policy.ts';
export {
  departed,
  emptyRoom,
  isForgettable,
  type Lapsed,
  type Leaver,
  type LoopbackWaiter,
  type Pair,
  type Presence,
  type Room,
  type Seat,
  type Slot,
} from './room.ts';
export type { Committed, LoadedRoom, MaybePromise, RoomStore } from './store.ts';
export { transition } from './transition.ts';
