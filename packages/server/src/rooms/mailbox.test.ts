import { limits } from '@apprtc/protocol';
import { describe, expect, it } from 'vitest';
import { Mailbox } from './mailbox.ts';

describe('a mailbox', () => {
  it('[SD4] counts the bytes of what waits', () => {
    const mailbox = new Mailbox();
    expect([mailbox.isEmpty, mailbox.bytes]).toEqual([true, 0]);
    expect(mailbox.append('\u20ac', false)).toBe(true);
    expect(mailbox.append('x', false)).toBe(true);
    expect([mailbox.isEmpty, mailbox.bytes]).toEqual([false, 4]);
    expect(mailbox.drain()).toEqual(['\u20ac', 'x']);
    expect([mailbox.isEmpty, mailbox.bytes]).toEqual([true, 0]);
  });

  it('[ST18] forgets its mark when it is drained', () => {
    const mailbox = new Mailbox();
    mailbox.append('a', false);
    mailbox.mark();
    mailbox.drain();
    mailbox.append('b', false);
    mailbox.append('cc', false);
    mailbox.cut();
    expect([mailbox.isEmpty, mailbox.bytes]).toEqual([true, 0]);
  });

  it('[LM4] refuses what would pass the bound, whole', () => {
    const mailbox = new Mailbox();
    mailbox.append('x'.repeat(limits.maxQueuedBytes - 1), false);
    expect(mailbox.append('xx', false)).toBe(false);
    expect(mailbox.bytes).toBe(limits.maxQueuedBytes - 1);
    expect(mailbox.append('x', false)).toBe(true);
    expect(mailbox.append('xx', true)).toBe(true);
  });
});
