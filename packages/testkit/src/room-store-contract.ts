import { type ClientId, type InstanceId, limits, type OfferId } from '@apprtc/protocol';
import { emptyRoom, type MailOp, type Room, type Slot } from '@apprtc/signaling';
import { keepsTheOffer, numbersAnew, peeksAndLeaves, trimsByNumber } from './room-store-numbers.ts';
import {
  ample,
  append,
  bug,
  type CreateRoomStore,
  expectSame,
  Probe,
  probe,
  roomOf,
  some,
} from './room-store-probe.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimulatedMail } from './simulated-mail.ts';

/** One thing that all room stores must agree on. `run` throws when a store doesn't. */
export interface StoreContractCase {
  readonly name: string;
  readonly run: (createStore: CreateRoomStore) => Promise<void>;
}

async function emptyAtFirst(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  expectSame((await room.load()).room, emptyRoom, 'the room of an unknown name');
}

async function remembers(createStore: CreateRoomStore): Promise<void> {
  const store = await createStore(ample);
  const [first, second] = [new Probe(store, 'first'), new Probe(store, 'second')];
  const full: Room = {
    seats: [
      { ...(some.seats[0] ?? bug()), presence: { kind: 'dropped', untilMs: 1.5 } },
      {
        clientId: 'B"\u00e4\u20ac' as ClientId,
        isInitiator: false,
        presence: { kind: 'connected', connection: 'c1' as never },
        missesByeFrom: 'C' as ClientId,
        hasUnreadBye: true,
        session: {
          protocol: 2,
          instance: 'instance-of-B' as InstanceId,
          epoch: 1_700_000_000_000,
          rank: 1_700_000_000_001,
          relayedTo: 3,
          isAnswerTaken: null,
          spentOffer: { id: 'o1' as OfferId, answered: true, given: 2 },
          isLeaving: false,
          heardMs: 2.5,
        },
      },
    ],
    lapsed: [null, { clientId: 'L' as ClientId, peer: 'P' as ClientId, session: null, untilMs: 7 }],
    leavers: [{ clientId: 'G' as ClientId, connection: 'c2' as never, untilMs: 8 }],
    loopbackWaiter: { connection: 'c3' as never, untilMs: 9 },
    epoch: 1_700_000_000_000,
    offer: { slot: 0, id: 'o2' as OfferId, candidates: 4 },
    watchers: [{ connection: 'c4' as never, untilMs: 10 }],
    reservation: { epoch: 5, untilMs: 11 },
  };
  await first.commit(full);
  await second.commit(some);
  expectSame((await first.load()).room, full, 'the first room');
  expectSame((await second.load()).room, some, 'the second room');
}

async function staleVersions(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  const before = await room.load();
  await room.commitAt(before.version, some, [append('kept')]);
  const newest = await room.load();
  // What was loaded is a value: it doesn't follow the store.
  for (const version of [before.version, newest.version + 1]) {
    const late = await room.commitAt(version, roomOf('B'), [
      append('lost'),
      { op: 'clear', slot: 1 },
    ]);
    expectSame(late, { kind: 'conflict' }, `commit at ${version}`);
  }
  expectSame(await room.load(), newest, 'the room after the conflicts');
  await room.commitAt(newest.version, roomOf('C'));
  expectSame((await room.commitAt(newest.version, some)).kind, 'conflict', 'a version used twice');
  expectSame(await room.drain(), ['kept'], 'the mail after the conflicts');
}

async function loadedIsAValue(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  await room.commit(some);
  const loaded = await room.load();
  await room.commitAt(loaded.version, roomOf('B'));
  expectSame(loaded.room, some, 'a loaded room after a later commit');
  expectSame((await room.commitAt(loaded.version, some)).kind, 'conflict', 'its version');
}

