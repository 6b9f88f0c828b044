import { describe, expect, it } from 'vitest';
import { Gate } from './answering-server.fixture.ts';
import { RecentReplies } from './recent-replies.ts';

/** Replies whose work is counted, under a clock of the test's. */
class Counted {
  nowMs = 0;
  works = 0;
  readonly replies = new RecentReplies(() => this.nowMs);

  once(id: string, text = `reply to ${id}`): Promise<string> {
    return this.replies.once(id, async () => {
      this.works += 1;
      return text;
    });
  }
}

describe('recent replies', () => {
  it('[TW12] a request that comes again is answered alike, and its work is done once', async () => {
    const counted = new Counted();
    expect(await counted.once('a', 'first')).toBe('first');
    expect(await counted.once('a', 'second')).toBe('first');
    expect(await counted.once('b', 'third')).toBe('third');
    expect(counted.works).toBe(2);
  });

  it('[TW12] one that comes while the first is still worked on shares its reply', async () => {
    const replies = new RecentReplies(() => 0);
    const gate = new Gate<string>();
    const first = replies.once('a', () => gate.opened);
    const second = replies.once('a', () => Promise.reject(new Error('done twice')));
    gate.open('one');
    expect(await Promise.all([first, second])).toEqual(['one', 'one']);
  });

  it('[TW12] one that failed may be tried again', async () => {
    const { replies } = new Counted();
    const failing = () => replies.once('a', () => Promise.reject(new Error('no')));
    await expect(failing()).rejects.toThrow('no');
    expect(await replies.once('a', async () => 'yes')).toBe('yes');
  });

  it('[TW12] is remembered for as long as a seal may be good, and no longer', async () => {
    const counted = new Counted();
    await counted.once('a');
    counted.nowMs = 120_000;
    await counted.once('a');
    expect(counted.works).toBe(1);
    counted.nowMs = 120_001;
    await counted.once('a');
    expect(counted.works).toBe(2);
  });

  it('[TW12] of too many the oldest are forgotten', async () => {
    const counted = new Counted();
    for (let count = 0; count < 4_096; count += 1) await counted.once(`r${count}`);
    // The next one takes the place of the oldest.
    await counted.once('new');
    await counted.once('r1');
    expect(counted.works).toBe(4_098);
    const before = counted.works;
    await counted.once('r4095');
    await counted.once('new');
    expect(counted.works).toBe(before);
  });

  it('[TW12] one that fails after it was forgotten takes no other with it', async () => {
    const counted = new Counted();
    const gate = new Gate();
    const first = counted.replies.once('a', async () => {
      await gate.opened;
      throw new Error('too late');
    });
    for (let count = 0; count < 4_096; count += 1) await counted.once(`r${count}`);
    await counted.once('a', 'again');
    const before = counted.works;
    gate.open();
    await expect(first).rejects.toThrow('too late');
    expect(await counted.once('a')).toBe('again');
    expect(counted.works).toBe(before);
  });

  it('[TW12] of too long ones too', async () => {
    const counted = new Counted();
    const long = 'x'.repeat(4 * 1024 * 1024);
    await counted.once('a', long);
    await counted.once('b', long);
    await counted.once('b', long);
    expect(counted.works).toBe(2);
    await counted.once('c', 'x');
    await counted.once('b', long);
    expect(counted.works).toBe(3);
    await counted.once('a', long);
    expect(counted.works).toBe(4);
    // And room is made again for what was forgotten.
    await counted.once('c', 'x');
    expect(counted.works).toBe(4);
  });
});
