import { ManualClock } from '@apprtc/testkit';
import { expect, test } from 'vitest';
import { MediaWatch } from './media-watch.ts';

function watched() {
  const clock = new ManualClock();
  const heard: string[] = [];
  const at = (what: string) => () => {
    heard.push(`${what} ${clock.nowMs()}`);
  };
  const watch = new MediaWatch(clock, {
    onConnected: at('connected'),
    onLost: at('lost'),
    onRestart: at('restart'),
    onGivenUp: at('given up'),
  });
  return { clock, heard, watch };
}

test('media that never comes is given up after 30 s', () => {
  const { clock, heard, watch } = watched();
  watch.expect();
  clock.advance(10_000);
  watch.expect();
  clock.advance(20_000);
  expect(heard).toEqual(['given up 30000']);
});

test('a failure is answered with three restarts, a mere disconnection with none', () => {
  const { clock, heard, watch } = watched();
  watch.observe('connected');
  watch.observe('disconnected');
  clock.advance(5_000);
  watch.observe('failed');
  watch.observe('failed');
  clock.advance(60_000);
  expect(heard).toEqual([
    'connected 0',
    'lost 0',
    'lost 5000',
    'restart 5000',
    'lost 5000',
    'restart 14000',
    'restart 23000',
    'given up 30000',
  ]);
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
  watch.observe('failed');
  heard.length = 0;
  watch.stop();
  watch.observe('connected');
  clock.advance(60_000);
  expect(heard).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});
