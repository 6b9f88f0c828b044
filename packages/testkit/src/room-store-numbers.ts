import type { Box, MailOp, Peeked } from '@apprtc/signaling';
import {
  append,
  type CreateRoomStore,
  expectSame,
  type Probe,
  probe,
  some,
} from './room-store-probe.ts';

const trim = (upTo: number, slot: Box = 1): MailOp => ({ op: 'trim', slot, upTo });
const peek: MailOp = { op: 'peek', slot: 1 };
const peekLast: MailOp = { op: 'peek-last', slot: 1 };
const renumber: MailOp = { op: 'renumber', slot: 1 };
const clear: MailOp = { op: 'clear', slot: 1 };

async function expectPeeked(room: Probe, expected: Peeked, ...mail: MailOp[]): Promise<void> {
  const committed = await room.mail(...mail);
  expectSame(
    committed,
    { kind: 'committed', drained: [], hasOverflowed: false, peeked: expected },
    'peeked',
  );
}

/** [V20] */
export async function peeksAndLeaves(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  await expectPeeked(room, { first: 1, messages: [] }, peek);
  await expectPeeked(room, { first: 1, messages: ['a', 'b'] }, append('a'), append('b'), peek);
  await expectPeeked(room, { first: 2, messages: ['b'] }, peekLast);
  await expectPeeked(room, { first: 3, messages: ['c'] }, append('x', 0), append('c'), peekLast);
  expectSame(await room.drain(), ['a', 'b', 'c'], 'what was peeked at');
}

/** [V20] */
export async function trimsByNumber(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  await room.mail(append('a'), append('b'), append('c'), trim(2));
  await expectPeeked(room, { first: 3, messages: ['c'] }, peek);
  await expectPeeked(room, { first: 3, messages: ['c'] }, trim(1), trim(0), peek);
  // What was never there can't be taken out: the next message keeps its number.
  await room.mail(trim(1_000));
  await expectPeeked(room, { first: 4, messages: ['d'] }, append('d'), peekLast);
  await room.mail(trim(4));
  await expectPeeked(room, { first: 5, messages: ['e'] }, append('e'), peek);
  await room.mail(trim(5), trim(1, 0));
  expectSame(await room.drain(), [], 'a mailbox that was trimmed to its end');
  await expectPeeked(room, { first: 1, messages: ['f'] }, append('f'), peek);
}

/** [V15] [V21] */
export async function numbersAnew(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  await room.mail(append('a'), append('b'), trim(1));
  await expectPeeked(room, { first: 1, messages: ['b'] }, renumber, peek);
  await room.mail(trim(1));
  await expectPeeked(room, { first: 1, messages: ['c'] }, clear, append('c'), peek);
}

/** [V28] */
export async function keepsTheOffer(createStore: CreateRoomStore): Promise<void> {
  const room = await probe(createStore);
  await room.mail(append('offer', 2), append('candidate', 2), append('x', 0), append('y', 1));
  const peeked = await room.commit(some, { op: 'peek', slot: 2 });
  const found = { first: 1, messages: ['offer', 'candidate'] };
  expectSame(
    peeked,
    { kind: 'committed', drained: [], hasOverflowed: false, peeked: found },
    'offer',
  );
  await room.mail({ op: 'clear', slot: 0 }, { op: 'clear', slot: 1 });
  const { drained } = await room.mail({ op: 'drain', slot: 2 });
  expectSame(drained, ['offer', 'candidate'], 'the offer');
}
