import { createHash } from 'node:crypto';
import type { ClientId, InstanceId, OfferId } from '@apprtc/protocol';
import { SimulatedMail } from '@apprtc/testkit';
import type { Command } from '../command.ts';
import type { ConnectionId } from '../connection-id.ts';
import { brokenInvariants } from '../invariants.ts';
import { defaultPolicy, type Policy } from '../policy.ts';
import { emptyRoom, type Room, slotOfClient } from '../room.ts';
import { transition } from '../transition.ts';
import type { SeatProof } from './seat-proof.ts';

/** A room, and what its clients know: enough to say what can happen next. */
interface State {
  readonly room: Room;
  readonly nowMs: number;
  /** The newest credential of each client, by the name of its instance. */
  readonly proofs: Readonly<Record<string, SeatProof>>;
  readonly restoresUntilMs: number;
}

/** How a state came about: what was done last, and before. */
interface Path {
  readonly deed: string;
  readonly before: Path | null;
}

interface Found {
  readonly state: State;
  readonly path: Path | null;
}

export interface SearchBounds {
  readonly maxStates: number;
  /** Asked before each state is left behind; whether the search is to end. */
  readonly isOver?: () => boolean;
}

const names = ['a', 'b', 'c'] as const;

function commandsOf(state: State): readonly Command[] {
  return [...names.flatMap((name) => commandsOfSession(name, state)), ...legacyCommands];
}

function commandsOfSession(name: string, { proofs }: State): readonly Command[] {
  const connection = name as ConnectionId;
  const instance = `instance-${name}` as InstanceId;
  const clientId = `client-${name}` as ClientId;
  const proof = proofs[name];
  const offer = { id: 'o1' as OfferId, msg: 'offer', candidates: ['candidate'] };
  const commands: Command[] = [
    { type: 'sessionJoin', connection, clientId, instance, answer: null },
    { type: 'drop', connection },
    { type: 'sessionLeaving', connection },
    { type: 'sessionLeave', connection },
  ];
  if (name === 'a') commands.push({ type: 'publish', connection, offer });
  if (name === 'b') {
    const answer = { offer: offer.id, messages: ['answer'] };
    commands.push({ type: 'sessionJoin', connection, clientId, instance, answer });
    commands.push({ type: 'sessionMedia', connection, isReceiving: true });
  }
  if (proof === undefined) return commands;
  const reloaded = `${instance}-anew` as InstanceId;
  const isReloaded = proof.instance === reloaded;
  return [
    ...commands,
    { type: 'sessionResume', connection, instance: proof.instance, proof },
    { type: 'sessionResume', connection, instance: isReloaded ? instance : reloaded, proof },
  ];
}

const legacyCommands: readonly Command[] = [
  { type: 'join', clientId: 'legacy' as ClientId, loopback: false },
  {
    type: 'register',
    clientId: 'legacy' as ClientId,
    connection: 'legacy' as ConnectionId,
    issued: true,
  },
  { type: 'send', connection: 'legacy' as ConnectionId, message: 'hello' },
  { type: 'drop', connection: 'legacy' as ConnectionId },
  { type: 'leave', clientId: 'legacy' as ClientId },
];

/** What comes of a command; null where no client could give it. */
function after(state: State, command: Command): State | null {
  if (!isPossible(state.room, command)) return null;
  const policy = policyOf(state);
  const decision = transition(state.room, command, state.nowMs, policy);
  const proofs = { ...state.proofs };
  for (const effect of decision.effects) {
    if (effect.kind !== 'tell') continue;
    const { telling } = effect;
    if (telling.kind === 'welcome' || telling.kind === 'peer') {
      proofs[effect.connection] = telling.seat;
    }
  }
  new SimulatedMail().apply(decision.mail);
  return { ...state, room: decision.room, proofs };
}

