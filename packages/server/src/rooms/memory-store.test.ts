import type { RoomId } from '@apprtc/protocol';
import { emptyRoom, type MailOp } from '@apprtc/signaling';
import { roomStoreContract } from '@apprtc/testkit';
import { describe, expect, it } from 'vitest';
import { MemoryStore, type MemoryStoreLimits } from './memory-store.ts';

const bounds: MemoryStoreLimits = { maxRooms: 10, maxQueuedBytes: 1_000 };
const roomId = 'room' as RoomId;
const somebody = {
  ...emptyRoom,
  leavers: [{ clientId: 'A' as never, connection: 'c1' as never, untilMs: 1 }],
};

function append(message: string): MailOp {
  return { op: 'append', slot: 0, message, isReserved: false };
}

describe('the memory store keeps the contract', () => {
  for (const { name, run } of roomStoreContract) {
    it(name, () => run((given) => new MemoryStore(given)));
  }
});

describe('the contract notices a store', () => {
  /** Runs all cases on a broken store; answers the names of those that failed. */
  async function failures(make: (given: MemoryStoreLimits) => MemoryStore): Promise<string[]> {
    const failed: string[] = [];
    for (const { name, run } of roomStoreContract) {
      await run(make).catch(() => failed.push(name));
    }
    return failed;
  }

  it('that compares no versions', async () => {
    class Careless extends MemoryStore {
      override commit(...[id, , room, mail]: Parameters<MemoryStore['commit']>) {
        return super.commit(id, this.load(id).version, room, mail);
      }
    }
    expect(await failures((given) => new Careless(given))).toEqual([
      'a stale version is a conflict and changes nothing',
      'what was loaded does not follow the store',
      'a room made anew is not taken for its forerunner',
    ]);
  });

  it('that forgets no bytes', async () => {
    class Hoarder extends MemoryStore {
      override commit(...[id, version, room, mail]: Parameters<MemoryStore['commit']>) {
        const kept = mail.filter(({ op }) => op !== 'cut');
        return super.commit(id, version, room, kept);
      }
    }
    expect(await failures((given) => new Hoarder(given))).toEqual([
      '[ST18] [ST16] a cut drops what came after the mark',
      'the bytes of all mail are accounted for, whatever happens',
    ]);
  });
});

describe('the memory store', () => {
  it('[LM7] [LM9] counts its rooms and the bytes that wait', () => {
    const store = new MemoryStore(bounds);
    expect([store.roomCount, store.queuedBytes]).toEqual([0, 0]);
    store.commit(roomId, store.load(roomId).version, somebody, [append('\u20ac')]);
    expect([store.roomCount, store.queuedBytes]).toEqual([1, 3]);
    store.commit(roomId, store.load(roomId).version, emptyRoom, []);
    expect([store.roomCount, store.queuedBytes]).toEqual([0, 0]);
  });

  it('keeps nothing of a room that was never worth remembering', () => {
    const store = new MemoryStore(bounds);
    const committed = store.commit(roomId, 0, emptyRoom, [append('x')]);
    expect(committed).toEqual({ kind: 'committed', drained: [], hasOverflowed: false });
    expect([store.roomCount, store.queuedBytes]).toEqual([0, 0]);
  });
});
