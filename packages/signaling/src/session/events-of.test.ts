import type { ClientId, Credential, InstanceId, OfferId } from '@apprtc/protocol';
import { describe, expect, it } from 'vitest';
import type { ConnectionId } from '../connection-id.ts';
import { defaultPolicy } from '../policy.ts';
import { emptyRoom } from '../room.ts';
import { transition } from '../transition.ts';
import { type EventContext, eventsOf } from './events-of.ts';
import type { SeatProof } from './seat-proof.ts';

const context: EventContext = {
  credentialOf: ({ clientId, epoch }) => `${clientId}@${epoch}` as Credential,
  heardAgoMs: () => 1_234.5,
  nowMs: 100_000,
};
const noMail = { drained: [] };
const id = 'o1' as OfferId;
const here = { state: 'here', connection: 'c1' as ConnectionId, heardMs: null } as const;

describe('the events that a decision stands for', () => {
  it('[V9] a welcome carries a credential that is made for its seat', () => {
    const seat: SeatProof = {
      ...{ clientId: 'client' as ClientId, instance: 'instance' as InstanceId },
      ...{ slot: 1, isInitiator: false, epoch: 7 },
    };
    const more = { peer: null, isAnswerTaken: null, spentOffer: null };
    expect(eventsOf({ kind: 'welcome', seat, ...more }, noMail, context)).toEqual([
      {
        ...{ event: 'welcome', clientid: 'client', credential: 'client@7', slot: 1 },
        ...{ initiator: false, epoch: 7, peer: null, tick: 5_000 },
      },
    ]);
  });

  it('[V20] what waits comes with the numbers that it has, and nothing where nothing waits', () => {
    const telling = { kind: 'peeked', epoch: 7 } as const;
    const mail = { drained: [], peeked: { first: 3, messages: ['x', 'y'] } };
    expect(eventsOf(telling, mail, context)).toEqual([
      { event: 'message', epoch: 7, n: 3, msg: 'x' },
      { event: 'message', epoch: 7, n: 4, msg: 'y' },
    ]);
    expect(eventsOf(telling, noMail, context)).toEqual([]);
  });

  it('[V30] [V31] of an offer an answerer lacks the candidates, another joiner all', () => {
    const mail = { drained: ['offer', 'candidate'] };
    const said = (isAnswered: boolean) =>
      eventsOf({ kind: 'drained-offer', epoch: 7, isAnswered }, mail, context);
    expect(said(true)).toEqual([{ event: 'message', epoch: 7, n: 1, msg: 'candidate' }]);
    expect(said(false)).toHaveLength(2);
  });

  it('[V41] a watcher is shown the offer that lies in its box, or none where the box is empty', () => {
    const offer = { kind: 'peeked', id } as const;
    const telling = { kind: 'room', members: [here], isFree: true, offer } as const;
    const members = [{ state: 'here', heard: 1_235 }];
    const mail = { drained: [], peeked: { first: 1, messages: ['offer', 'candidate'] } };
    expect(eventsOf(telling, mail, context)).toEqual([
      { event: 'room', members, free: true, offer: { id, msg: 'offer' } },
    ]);
    expect(eventsOf(telling, noMail, context)).toEqual([
      { event: 'room', members, free: true, offer: null },
    ]);
  });

  it('[V11] a member without a connection was heard when the room says, or just now', () => {
    const away = { state: 'away', connection: null, heardMs: 97_000 } as const;
    const members = [away, { ...away, heardMs: null }];
    expect(eventsOf({ kind: 'full', members }, noMail, context)).toEqual([
      {
        event: 'full',
        members: [
          { state: 'away', heard: 3_000 },
          { state: 'away', heard: 0 },
        ],
      },
    ]);
  });

  it('[V6] a refusal is the error of its row, or the name of a row that has none', () => {
    const refused = (code: 'notSeated' | 'silent') =>
      eventsOf({ kind: 'refused', code }, noMail, context);
    expect(refused('notSeated')).toEqual([{ event: 'error', error: 'not-seated' }]);
    expect(refused('silent')).toEqual([{ event: 'error', error: 'silent' }]);
  });

  it('what nobody knows is a bug, not a silence', () => {
    const unknown = { kind: 'dance' } as never;
    expect(() => eventsOf(unknown, noMail, context)).toThrow('Unreachable');
    const room = { kind: 'room', members: [], isFree: true, offer: unknown } as const;
    expect(() => eventsOf(room, noMail, context)).toThrow('Unreachable');
    const command = { type: 'dance' } as never;
    expect(() => transition(emptyRoom, command, 0, defaultPolicy)).toThrow('Unreachable');
  });
});
