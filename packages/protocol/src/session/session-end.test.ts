import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { SessionEnd } from './session-end.ts';
import type { AckFrame, SendFrame } from './session-frame.ts';
import { sessionLimits } from './session-limits.ts';

function entered(epoch = 7, said: readonly string[] = []): SessionEnd {
  const end = new SessionEnd();
  end.enter(epoch, said);
  return end;
}

describe('an end of a session', () => {
  test('[V12] numbers what it sends from 1 and keeps it', () => {
    const end = entered();
    expect(end.send('a')).toEqual({ ok: true, value: { cmd: 'send', epoch: 7, n: 1, msg: 'a' } });
    expect(end.send('b')).toMatchObject({ value: { n: 2 } });
    expect(end.unacknowledged).toBe(2);
    expect(end.replay()).toMatchObject([{ msg: 'a' }, { msg: 'b' }]);
  });

  test('[V12] forgets what was acknowledged, all up to it', () => {
    const end = entered();
    for (const message of ['a', 'b', 'c']) end.send(message);
    end.acknowledge(7, 2);
    expect(end.replay()).toMatchObject([{ n: 3, msg: 'c' }]);
    end.acknowledge(7, 1);
    expect(end.unacknowledged).toBe(1);
  });

  test('[V13] takes the next message once, acknowledges all, and takes no other', () => {
    const end = entered();
    const ack = (n: number) => ({ cmd: 'ack', epoch: 7, n });
    expect(end.receive(7, 1)).toEqual({ isNew: true, ack: ack(1) });
    expect(end.receive(7, 1)).toEqual({ isNew: false, ack: ack(1) });
    expect(end.receive(7, 3)).toEqual({ isNew: false, ack: ack(1) });
    expect(end.receive(7, 2)).toEqual({ isNew: true, ack: ack(2) });
    expect(end.receive(6, 3)).toEqual({ isNew: false, ack: null });
  });

  test('[V14] replays what it lacks an acknowledgement for, after saying what it has', () => {
    const end = entered();
    end.send('a');
    end.receive(7, 1);
    expect(end.replay()).toEqual([
      { cmd: 'ack', epoch: 7, n: 1 },
      { cmd: 'send', epoch: 7, n: 1, msg: 'a' },
    ]);
  });

  test('[V15] begins anew in another epoch, and not in the same', () => {
    const end = entered();
    end.send('a');
    end.receive(7, 1);
    expect(end.enter(7)).toBe(false);
    expect(end.unacknowledged).toBe(1);
    expect(end.enter(8)).toBe(true);
    expect(end.replay()).toEqual([]);
    expect(end.send('b')).toMatchObject({ value: { epoch: 8, n: 1 } });
    expect(end.receive(8, 1).isNew).toBe(true);
  });

  test('[V15] says nothing without a pairing', () => {
    const end = new SessionEnd();
    expect(end.send('a')).toEqual({ ok: false, problem: 'not-paired' });
    expect(end.receive(0, 1)).toEqual({ isNew: false, ack: null });
    expect(entered().enter(0, ['x'])).toBe(true);
  });

  test('[V30] keeps what the server said on its behalf as its first messages', () => {
    const end = entered(7, ['answer', 'candidate']);
    expect(end.send('more')).toMatchObject({ value: { n: 3 } });
    end.acknowledge(7, 2);
    expect(end.replay()).toMatchObject([{ n: 3, msg: 'more' }]);
  });

  test('[V17] refuses what would be one message or one byte too many', () => {
    const many = entered();
    for (let n = 1; n <= sessionLimits.maxOutboxMessages; n += 1)
      expect(many.send('x').ok).toBe(true);
    expect(many.send('x')).toEqual({ ok: false, problem: 'outbox-full' });
    many.acknowledge(7, 1);
    expect(many.send('x')).toMatchObject({ value: { n: sessionLimits.maxOutboxMessages + 1 } });

    const big = entered();
    const third = '\u20ac'.repeat(sessionLimits.maxOutboxBytes / 9);
    expect([big.send(third).ok, big.send(third).ok]).toEqual([true, true]);
    expect(big.send(third)).toEqual({ ok: false, problem: 'outbox-full' });
    expect(entered().send('"'.repeat(limits.maxFrameBytes / 2))).toEqual({
      ok: false,
      problem: 'too-big',
    });
  });

  test('[V17] bytes are those of UTF-8, two, three or four to a character beyond ASCII', () => {
    // Of another length in UTF-16: what fits by code units need not fit by bytes.
    for (const [character, bytes] of [
      ['\u00e9', 2],
      ['\u20ac', 3],
      ['\u{1f600}', 4],
    ] as const) {
      const end = entered();
      const frame = Buffer.byteLength(JSON.stringify({ cmd: 'send', epoch: 7, n: 1, msg: '' }));
      const fitting = Math.floor((limits.maxFrameBytes - frame) / bytes);
      expect(end.send(character.repeat(fitting)).ok, character).toBe(true);
      expect(end.send(character.repeat(fitting + 1)), character).toMatchObject({ ok: false });
    }
  });

  test('[V18] an acknowledgement that can not be is ignored', () => {
    const end = entered();
    end.send('a');
    end.acknowledge(7, 2);
    end.acknowledge(6, 1);
    end.acknowledge(7, 0);
    expect(end.unacknowledged).toBe(1);
  });

  test('[V12] [V13] [V14] two ends lose nothing and double nothing on a wire that loses and doubles', () => {
    fc.assert(
      fc.property(fc.array(fate, { maxLength: 60 }), (fates) => {
        const wire = new BadWire();
        for (const what of fates) wire.play(what);
        wire.play('replays');
        expect(wire.heard).toEqual(wire.said);
      }),
    );
  });
});

type Fate = 'arrives' | 'is lost' | 'comes twice' | 'replays';
const fate = fc.constantFrom<Fate>('arrives', 'is lost', 'comes twice', 'replays');

/** From one end to another; every third acknowledgement is lost. */
class BadWire {
  readonly said: string[] = [];
  readonly heard: string[] = [];
  readonly #from = entered();
  readonly #to = entered();

  play(what: Fate): void {
    const times = { arrives: 1, 'is lost': 0, 'comes twice': 2, replays: 1 }[what];
    const frames = what === 'replays' ? this.#from.replay() : this.#say();
    for (let time = 0; time < times; time += 1) for (const frame of frames) this.#carry(frame);
  }

  #say(): readonly SendFrame[] {
    const message = `m${this.said.length}`;
    const sent = this.#from.send(message);
    if (!sent.ok) return [];
    this.said.push(message);
    return [sent.value];
  }

  #carry(frame: SendFrame | AckFrame): void {
    if (frame.cmd === 'ack') return;
    const { isNew, ack } = this.#to.receive(frame.epoch, frame.n);
    if (isNew) this.heard.push(frame.msg);
    if (ack !== null && frame.n % 3 !== 0) this.#from.acknowledge(ack.epoch, ack.n);
  }
}
