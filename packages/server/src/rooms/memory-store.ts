import type { RoomId } from '@apprtc/protocol';
import { unreachable } from '@apprtc/protocol';
import {
  type Box,
  type Committed,
  emptyRoom,
  isForgettable,
  type LoadedRoom,
  type MailOp,
  type Peeked,
  type Room,
  type RoomStore,
} from '@apprtc/signaling';
import { Mailbox } from './mailbox.ts';

/** A room with its mailboxes, which exist only while something waits in them. */
interface Entry {
  /** Replaced by each commit: whoever holds an earlier one keeps the value that it loaded. */
  loaded: LoadedRoom;
  readonly mailboxes: [Mailbox | null, Mailbox | null, Mailbox | null];
}

export interface MemoryStoreLimits {
  /** [LM7] */
  readonly maxRooms: number;
  /** [LM9] Bytes that wait in all rooms together. */
  readonly maxQueuedBytes: number;
}

const absent: LoadedRoom = { room: emptyRoom, version: 0 };
const nothingDrained: readonly string[] = [];

/** The default store: everything in this process's memory, every answer at once. */
export class MemoryStore implements RoomStore {
  readonly #entries = new Map<RoomId, Entry>();
  readonly #limits: MemoryStoreLimits;
  #queuedBytes = 0;
  /** Never used twice, so that a room made anew is not taken for its forerunner. */
  #lastVersion = 0;

  constructor(bounds: MemoryStoreLimits) {
    this.#limits = bounds;
  }

  get roomCount(): number {
    return this.#entries.size;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  load(roomId: RoomId): LoadedRoom {
    return this.#entries.get(roomId)?.loaded ?? absent;
  }

  commit(roomId: RoomId, version: number, room: Room, mail: readonly MailOp[]): Committed {
    const entry = this.#entries.get(roomId);
    if ((entry?.loaded.version ?? absent.version) !== version) return { kind: 'conflict' };
    if (entry === undefined && isForgettable(room)) {
      return { kind: 'committed', drained: nothingDrained, hasOverflowed: false };
    }
    if (entry === undefined && this.#entries.size >= this.#limits.maxRooms) {
      return { kind: 'store-full' };
    }
    if (this.#isOverBytes(mail)) return { kind: 'store-full' };
    const kept: Entry = entry ?? { loaded: absent, mailboxes: [null, null, null] };
    const committed = this.#applyAll(kept, mail);
    this.#lastVersion += 1;
    kept.loaded = { room, version: this.#lastVersion };
    if (isForgettable(room)) this.#forget(roomId, kept);
    else if (entry === undefined) this.#entries.set(roomId, kept);
    return committed;
  }

  #isOverBytes(mail: readonly MailOp[]): boolean {
    let bytes = 0;
    for (const op of mail) {
      if (op.op === 'append' && !op.isReserved) bytes += Buffer.byteLength(op.message);
    }
    return bytes > 0 && this.#queuedBytes + bytes > this.#limits.maxQueuedBytes;
  }

  #applyAll(entry: Entry, mail: readonly MailOp[]): Committed {
    let drained = nothingDrained;
    let hasOverflowed = false;
    let peeked: Peeked | undefined;
    for (const op of mail) {
      const before = entry.mailboxes[op.slot]?.bytes ?? 0;
      if (op.op === 'append') hasOverflowed = !append(entry, op) || hasOverflowed;
      else if (op.op === 'peek' || op.op === 'peek-last') peeked = peek(entry, op);
      else if (op.op === 'trim') entry.mailboxes[op.slot]?.trim(op.upTo);
      else drained = apply(entry.mailboxes[op.slot], op.op) ?? drained;
      if (entry.mailboxes[op.slot]?.isEmpty === true) entry.mailboxes[op.slot] = null;
      this.#queuedBytes += (entry.mailboxes[op.slot]?.bytes ?? 0) - before;
    }
    const committed = { kind: 'committed', drained, hasOverflowed } as const;
    return peeked === undefined ? committed : { ...committed, peeked };
  }

  #forget(roomId: RoomId, entry: Entry): void {
    for (const mailbox of entry.mailboxes) this.#queuedBytes -= mailbox?.bytes ?? 0;
    this.#entries.delete(roomId);
  }
}

function append(entry: Entry, op: { slot: Box; message: string; isReserved: boolean }): boolean {
  const mailbox = entry.mailboxes[op.slot] ?? new Mailbox();
  entry.mailboxes[op.slot] = mailbox;
  return mailbox.append(op.message, op.isReserved);
}

function peek(entry: Entry, op: { op: 'peek' | 'peek-last'; slot: Box }): Peeked {
  const mailbox = entry.mailboxes[op.slot];
  return mailbox?.peek(op.op === 'peek-last') ?? { first: 1, messages: nothingDrained };
}

function apply(
  mailbox: Mailbox | null,
  op: Exclude<MailOp['op'], 'append' | 'trim' | 'peek' | 'peek-last'>,
): readonly string[] | undefined {
  switch (op) {
    case 'drain':
      return mailbox?.drain();
    case 'clear':
      mailbox?.drain();
      return undefined;
    case 'mark':
      mailbox?.mark();
      return undefined;
    case 'cut':
      mailbox?.cut();
      return undefined;
    case 'renumber':
      mailbox?.renumber();
      return undefined;
    default:
      return unreachable(op);
  }
}
