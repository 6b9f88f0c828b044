import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RoomClock } from './room-clock.ts';

let readMs = 0;
let clock: RoomClock;

beforeEach(() => {
  vi.useFakeTimers();
  readMs = 5_000;
  clock = new RoomClock(() => readMs);
});

afterEach(() => {
  clock.close();
  vi.useRealTimers();
});

describe('the room clock', () => {
  it('goes as its source goes', () => {
    const startMs = clock.nowMs();
    readMs += 999.5;
    expect(clock.nowMs() - startMs).toBe(999.5);
    readMs += 1_000;
    expect(clock.nowMs() - startMs).toBe(1_999.5);
  });

  it('stands still over a stall, but for one step', () => {
    const startMs = clock.nowMs();
    readMs += 60_000;
    expect(clock.nowMs() - startMs).toBe(1_000);
    readMs += 10;
    expect(clock.nowMs() - startMs).toBe(1_010);
    readMs += 5_000;
    expect(clock.nowMs() - startMs).toBe(2_010);
  });

  it('reads its source by itself, so that an idle server is not taken for a stalled one', () => {
    const startMs = clock.nowMs();
    for (let step = 0; step < 40; step += 1) {
      readMs += 250;
      vi.advanceTimersByTime(250);
    }
    expect(clock.nowMs() - startMs).toBe(10_000);
  });

  it('leaves no timer after close', () => {
    clock.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reads monotonic milliseconds by default', () => {
    const real = new RoomClock();
    const beforeMs = real.nowMs();
    vi.advanceTimersByTime(250);
    expect(real.nowMs() - beforeMs).toBe(250);
    real.close();
  });
});