async function remadeRooms(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  await room.commit(some);
  const { version: first } = await room.load();
  await room.commit(emptyRoom);
  expectSame((await room.commitAt(first, some)).kind, 'conflict', 'a version of a room now gone');
  await room.commit(some);
  expectSame((await room.commitAt(first, some)).kind, 'conflict', 'a version of its forerunner');
}

async function inOrderOnce(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  expectSame((await room.mail(append('one'), append('two'))).drained, [], 'drained by an append');
  await room.mail(append('for 0', 0), append('three'));
  expectSame(await room.drain(), ['one', 'two', 'three'], 'drained');
  expectSame(await room.drain(), [], 'drained again');
  expectSame(await room.drain(0), ['for 0'], 'the other mailbox');
}

async function exactBytes(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  const messages = [
    '',
    ' \n{"a" : 1}\r\n',
    'na\u00efve \u20ac \ud83d\ude00',
    '\ufeff\u0000"\\',
    'x,y|z',
  ];
  await room.mail(...messages.map((message) => append(message)));
  expectSame(await room.drain(), messages, 'drained');
}

async function opsInOrder(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  await room.mail(append('before'));
  const ops: MailOp[] = [append('and'), { op: 'drain', slot: 1 }, append('after')];
  expectSame((await room.mail(...ops)).drained, ['before', 'and'], 'append, drain, append');
  await room.mail({ op: 'clear', slot: 1 }, append('new'));
  expectSame(await room.drain(), ['new'], 'clear, append');
  await room.mail(append('gone'), { op: 'clear', slot: 1 });
  expectSame(await room.drain(), [], 'append, clear');
}

async function marksAndCuts(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  const [mark, cut, clear] = (['mark', 'cut', 'clear'] as const).map(
    (op) => ({ op, slot: 1 }) as const,
  );
  if (mark === undefined || cut === undefined || clear === undefined) bug();
  await room.mail(append('kept'), mark, append('cut'));
  await room.mail(append('cut too'));
  await room.mail(cut, append('next'));
  expectSame(await room.drain(), ['kept', 'next'], 'mark, cut');
  await room.mail(append('a'), cut);
  expectSame(await room.drain(), [], 'a drained mailbox has no mark');
  await room.mail(append('a'), mark, clear);
  await room.mail(append('b'), cut);
  expectSame(await room.drain(), [], 'nor has a cleared one');
  await room.mail(mark, append('a'));
  await room.mail(cut);
  expectSame(await room.drain(), [], 'an empty mailbox is marked at its start');
  await room.mail(append('a'), mark, append('b'), mark, append('c', 0), append('c'), cut);
  expectSame(await room.drain(), ['a', 'b'], 'the last mark counts');
  expectSame(await room.drain(0), ['c'], 'the other mailbox is not cut');
  await room.mail(
    append('a'),
    append('b'),
    mark,
    append('c'),
    { op: 'trim', slot: 1, upTo: 1 },
    cut,
  );
  expectSame(await room.drain(), ['b'], 'a mark stays behind its message when those before it go');
}

async function boundedCount(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  const messages = Array.from({ length: limits.maxQueuedMessages }, (_, index) => `m${index}`);
  const filled = await room.mail(...messages.map((message) => append(message)));
  expectSame(filled.hasOverflowed, false, 'overflow at the bound');
  expectSame((await room.mail(append('other', 0))).hasOverflowed, false, 'the other mailbox');
  const over = await room.mail(append('dropped'), append('bye', 1, true), append('dropped too'));
  expectSame(over.hasOverflowed, true, 'overflow beyond the bound');
  expectSame((await room.mail()).hasOverflowed, false, 'overflow of a commit without mail');
  expectSame(await room.drain(), [...messages, 'bye'], 'drained');
  expectSame((await room.mail(append('again'))).hasOverflowed, false, 'overflow after the drain');
}

