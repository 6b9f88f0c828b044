import { describe, expect, it } from 'vitest';
import { parseFullReply, parseJoinReply, parseMessageReply } from './room-commands.ts';

const rest = { drained: [], hasOverflowed: false };

describe('the reply to a command', () => {
  it('[TW1] is read where it is whole', () => {
    const outcome = { kind: 'joined', isInitiator: true, isLoopback: false };
    const ran = { kind: 'ran', outcome, drained: ['one', 'two'], hasOverflowed: true };
    expect(parseJoinReply(JSON.stringify(ran))).toEqual({ ok: true, value: ran });
    expect(parseFullReply('{"isFull":true}')).toEqual({ ok: true, value: true });
    for (const parse of [parseJoinReply, parseMessageReply]) {
      expect(parse('{"kind":"store-full"}')).toEqual({ ok: true, value: { kind: 'store-full' } });
    }
  });

  it.each<[object | string, string]>([
    ['nothing', 'not JSON'],
    [{}, 'no outcome'],
    [{ kind: 'gone', outcome: { kind: 'full' }, ...rest }, 'no outcome'],
    [{ kind: 'ran', outcome: 'full', ...rest }, 'no outcome'],
    [{ kind: 'ran', outcome: { kind: 'accepted' }, ...rest }, 'no outcome'],
    [{ kind: 'ran', outcome: { kind: 'joined', isInitiator: true }, ...rest }, 'no outcome'],
    [{ kind: 'ran', outcome: { kind: 'joined', isLoopback: true }, ...rest }, 'no outcome'],
    [{ kind: 'ran', outcome: { kind: 'full' }, hasOverflowed: false }, 'no mail'],
    [{ kind: 'ran', outcome: { kind: 'full' }, drained: [1], hasOverflowed: false }, 'no mail'],
    [{ kind: 'ran', outcome: { kind: 'full' }, drained: [] }, 'no mail'],
  ])('[TW1] of a join is refused where it is not: %j', (reply, problem) => {
    const parsed = parseJoinReply(typeof reply === 'string' ? reply : JSON.stringify(reply));
    expect(parsed.ok).toBe(false);
    if (problem.startsWith('no ')) expect(parsed).toMatchObject({ problem });
  });

  it('[TW1] [TW2] a message is never answered with something that is still to do', () => {
    const ran = (kind: string) => JSON.stringify({ kind: 'ran', outcome: { kind }, ...rest });
    for (const kind of ['accepted', 'unknown-room', 'unknown-client']) {
      expect(parseMessageReply(ran(kind))).toMatchObject({
        ok: true,
        value: { outcome: { kind } },
      });
    }
    for (const kind of ['forward', 'full', '']) {
      expect(parseMessageReply(ran(kind))).toEqual({ ok: false, problem: 'no outcome' });
    }
  });

  it('[TW1] of whether a room is full is yes or no', () => {
    for (const text of ['', '{}', '{"isFull":"yes"}', '[]']) {
      expect(parseFullReply(text), text).toEqual({ ok: false, problem: 'no isFull' });
    }
  });
});