/** A connection that is in use opens nothing new, and one that isn't says nothing. */
function isPossible(room: Room, command: Command): boolean {
  // The ids of joins are fresh.
  const isHeld = 'clientId' in command && slotOfClient(room, command.clientId) !== null;
  if (isHeld && (command.type === 'join' || command.type === 'sessionJoin')) return false;
  if (!('connection' in command)) return true;
  const isIn = [
    ...room.seats.flatMap((seat) => (seat === null ? [] : [seat.presence])),
    ...room.watchers,
    ...room.leavers,
  ].some((each) => 'connection' in each && each.connection === command.connection);
  const opens = command.type === 'sessionResume' || command.type === 'register';
  return opens ? !isIn : command.type === 'sessionJoin' || isIn;
}

function policyOf({ restoresUntilMs }: State): Policy {
  return { ...defaultPolicy, restoresUntilMs };
}

/** States that differ only in their times and in how far epochs have come behave alike. */
function keyOf({ room, nowMs, proofs, restoresUntilMs }: State): string {
  const epochs = [...new Set(JSON.stringify([room, proofs]).match(/"(?:epoch|rank)":\d+/g))]
    .map((each) => Number(each.split(':')[1]))
    .sort((a, b) => a - b);
  return JSON.stringify([room, proofs, restoresUntilMs > nowMs], (key, value: unknown) => {
    if (key === 'epoch' || key === 'rank') return epochs.indexOf(Number(value));
    if (key === 'untilMs') return Math.ceil((Number(value) - nowMs) / 5_000);
    return key === 'heardMs' && value !== null ? 0 : value;
  });
}

function nextOf({ state, path }: Found): readonly Found[] {
  const restarted: State = {
    ...state,
    room: emptyRoom,
    nowMs: state.nowMs + 50,
    restoresUntilMs: state.nowMs + 15_050,
  };
  const later = { ...state, nowMs: state.nowMs + 10_000 };
  const waited = after(later, { type: 'expire' });
  const commanded = commandsOf(state).flatMap((command) => {
    const next = after(state, command);
    return next === null ? [] : [foundAfter(path, JSON.stringify(command), next)];
  });
  return [
    ...commanded,
    ...(waited === null ? [] : [foundAfter(path, '10 s pass', waited)]),
    foundAfter(path, 'restart with an empty memory', restarted),
  ];
}

function foundAfter(before: Path | null, deed: string, state: State): Found {
  return { state, path: { deed, before } };
}

/** Breadth first, each state once: the shortest way to a broken one comes first. Throws with that way. */
export function searchSessions({ maxStates, isOver = () => false }: SearchBounds): {
  readonly states: number;
  readonly depth: number;
} {
  const seen = new Set<string>();
  const state: State = { room: emptyRoom, nowMs: 1_000, proofs: {}, restoresUntilMs: 0 };
  let frontier: Found[] = [{ state, path: null }];
  let depth = 0;
  for (; frontier.length > 0; depth += 1) {
    const next: Found[] = [];
    for (const each of frontier) {
      if (seen.size >= maxStates || isOver()) return { states: seen.size, depth };
      for (const found of nextOf(each)) {
        const key = digestOf(keyOf(found.state));
        if (seen.has(key)) continue;
        seen.add(key);
        check(found);
        next.push(found);
      }
    }
    frontier = next;
  }
  return { states: seen.size, depth };
}

/** A key is a kilobyte long, and there are hundreds of thousands. */
function digestOf(key: string): string {
  return createHash('sha1').update(key).digest('base64');
}

function check({ state, path }: Found): void {
  const broken = brokenInvariants(state.room, state.nowMs, policyOf(state));
  if (broken.length === 0) return;
  throw new Error(`${broken.join(', ')} after\n${deedsOf(path).join('\n')}`);
}

function deedsOf(path: Path | null): readonly string[] {
  const deeds: string[] = [];
  for (let at = path; at !== null; at = at.before) deeds.unshift(at.deed);
  return deeds;
}