async function boundedBytes(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  // Two bytes each in UTF-8: characters are not what is counted.
  const half = '\u00e4'.repeat(limits.maxQueuedBytes / 4);
  expectSame((await room.mail(append(half), append(half))).hasOverflowed, false, 'at the bound');
  expectSame((await room.mail(append('x'))).hasOverflowed, true, 'one byte more');
  expectSame((await room.mail(append('bye', 1, true))).hasOverflowed, false, 'a bye');
  expectSame((await room.drain()).length, 3, 'drained messages');
  const mixed = await room.mail(append(half), append(`${half}x`), append('fits'));
  expectSame(mixed.hasOverflowed, true, 'one that is too long between two that fit');
  expectSame(
    (await room.drain()).map((message) => message.length),
    [half.length, 4],
    'lengths',
  );
}

async function boundedReserve(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  const many = Array.from({ length: 2 * limits.maxQueuedMessages }, () => append('bye', 1, true));
  expectSame((await room.mail(...many)).hasOverflowed, true, 'byes without end');
  const kept = (await room.drain()).length;
  if (kept <= limits.maxQueuedMessages || kept >= many.length) throw new Error(`${kept} byes kept`);
}

async function fullOfRooms(createStore: CreateRoomStore): Promise<void> {
  const store = await createStore({ ...ample, maxRooms: 2 });
  const [first, second, third] = ['first', 'second', 'third'].map((name) => new Probe(store, name));
  if (first === undefined || second === undefined || third === undefined) bug();
  await first.expectKind('committed', some);
  await second.expectKind('committed', some);
  await third.expectKind('store-full', some, append('lost'));
  expectSame((await third.load()).room, emptyRoom, 'the room that was refused');
  await third.expectKind('committed', emptyRoom);
  await second.expectKind('committed', roomOf('B'), append('kept'));
  await first.expectKind('committed', emptyRoom);
  await third.expectKind('committed', some);
  expectSame(await third.drain(), [], 'the mail that was refused');
}

async function fullOfBytes(createStore: CreateRoomStore): Promise<void> {
  const store = await createStore({ ...ample, maxQueuedBytes: 10 });
  const [first, second] = [new Probe(store, 'first'), new Probe(store, 'second')];
  await first.expectKind('committed', some, append('12345678'));
  await second.expectKind('committed', some, append('\u00e4'));
  const before = await second.load();
  await second.expectKind('store-full', roomOf('B'), append('x', 0));
  await second.expectKind('store-full', roomOf('B'), { op: 'mark', slot: 1 }, append('x'));
  expectSame(await second.load(), before, 'the room after it was refused');
  await second.expectKind('committed', some, append('a bye is never refused', 1, true));
  expectSame(await second.drain(), ['\u00e4', 'a bye is never refused'], 'the mail');
  await second.expectKind('committed', some, append('xy'));
  await first.expectKind('store-full', some, append('z'));
  await first.expectKind('committed', emptyRoom);
  await second.expectKind('committed', some, append('12345678'));
}

async function forgetsRooms(createStore: CreateRoomStore): Promise<void> {
  const store = await createStore({ maxRooms: 1, maxQueuedBytes: 10 });
  const [first, second] = [new Probe(store, 'first'), new Probe(store, 'second')];
  await first.expectKind('committed', some, append('0123456789', 0));
  await first.expectKind('committed', emptyRoom);
  expectSame((await first.load()).room, emptyRoom, 'a forgotten room');
  await second.expectKind('committed', some, append('0123456789', 0));
  await second.expectKind('committed', emptyRoom);
  await first.expectKind('committed', some);
  expectSame(await first.drain(0), [], 'mail of its forerunner');
}

async function drainsWhatItForgets(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  await room.mail(append('last words'));
  const last = await room.commit(emptyRoom, { op: 'drain', slot: 1 });
  expectSame(last, { kind: 'committed', drained: ['last words'], hasOverflowed: false }, 'the end');
}

