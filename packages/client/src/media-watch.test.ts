import { ManualClock } from '@apprtc/testkit';
import { expect, test } from 'vitest';
import type { Attempt } from './api.ts';
import { MediaWatch, type RestartPace, restartDelayMs, sessionPace } from './media-watch.ts';

function watched(
  pace?: RestartPace,
  mayGiveUp?: () => boolean,
  onAttempt: (attempt: Attempt | null) => void = () => {},
) {
  const clock = new ManualClock();
  const heard: string[] = [];
  const at = (what: string) => () => {
    heard.push(`${what} ${clock.nowMs()}`);
  };
  const { setTimeout, clearTimeout, nowMs } = clock;
  const watch = new MediaWatch(
    { setTimeout, clearTimeout, nowMs, random: () => 0.5 },
    {
      onConnected: at('connected'),
      onLost: at('lost'),
      onRestart: at('restart'),
      onGivenUp: at('given up'),
      onAttempt,
      mayGiveUp: mayGiveUp ?? (() => true),
    },
    pace,
  );
  return { clock, heard, watch };
}

test('media that never comes is given up after 30 s', () => {
  const { clock, heard, watch } = watched();
  watch.expect();
  watch.observe('connecting');
  clock.advance(10_000);
  watch.expect();
  watch.heard();
  clock.advance(20_000);
  expect(heard).toEqual(['given up 30000']);
});

test('a connection that has found nothing to try is restarted, one that tries is not', () => {
  const { clock, heard, watch } = watched();
  watch.expect();
  clock.advance(12_000);
  watch.observe('connecting');
  clock.advance(17_000);
  expect(heard).toEqual(['restart 10000']);
});

test('a first attempt that fails is restarted at once', () => {
  const { clock, heard, watch } = watched();
  watch.expect();
  clock.advance(5_000);
  watch.observe('connecting');
  clock.advance(7_000);
  watch.observe('failed');
  expect(heard).toEqual(['lost 12000', 'restart 12000']);
});

test('a failure is answered with restarts, ever slower', () => {
  const { clock, heard, watch } = watched();
  watch.observe('connected');
  watch.observe('failed');
  clock.advance(60_000);
  expect(heard).toEqual([
    'connected 0',
    'lost 0',
    'restart 0',
    'restart 6000',
    'restart 15000',
    'restart 27000',
    'given up 30000',
  ]);
});

test('a disconnection that lasts is answered with a restart, a short one is not', () => {
  const { clock, heard, watch } = watched();
  watch.observe('connected');
  watch.observe('disconnected');
  clock.advance(4_900);
  watch.observe('connected');
  clock.advance(60_000);
  watch.observe('disconnected');
  clock.advance(5_000);
  watch.observe('failed');
  expect(heard).toEqual([
    'connected 0',
    'lost 0',
    'connected 4900',
    'lost 64900',
    'restart 69900',
    'lost 69900',
  ]);
});

test('one who is heard of is not given up, for two minutes', () => {
  const { clock, heard, watch } = watched();
  watch.observe('connected');
  watch.observe('failed');
  for (let second = 0; second < 119; second += 1) {
    clock.advance(1_000);
    watch.heard();
  }
  expect(heard.filter((line) => line.startsWith('restart'))).toHaveLength(10);
  expect(heard.at(-1)).not.toMatch(/given up/);
  clock.advance(1_000);
  expect(heard.at(-1)).toBe('given up 120000');
  expect(clock.pendingTimers).toBe(0);
});

test('the delay between restarts grows to 15 s, give or take a tenth', () => {
  const delays = [1, 2, 3, 4, 50].map((restarts) => restartDelayMs(restarts, 0.5));
  expect(delays).toEqual([6_000, 9_000, 12_000, 15_000, 15_000]);
  expect([restartDelayMs(4, 0), restartDelayMs(4, 1)]).toEqual([13_500, 16_500]);
});

test('a failed connection is restarted at once when the other one can be reached again', () => {
  const { clock, heard, watch } = watched();
  watch.nudge();
  watch.observe('connected');
  watch.nudge();
  watch.observe('failed');
  clock.advance(2_000);
  watch.nudge();
  expect(heard).toEqual(['connected 0', 'lost 0', 'restart 0', 'restart 2000']);
});

test('media that is back clears the slate', () => {
  const { clock, heard, watch } = watched();
  watch.observe('failed');
  clock.advance(29_000);
  watch.observe('connected');
  clock.advance(60_000);
  watch.observe('failed');
  expect(heard.slice(-3)).toEqual(['connected 29000', 'lost 89000', 'restart 89000']);
});

test('stopped, it is silent and holds no timer', () => {
  const { clock, heard, watch } = watched();
  watch.observe('connected');
  watch.observe('failed');
  heard.length = 0;
  watch.stop();
  watch.observe('connected');
  watch.heard();
  watch.nudge();
  clock.advance(60_000);
  expect(heard).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

test('between two who speak sessions either side restarts after 2 s, the polite one a second later', () => {
  for (const [isPolite, atMs] of [
    [false, 2_000],
    [true, 3_000],
  ] as const) {
    const { clock, heard, watch } = watched(sessionPace(isPolite));
    watch.observe('connected');
    watch.observe('disconnected');
    clock.advance(4_000);
    expect(heard).toEqual(['connected 0', 'lost 0', `restart ${atMs}`]);
    watch.observe('connected');
    watch.observe('failed');
    clock.advance(1_500);
    expect(heard.at(-1)).toBe(`restart ${isPolite ? 5_000 : 4_000}`);
  }
});

test('once the other one can be reached again, the old path has a second to come back', () => {
  const { clock, heard, watch } = watched(sessionPace(false));
  watch.observe('connected');
  watch.observe('disconnected');
  clock.advance(1_500);
  watch.nudge();
  clock.advance(900);
  expect(heard).toEqual(['connected 0', 'lost 0']);
  clock.advance(200);
  expect(heard.at(-1)).toBe('restart 2500');
});

test('nothing is given up while nothing new could be agreed upon', () => {
  const { clock, heard, watch } = watched(sessionPace(false), () => clock.nowMs() > 50_000);
  watch.observe('connected');
  watch.observe('failed');
  clock.advance(59_000);
  expect(heard).not.toContain('given up 30000');
  clock.advance(2_000);
  expect(heard.at(-1)).toBe('given up 60000');
});

test('each attempt is told, with the time since when media is gone, and that there is none any more', () => {
  const told: (Attempt | null)[] = [];
  const { clock, watch } = watched(sessionPace(false), undefined, (attempt) => told.push(attempt));
  watch.observe('connected');
  clock.advance(1_000);
  watch.observe('disconnected');
  clock.advance(2_000);
  watch.observe('connected');
  const lost = { sinceMs: 1_000 };
  expect(told).toEqual([null, { ...lost, attempt: 0 }, { ...lost, attempt: 1 }, null]);
});
