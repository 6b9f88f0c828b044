import {
  byeMessage,
  heartbeatMessage,
  isBye,
  isLoopbackClientId,
  loopbackClientId,
} from '@apprtc/protocol';
import { RoomSimulation } from '@apprtc/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDeadline } from './expire.ts';
import { brokenInvariants } from './invariants.ts';
import { emptyRoom, isForgettable, type Room } from './room.ts';

/** One thing that somebody does in a room; clients are named by small numbers so that they meet. */
type Step =
  | { readonly do: 'join'; readonly loopback: boolean }
  | {
      readonly do: 'register' | 'drop' | 'leave' | 'delete' | 'bye' | 'postBye';
      readonly who: number;
    }
  | { readonly do: 'send' | 'post' | 'heartbeat'; readonly who: number }
  | { readonly do: 'loopback'; readonly upper: boolean }
  | { readonly do: 'wait'; readonly ms: number };

const who = fc.nat({ max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('join' as const), loopback: fc.constant(false) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('join' as const), loopback: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('send' as const, 'post' as const), who }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('register' as const), who }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'drop' as const,
        'leave' as const,
        'delete' as const,
        'bye' as const,
        'postBye' as const,
      ),
      who,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('heartbeat' as const), who }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('loopback' as const), upper: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 5_000, 9_999, 10_000, 30_000, 60_000, 600_000),
    }),
  },
);

/** A message that somebody said, and who was meant. */
interface Said {
  readonly from: string;
  readonly order: number;
  /** Who sat opposite; null: nobody. */
  readonly to: string | null;
  /** Whose bye the sender missed then: what it said to the empty seat was meant for that one. */
  readonly missed: string | null;
}

/**
 * Plays steps, and checks after each what must hold whatever happens. It reads the room's value only to
 * know who sat where; what it expects follows from what was said and heard.
 */
class Referee {
  readonly room = new RoomSimulation();
  readonly said = new Map<string, Said>();
  /** Since when (in messages said) each member has held its seat without a break. */
  readonly seatedSince = new Map<string, number>();
  /** Times that somebody came to sit opposite a client. */
  readonly arrivals = new Map<string, number>();
  readonly #clients: string[] = [];
  #checked = 0;

  play(next: Step): void {
    const before = this.room.room;
    this.#do(next);
    this.#noteSeats(before);
    expect(brokenInvariants(this.room.room, this.room.nowMs, this.room.policy)).toEqual([]);
    this.#checkHeard();
    this.#checkNothingIsWithheld();
  }

