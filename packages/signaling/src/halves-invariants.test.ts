import { byeMessage, isBye, isLoopbackClientId } from '@apprtc/protocol';
import { RoomSimulation } from '@apprtc/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenInvariants } from './invariants.ts';

type Deed = 'join' | 'register' | 'post' | 'send' | 'bye' | 'drop' | 'leave' | 'delete';
type Step =
  | { readonly deed: Deed; readonly client: string }
  | { readonly deed: 'wait'; readonly ms: number };

const client = fc.constantFrom('A', 'B', 'C', 'D', 'loopback_client_id');
const wait = fc.record({
  deed: fc.constant('wait' as const),
  ms: fc.constantFrom(1, 9_999, 10_000, 30_000, 600_000),
});

function stepsOf(...deeds: readonly Deed[]): fc.Arbitrary<Step[]> {
  const deed = fc.record({ deed: fc.constantFrom(...deeds), client });
  const step = fc.oneof({ weight: 8, arbitrary: deed }, { weight: 1, arbitrary: wait });
  return fc.array(step, { minLength: 10, maxLength: 60 });
}

/** Does one thing, as far as it can be done, and answers with what a join was given. */
function play(room: RoomSimulation, step: Step, message: string): readonly string[] {
  if (step.deed === 'wait') {
    room.advance(step.ms);
    return [];
  }
  const { deed, client } = step;
  const isSocket = deed === 'send' || deed === 'drop';
  if (isSocket && !room.isOpen(client)) return [];
  // Ids are fresh in each join.
  if (deed === 'join' && (room.seated().includes(client) || isLoopbackClientId(client))) return [];
  if (deed === 'join') return room.join(client).messages;
  if (deed === 'post') room.post(client, message);
  else if (deed === 'bye') room.post(client, byeMessage);
  else if (deed === 'send') room.send(client, message);
  else if (deed === 'register') room.register(client, false);
  else room[deed](client);
  return [];
}

describe('whatever happens in a half', () => {
  const runs = { numRuns: 300, seed: 20_251 };

  it('[TW8] [TW9] [TW10] the invariants hold where the joins are made elsewhere', () => {
    const deeds = stepsOf('register', 'post', 'send', 'bye', 'drop', 'leave', 'delete');
    fc.assert(
      fc.property(deeds, (steps) => {
        const room = new RoomSimulation({ admission: 'elsewhere' });
        steps.forEach((step, order) => {
          play(room, step, `m${order}`);
          expect(brokenInvariants(room.room, room.nowMs, room.policy)).toEqual([]);
        });
        const heard = room.heard.flatMap(({ message }) => (isBye(message) ? [] : [message]));
        expect(new Set(heard).size).toBe(heard.length);
      }),
      runs,
    );
  });

  it('[TW2] [TW3] they hold where messages are forwarded, nothing is delivered and nothing given twice', () => {
    const deeds = stepsOf('join', 'post', 'bye', 'leave');
    fc.assert(
      fc.property(deeds, (steps) => {
        const room = new RoomSimulation({ relay: 'forward' });
        const given: string[] = [];
        steps.forEach((step, order) => {
          given.push(...play(room, step, `m${order}`));
          expect(brokenInvariants(room.room, room.nowMs, room.policy)).toEqual([]);
        });
        expect(room.heard).toEqual([]);
        expect(given.some(isBye)).toBe(false);
        expect(new Set(given).size).toBe(given.length);
      }),
      runs,
    );
  });
});
