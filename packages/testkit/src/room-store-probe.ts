import type { ClientId, RoomId } from '@apprtc/protocol';
import {
  type Box,
  type Committed,
  emptyRoom,
  type LoadedRoom,
  type MailOp,
  type Room,
  type RoomStore,
  type Slot,
} from '@apprtc/signaling';

/** What a store under test may hold. */
export interface StoreBounds {
  readonly maxRooms: number;
  /** Bytes that wait in all rooms together. */
  readonly maxQueuedBytes: number;
}

/** Makes a fresh, empty store. */
export type CreateRoomStore = (bounds: StoreBounds) => RoomStore | Promise<RoomStore>;

export const ample: StoreBounds = { maxRooms: 1_000, maxQueuedBytes: 2 ** 30 };

function roomId(name: string): RoomId {
  return name as RoomId;
}

/** A room that is worth remembering. */
export function roomOf(client: string): Room {
  return {
    ...emptyRoom,
    seats: [
      {
        clientId: client as ClientId,
        isInitiator: true,
        presence: { kind: 'pending', untilMs: 60_000 },
        missesByeFrom: null,
        hasUnreadBye: false,
        session: null,
      },
      null,
    ],
  };
}

export const some = roomOf('A');

export function append(message: string, slot: Box = 1, isReserved = false): MailOp {
  return { op: 'append', slot, message, isReserved };
}

/** As JSON with its keys in order, so that two spellings of one value are the same. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member !== 'object' || member === null || Array.isArray(member)
      ? member
      : Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}

export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const [seen, wanted] = [canonical(actual), canonical(expected)];
  if (seen === wanted) return;
  throw new Error(`${what}: ${seen.slice(0, 300)} instead of ${wanted.slice(0, 300)}`);
}

/** One room of a store, its newest version read before each commit. */
export class Probe {
  readonly store: RoomStore;
  readonly #id: RoomId;

  constructor(store: RoomStore, name = 'probe') {
    this.store = store;
    this.#id = roomId(name);
  }

  async load(): Promise<LoadedRoom> {
    return await this.store.load(this.#id);
  }

  async commitAt(version: number, room: Room, mail: readonly MailOp[] = []): Promise<Committed> {
    return await this.store.commit(this.#id, version, room, mail);
  }

  async commit(room: Room, ...mail: readonly MailOp[]): Promise<Committed> {
    const { version } = await this.load();
    return await this.commitAt(version, room, mail);
  }

  /** Commits what must succeed. */
  async mail(...mail: readonly MailOp[]): Promise<Committed & { readonly kind: 'committed' }> {
    const committed = await this.commit(some, ...mail);
    if (committed.kind !== 'committed') throw new Error(`${committed.kind} instead of committed`);
    return committed;
  }

  async drain(slot: Slot = 1): Promise<readonly string[]> {
    return (await this.mail({ op: 'drain', slot })).drained;
  }

  async expectKind(kind: Committed['kind'], room: Room, ...mail: MailOp[]): Promise<void> {
    expectSame((await this.commit(room, ...mail)).kind, kind, 'commit');
  }
}

export async function probe(createStore: CreateRoomStore, bounds = ample): Promise<Probe> {
  return new Probe(await createStore(bounds));
}

export function bug(): never {
  throw new Error('The contract is wrong');
}