  #do(next: Step): void {
    if (next.do === 'join') {
      const client = `K${this.#clients.length}`;
      const { outcome, messages } = this.room.join(client, next.loopback);
      if (outcome.kind !== 'joined') return;
      this.#clients.push(client);
      for (const message of messages) this.#give(client, message);
    } else if (next.do === 'wait') {
      this.room.advance(next.ms);
    } else if (next.do === 'loopback') {
      this.room.register(next.upper ? 'LOOPBACK_CLIENT_ID' : 'loopback_client_id');
    } else {
      const client = this.#clients.at(-1 - next.who);
      if (client !== undefined) this.#act(next.do, client);
    }
  }

  #act(what: Exclude<Step['do'], 'join' | 'wait' | 'loopback'>, client: string): void {
    const isConnected = this.room.isOpen(client);
    switch (what) {
      case 'register':
        this.room.register(client);
        return;
      case 'leave':
        this.room.leave(client);
        return;
      case 'delete':
        this.room.delete(client);
        return;
      case 'post':
        this.room.post(client, this.#compose(client));
        return;
      case 'postBye':
        this.room.post(client, byeMessage);
        return;
      case 'drop':
        if (isConnected) this.room.drop(client);
        return;
      case 'bye':
        if (isConnected) this.room.send(client, byeMessage);
        return;
      case 'heartbeat':
        if (isConnected) this.room.send(client, heartbeatMessage);
        return;
      case 'send':
        if (isConnected) this.room.send(client, this.#compose(client));
        return;
    }
  }

  #compose(client: string): string {
    const { seats } = this.room.room;
    const seat = seats.find((each) => each?.clientId === client);
    const order = this.said.size;
    const message = `${client}#${order}`;
    // What a member says with an unread bye is meant for the one who is gone: nobody may hear it.
    const isVoid = seat === undefined || seat === null || seat.hasUnreadBye;
    const other = seats.find((each) => each !== null && each !== seat)?.clientId ?? null;
    this.said.set(message, {
      from: client,
      order,
      to: isVoid ? 'nobody' : other,
      missed: seat?.missesByeFrom ?? null,
    });
    return message;
  }

  readonly given = new Map<string, string>();
  readonly #lastHeard = new Map<string, number>();
  readonly #byes = new Map<string, number>();

  #checkHeard(): void {
    for (const { client: owner, message } of this.room.heard.slice(this.#checked)) {
      const client = isLoopbackClientId(owner) ? loopbackClientId : owner;
      if (isBye(message)) this.#countBye(client);
      else this.#give(client, message);
    }
    this.#checked = this.room.heard.length;
  }

  #give(client: string, message: string): void {
    const said = this.said.get(message);
    if (said === undefined) throw new Error(`${client} heard ${message}, which nobody said`);
    expect(said.from, 'delivered to its sender').not.toBe(client);
    expect(this.given.has(message), `${message} delivered twice`).toBe(false);
    this.given.set(message, client);
    if (said.to !== null) expect(client, `${message} reached a stranger`).toBe(said.to);
    else if (said.missed !== null) expect(client, `${message}: a stranger`).toBe(said.missed);
    const line = `${said.from}>${client}`;
    expect(said.order, `${message} out of order`).toBeGreaterThan(this.#lastHeard.get(line) ?? -1);
    this.#lastHeard.set(line, said.order);
  }

  #countBye(client: string): void {
    const byes = (this.#byes.get(client) ?? 0) + 1;
    this.#byes.set(client, byes);
    expect(byes, `${client} heard more byes than it had peers`).toBeLessThanOrEqual(
      this.arrivals.get(client) ?? 0,
    );
  }

  #noteSeats(before: Room): void {
    const seatedBefore = new Set<string>(before.seats.map((seat) => seat?.clientId ?? ''));
    const seated = this.room.seated();
    for (const client of this.seatedSince.keys()) {
      if (!seated.includes(client)) this.seatedSince.delete(client);
    }
    for (const client of seated) {
      const other = seated.find((each) => each !== client);
      // A loopback seat whose owner is another one now is another seat.
      const isNewLoopback = isLoopbackClientId(client) && !seatedBefore.has(other ?? '');
      if (seatedBefore.has(client) && this.seatedSince.has(client) && !isNewLoopback) continue;
      this.seatedSince.set(client, this.said.size);
      if (other !== undefined) this.#noteArrival(client, other, seatedBefore.has(other));
    }
  }

  /** Both have a peer more; where both came at once each is counted by its own arrival. */
  #noteArrival(client: string, other: string, wasSeated: boolean): void {
    this.arrivals.set(other, (this.arrivals.get(other) ?? 0) + 1);
    if (wasSeated) this.arrivals.set(client, (this.arrivals.get(client) ?? 0) + 1);
  }

  /** Nothing is lost while its receiver holds a seat: once connected it has heard all that was meant for it. */
  #checkNothingIsWithheld(): void {
    for (const seat of this.room.room.seats) {
      if (seat?.presence.kind !== 'connected') continue;
      const since = this.seatedSince.get(seat.clientId) ?? 0;
      for (const [message, said] of this.said) {
        if (said.to !== seat.clientId || said.order < since) continue;
        expect(this.given.get(message), `${message} was lost`).toBe(seat.clientId);
      }
    }
  }
}

const runs = { numRuns: 400 };

/** Found by chance: a loopback join evicts a loopback owner whose socket has closed. */
const loopbackAfterLoopback: Step[] = [
  { do: 'join', loopback: true },
  { do: 'register', who: 0 },
  { do: 'send', who: 0 },
  { do: 'drop', who: 0 },
  { do: 'join', loopback: true },
  { do: 'loopback', upper: false },
];

describe('whatever happens in a room', () => {
  it('[JN2] [ST12] [ST22] [SD1] the invariants hold: two seats, one initiator, nothing lost, twice, astray or out of order', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
        const referee = new Referee();
        for (const next of steps) referee.play(next);
      }),
      { ...runs, examples: [[loopbackAfterLoopback]] },
    );
  });

  it('[ST5] [ST6] [LB7] every seat is freed in bounded time once all sockets are gone', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const referee = new Referee();
        for (const next of steps) referee.play(next);
        const { room } = referee;
        for (const seat of room.room.seats) {
          if (seat?.presence.kind === 'connected' && seat.clientId.startsWith('K')) {
            room.run({ type: 'drop', connection: seat.presence.connection });
          }
        }
        const { graceMs, pendingSeatMs, loopbackWaitMs, lapsedMailMs } = room.policy;
        room.advance(Math.max(graceMs, pendingSeatMs, loopbackWaitMs));
        expect(room.seated()).toEqual([]);
        room.advance(lapsedMailMs);
        expect(isForgettable(room.room)).toBe(true);
        expect(room.waiting).toBe(0);
        expect(nextDeadline(room.room)).toBeNull();
      }),
      runs,
    );
  });
});

describe('invariants', () => {
  it('[JN2] find what is wrong with a room', () => {
    const room = new RoomSimulation();
    room.join('A');
    room.register('A');
    const [seat] = room.room.seats;
    if (seat === null) throw new Error('A is not seated');
    const twice: Room = { ...room.room, seats: [seat, seat] };
    expect(brokenInvariants(twice, 0, room.policy)).toEqual([
      'two seats have one holder',
      'one connection is in two places',
      'not exactly one initiator',
    ]);
    expect(brokenInvariants(emptyRoom, 0, room.policy)).toEqual([]);
  });
});