function randomOps(random: SeededRandom, step: number): MailOp[] {
  const ops: MailOp[] = [];
  let hasDrained = false;
  for (let left = random.below(4); left >= 0; left -= 1) {
    const slot: Slot = random.below(2) === 0 ? 0 : 1;
    const op = random.pick(['append', 'append', 'drain', 'clear', 'mark', 'cut', 'trim'] as const);
    if (op === undefined || (op === 'drain' && hasDrained)) continue;
    hasDrained ||= op === 'drain';
    const message = `${step}.${left}${'\u20ac'.repeat(random.below(5))}`;
    if (op === 'append') ops.push(append(message, slot));
    else if (op === 'trim') ops.push({ op, slot, upTo: random.below(6) });
    else ops.push({ op, slot });
  }
  return ops;
}

async function accountsForBytes(createStore: CreateRoomStore): Promise<void> {
  const bounds = { maxRooms: 3, maxQueuedBytes: 100_000 };
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = new SeededRandom(seed);
    const store = await createStore(bounds);
    const rooms = ['a', 'b', 'c'].map((name) => new Probe(store, name));
    const models = rooms.map(() => new SimulatedMail());
    for (let step = 0; step < 100; step += 1) {
      const at = random.below(rooms.length);
      const room = rooms[at] ?? bug();
      if (random.below(10) === 0) {
        await room.expectKind('committed', emptyRoom);
        models[at] = new SimulatedMail();
        continue;
      }
      const ops = randomOps(random, step);
      const { drained } = models[at]?.apply(ops) ?? bug();
      const expected = { kind: 'committed', drained, hasOverflowed: false };
      expectSame(await room.commit(some, ...ops), expected, `seed ${seed}, step ${step}`);
    }
    for (const room of rooms) await room.expectKind('committed', emptyRoom);
    // All that waited is gone from the account: exactly what may wait fits again.
    const room = rooms[0] ?? bug();
    await room.expectKind('committed', some, append('x'.repeat(bounds.maxQueuedBytes)));
    await room.expectKind('store-full', some, append('y'));
  }
}

/** What the room service relies on in a store. */
export const roomStoreContract: readonly StoreContractCase[] = [
  { name: 'an unknown room is empty', run: emptyAtFirst },
  { name: 'rooms are kept apart and come back whole', run: remembers },
  { name: 'a stale version is a conflict and changes nothing', run: staleVersions },
  { name: 'what was loaded does not follow the store', run: loadedIsAValue },
  { name: 'a room made anew is not taken for its forerunner', run: remadeRooms },
  { name: '[SD4] mail is drained in order and once', run: inOrderOnce },
  { name: '[IM8] mail comes back byte for byte', run: exactBytes },
  { name: 'what a commit does to the mail is done in order', run: opsInOrder },
  { name: '[ST18] [ST16] a cut drops what came after the mark', run: marksAndCuts },
  { name: '[LM3] at most 1,024 messages wait, and a bye beyond them', run: boundedCount },
  { name: '[LM4] at most 512 KiB wait, and a bye beyond them', run: boundedBytes },
  { name: 'byes are bounded too', run: boundedReserve },
  { name: '[LM7] a store that is full of rooms serves those it has', run: fullOfRooms },
  { name: '[LM9] a store that is full of bytes changes nothing', run: fullOfBytes },
  { name: 'a room without anything to remember is forgotten with its mail', run: forgetsRooms },
  { name: 'the last commit of a room still drains', run: drainsWhatItForgets },
  { name: 'the bytes of all mail are accounted for, whatever happens', run: accountsForBytes },
  { name: '[V20] a peek leaves what it finds', run: peeksAndLeaves },
  { name: '[V20] a trim takes out by number', run: trimsByNumber },
  {
    name: '[V15] [V21] numbers start anew where nothing is left of the earlier ones',
    run: numbersAnew,
  },
  { name: '[V28] the offer lies in a mailbox of its own', run: keepsTheOffer },
];
