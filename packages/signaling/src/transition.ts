import { isBye, isHeartbeat, unreachable } from '@apprtc/protocol';
import type { Command, JoinCommand, PostCommand, RegisterCommand, SendCommand } from './command.ts';
import type {
  Decision,
  Done,
  JoinOutcome,
  Outcome,
  PostOutcome,
  RegisterOutcome,
} from './decision.ts';
import { Draft } from './draft.ts';
import { expire, nextDeadline } from './expire.ts';
import { join } from './join.ts';
import { drop, leave, remove } from './leave.ts';
import type { Policy } from './policy.ts';
import { register } from './register.ts';
import { post, send } from './relay.ts';
import { otherSlot, type Room, slotOfConnection } from './room.ts';
import { publish, unpublish } from './session/publish.ts';
import type { SessionCommand } from './session/session-command.ts';
import { sessionJoin, sessionRegister } from './session/session-join.ts';
import { sessionLeave, sessionLeaving, sessionMedia } from './session/session-leave.ts';
import { sessionAck, sessionSend } from './session/session-relay.ts';
import { sessionResume } from './session/session-resume.ts';
import { tellWatchers, unwatch, watch } from './session/watch.ts';

const done: Done = { kind: 'done' };

/**
 * Decides all that follows from a command: the next room, what its mailboxes do, and the effects, in order.
 * Pure. `nowMs` is the caller's clock, which never goes back.
 */
export function transition(
  room: Room,
  command: JoinCommand,
  nowMs: number,
  policy: Policy,
): Decision<JoinOutcome>;
export function transition(
  room: Room,
  command: RegisterCommand,
  nowMs: number,
  policy: Policy,
): Decision<RegisterOutcome>;
export function transition(
  room: Room,
  command: PostCommand,
  nowMs: number,
  policy: Policy,
): Decision<PostOutcome>;
export function transition(
  room: Room,
  command: Exclude<Command, JoinCommand | RegisterCommand | PostCommand>,
  nowMs: number,
  policy: Policy,
): Decision<Done>;
export function transition(room: Room, command: Command, nowMs: number, policy: Policy): Decision;
export function transition(room: Room, command: Command, nowMs: number, policy: Policy): Decision {
  if (command.type === 'send') {
    const relayed = relayAtOnce(room, command, nowMs);
    if (relayed !== null) return relayed;
  }
  const draft = new Draft(room, nowMs, policy);
  expire(draft);
  const outcome = obey(draft, command);
  tellWatchers(draft, room);
  return draft.decide(outcome);
}

function obey(draft: Draft, command: Command): Outcome {
  switch (command.type) {
    case 'join':
      return join(draft, command);
    case 'register':
      return register(draft, command);
    case 'send':
      return send(draft, command);
    case 'post':
      return post(draft, command);
    case 'leave':
      return leave(draft, command);
    case 'delete':
      return remove(draft, command);
    case 'drop':
      return drop(draft, command);
    case 'expire':
      return done;
    default:
      return obeySession(draft, command);
  }
}

function obeySession(draft: Draft, command: SessionCommand): Outcome {
  switch (command.type) {
    case 'sessionJoin':
      return sessionJoin(draft, command);
    case 'sessionResume':
      return sessionResume(draft, command);
    case 'sessionRegister':
      return sessionRegister(draft, command);
    case 'sessionSend':
      return sessionSend(draft, command);
    case 'sessionAck':
      return sessionAck(draft, command);
    case 'sessionMedia':
      return sessionMedia(draft, command);
    case 'sessionLeaving':
      return sessionLeaving(draft, command);
    case 'sessionLeave':
      return sessionLeave(draft, command);
    case 'watch':
      return watch(draft, command);
    case 'unwatch':
      unwatch(draft, command.connection);
      return done;
    case 'publish':
      return publish(draft, command);
    case 'unpublish':
      return unpublish(draft, command);
    default:
      return unreachable(command);
  }
}

const nothing: readonly never[] = [];

/** The common case of `send`, without a draft: both connected, nothing due, nothing special said. */
function relayAtOnce(room: Room, command: SendCommand, nowMs: number): Decision<Done> | null {
  const slot = slotOfConnection(room, command.connection);
  if (slot === null) return null;
  const peer = room.seats[otherSlot(slot)];
  if (room.seats[slot]?.session !== null || peer?.session !== null) return null;
  const { presence } = peer;
  if (presence?.kind !== 'connected') return null;
  const deadline = nextDeadline(room);
  if (deadline !== null && deadline <= nowMs) return null;
  if (isBye(command.message) || isHeartbeat(command.message)) return null;
  const { message } = command;
  const effects = [{ kind: 'deliver', connection: presence.connection, message }] as const;
  return { room, mail: nothing, effects, outcome: done };
}
