import { describe, expect, it } from 'vitest';
import { parseRejoinMark, type RejoinMark, rejoinWithinMs, shouldRejoin } from './rejoin-mark.ts';

const nowMs = 1_700_000_000_000;
const left: RejoinMark = {
  room: 'garden',
  isMicOn: true,
  isCameraOn: false,
  leftAtMs: nowMs - 500,
};

describe('shouldRejoin', () => {
  it.each(['reload', 'back_forward'])('joins again after a %s', (type) => {
    expect(shouldRejoin(left, 'garden', type, nowMs)).toBe(true);
  });

  it('asks when the link was opened afresh', () => {
    expect(shouldRejoin(left, 'garden', 'navigate', nowMs)).toBe(false);
  });

  it('asks in another room, and without a mark', () => {
    expect(shouldRejoin(left, 'kitchen', 'reload', nowMs)).toBe(false);
    expect(shouldRejoin(null, 'garden', 'reload', nowMs)).toBe(false);
  });

  it('asks after a long while', () => {
    expect(shouldRejoin(left, 'garden', 'reload', nowMs + rejoinWithinMs)).toBe(false);
  });

  it('comes back from a crash, but not into a duplicated tab', () => {
    const alive = { ...left, leftAtMs: null };
    expect(shouldRejoin(alive, 'garden', 'reload', nowMs)).toBe(true);
    expect(shouldRejoin(alive, 'garden', 'back_forward', nowMs)).toBe(false);
  });
});

describe('parseRejoinMark', () => {
  it('reads what was written', () => {
    expect(parseRejoinMark(JSON.stringify(left))).toEqual(left);
  });

  it.each([null, '', 'nonsense', '[]', '7', 'null', '{"isMicOn":true}'])('ignores %j', (text) => {
    expect(parseRejoinMark(text)).toBeNull();
  });
});
