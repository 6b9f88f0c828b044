import { describe, expect, it } from 'vitest';
import { reduceScreen, type ScreenEvent } from './reduce-screen.ts';
import type { CallScreen, Screen } from './screen.ts';

const waiting: CallScreen = {
  name: 'call',
  room: 'garden',
  link: 'https://calls.example/r/garden',
  phase: 'waiting',
  signaling: 'open',
  isServerLate: false,
  path: null,
  relayProblem: null,
  isTheirTurn: false,
  notice: null,
};

function after(screen: Screen, ...events: readonly ScreenEvent[]): Screen {
  return events.reduce(reduceScreen, screen);
}

describe('the way into a call', () => {
  it('goes from home over the devices and the seat to waiting', () => {
    const steps: readonly ScreenEvent[] = [
      { type: 'devices-asked', room: 'garden' },
      { type: 'seat-asked', room: 'garden' },
      { type: 'joined', room: 'garden', link: waiting.link },
    ];
    expect(after({ name: 'home' }, ...steps)).toEqual({ ...waiting, signaling: 'connecting' });
  });

  it('leads to a test of oneself where that is asked for', () => {
    const opened: ScreenEvent = { type: 'self-test-opened', room: 'garden' };
    expect(after({ name: 'home' }, opened)).toEqual({ name: 'self-test', room: 'garden' });
  });

  it('says that the room was full', () => {
    const screen = after(
      { name: 'joining', room: 'garden', step: 'seat' },
      {
        type: 'room-was-full',
        room: 'garden',
      },
    );
    expect(screen).toEqual({ name: 'full', room: 'garden' });
  });

  it('counts down to the next try, and not below zero', () => {
    const lost: ScreenEvent = { type: 'server-lost', room: 'garden', retryInS: 2 };
    const second: ScreenEvent = { type: 'second-passed' };
    expect(after({ name: 'home' }, lost, second)).toMatchObject({ retryInS: 1 });
    expect(after({ name: 'home' }, lost, second, second, second)).toMatchObject({ retryInS: 0 });
  });
});

describe('during a call', () => {
  it('says that they left when it is waiting again', () => {
    const screen = after(
      waiting,
      { type: 'call-changed', state: { name: 'connected', sinceMs: 1 } },
      { type: 'call-changed', state: { name: 'waiting' } },
    );
    expect(screen).toEqual({ ...waiting, notice: { kind: 'they-left' } });
  });

  it('says nothing of the kind while it was waiting all along', () => {
    const screen = after(waiting, { type: 'call-changed', state: { name: 'waiting' } });
    expect(screen).toEqual(waiting);
  });

  it('says nothing of the kind of somebody who never came', () => {
    const expecting: CallScreen = { ...waiting, phase: 'connecting' };
    const screen = after(expecting, { type: 'call-changed', state: { name: 'waiting' } });
    expect(screen).toEqual(waiting);
  });

  it('takes the notice away when someone comes', () => {
    const alone: CallScreen = { ...waiting, notice: { kind: 'they-left' } };
    const screen = after(alone, { type: 'call-changed', state: { name: 'connecting' } });
    expect(screen).toEqual({ ...waiting, phase: 'connecting' });
  });

  it('keeps warnings until they are read, each of them once', () => {
    const warn = (text: string): ScreenEvent => ({
      type: 'noticed',
      notice: { kind: 'warning', text },
    });
    const screen = after(waiting, warn('One.'), warn('Two.'), warn('One.'), {
      type: 'call-changed',
      state: { name: 'connected', sinceMs: 1 },
    });
    expect(screen).toMatchObject({ notice: { kind: 'warning', text: 'One. Two.' } });
    expect(after(screen, { type: 'notice-read' })).toMatchObject({ notice: null });
    const endless = Array.from({ length: 99 }, (_none, index) => warn(`Warning ${index}.`));
    const last = after(waiting, ...endless);
    const text = last.name === 'call' && last.notice?.kind === 'warning' ? last.notice.text : '';
    expect(text.length).toBeLessThan(500);
  });

  it('keeps its pictures while a new seat is sought', () => {
    const together: CallScreen = { ...waiting, phase: 'connected' };
    expect(after(together, { type: 'call-changed', state: { name: 'joining' } })).toBe(together);
  });

  it('ends with its reason', () => {
    const screen = after(waiting, {
      type: 'call-changed',
      state: { name: 'ended', reason: 'seat-lost' },
    });
    expect(screen).toMatchObject({ name: 'left', room: 'garden', reason: 'seat-lost' });
  });

  it('ends with what was wrong with the relay', () => {
    const problem = { code: 'unreachable', isRelayOnly: true } as const;
    const ended: ScreenEvent = {
      type: 'call-changed',
      state: { name: 'ended', reason: 'failed' },
    };
    const screen = after(waiting, { type: 'relay-problem', problem }, ended);
    expect(screen).toMatchObject({ name: 'left', reason: 'failed', relayProblem: problem });
  });

  it('shows the path, and whose turn it is to find another', () => {
    const path = { kind: 'relay', side: 'ours', transport: 'udp' } as const;
    const lost = (seeker: 'us' | 'them'): ScreenEvent => ({
      type: 'call-changed',
      state: { name: 'reconnecting', sinceMs: 0, seeker },
    });
    const talking = after(waiting, { type: 'path-changed', path });
    expect(talking).toMatchObject({ path, isTheirTurn: false });
    expect(after(talking, lost('us'))).toMatchObject({ path, isTheirTurn: false });
    expect(after(talking, lost('them'))).toMatchObject({ path, isTheirTurn: true });
    const found: ScreenEvent = { type: 'call-changed', state: { name: 'connected', sinceMs: 1 } };
    expect(after(talking, lost('them'), found)).toMatchObject({ isTheirTurn: false });
  });

  it('is on its way back in when the page was left', () => {
    const screen = after(waiting, {
      type: 'call-changed',
      state: { name: 'ended', reason: 'page-left' },
    });
    expect(screen).toEqual({ name: 'joining', room: 'garden', step: 'seat' });
  });
});

describe('a server that is not reached', () => {
  const late: ScreenEvent = { type: 'server-late' };
  const becomes = (signaling: CallScreen['signaling']): ScreenEvent => ({
    type: 'signaling-changed',
    signaling,
  });
  it.each(['connecting', 'reconnecting'] as const)('is late while %s, until it is there', (how) => {
    const sought = after(waiting, becomes(how), late);
    expect(sought).toMatchObject({ isServerLate: true });
    expect(after(sought, becomes('open'))).toEqual(waiting);
  });

  it('is not late once it is there, or not sought any more', () => {
    expect(after(waiting, late)).toBe(waiting);
    const closed = after(waiting, becomes('reconnecting'), late, becomes('closed'), late);
    expect(closed).toMatchObject({ isServerLate: false });
  });
});

describe('what comes too late', () => {
  const late: readonly ScreenEvent[] = [
    { type: 'call-changed', state: { name: 'waiting' } },
    { type: 'signaling-changed', signaling: 'open' },
    { type: 'server-late' },
    { type: 'noticed', notice: { kind: 'they-left' } },
    { type: 'notice-read' },
    { type: 'second-passed' },
  ];
  it.each(late)('changes nothing at home: $type', (event) => {
    const home: Screen = { name: 'home' };
    expect(reduceScreen(home, event)).toBe(home);
  });
});
