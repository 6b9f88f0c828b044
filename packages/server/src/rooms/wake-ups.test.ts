import type { RoomId } from '@apprtc/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WakeUps } from './wake-ups.ts';

const [first, second] = ['first', 'second'] as [RoomId, RoomId];
const woken: RoomId[] = [];
/** How far the clock of deadlines is behind the timers'. */
let behindMs = 0;
let wakeUps: WakeUps;

beforeEach(() => {
  vi.useFakeTimers();
  woken.length = 0;
  behindMs = 0;
  wakeUps = new WakeUps(
    () => performance.now() - behindMs,
    (roomId) => woken.push(roomId),
  );
});

afterEach(() => {
  wakeUps.close();
  vi.useRealTimers();
});

function inMs(ms: number): number {
  return performance.now() + ms;
}

describe('wake-ups', () => {
  it('[ST5] come when the deadline has come, not before, and once', () => {
    wakeUps.set(first, inMs(10_000));
    vi.advanceTimersByTime(9_999);
    expect(woken).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(woken).toEqual([first]);
    vi.advanceTimersByTime(100_000);
    expect(woken).toEqual([first]);
  });

  it('keep one time for each room, the latest that was set', () => {
    wakeUps.set(first, inMs(100));
    wakeUps.set(second, inMs(200));
    wakeUps.set(first, inMs(300));
    vi.advanceTimersByTime(250);
    expect(woken).toEqual([second]);
    vi.advanceTimersByTime(50);
    expect(woken).toEqual([second, first]);
  });

  it('are taken away by null', () => {
    wakeUps.set(first, inMs(100));
    wakeUps.set(first, null);
    wakeUps.set(second, null);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('use one timer for a time that is set again', () => {
    const atMs = inMs(100);
    wakeUps.set(first, atMs);
    wakeUps.set(first, atMs);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('come at once for a deadline that has passed', () => {
    wakeUps.set(first, inMs(-5));
    vi.advanceTimersByTime(0);
    expect(woken).toEqual([first]);
  });

  it('wait on when the timer came too early for the clock, as after a stall', () => {
    wakeUps.set(first, inMs(10_000));
    behindMs = 4_000;
    vi.advanceTimersByTime(13_999);
    expect(woken).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(woken).toEqual([first]);
  });

  it('never come for a fraction of a millisecond too early', () => {
    wakeUps.set(first, inMs(10.5));
    vi.advanceTimersByTime(10);
    expect(woken).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(woken).toEqual([first]);
  });

  it('can be set anew from within one', () => {
    const times: number[] = [];
    const again = new WakeUps(
      () => performance.now(),
      (roomId) => {
        times.push(Math.round(performance.now()));
        if (times.length < 3) again.set(roomId, performance.now() + 10);
      },
    );
    const startMs = Math.round(performance.now());
    again.set(first, performance.now() + 10);
    vi.advanceTimersByTime(100);
    expect(times.map((ms) => ms - startMs)).toEqual([10, 20, 30]);
  });

  it('are all gone after close', () => {
    wakeUps.set(first, inMs(1));
    wakeUps.set(second, inMs(2));
    wakeUps.close();
    wakeUps.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
