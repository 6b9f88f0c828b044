import { expect, it } from 'vitest';
import type { CallScreen } from './screen.ts';
import { spokenWords, statusWords } from './status-words.ts';

const waiting: CallScreen = {
  name: 'call',
  room: 'garden',
  link: 'https://calls.example/r/garden',
  phase: 'waiting',
  signaling: 'connecting',
  isServerLate: false,
  path: null,
  relayProblem: null,
  isTheirTurn: false,
  notice: null,
};

it('does not speak of the server before it is late', () => {
  expect(statusWords(waiting)).toBe('Waiting');
  expect(statusWords({ ...waiting, phase: 'connecting' })).toBe('Connecting…');
});

it('does not claim to wait for somebody while the server is not reached', () => {
  const late: CallScreen = { ...waiting, isServerLate: true };
  for (const phase of ['waiting', 'connecting'] as const) {
    expect(statusWords({ ...late, phase })).toBe('Reaching the server…');
    const lost = statusWords({ ...late, phase, signaling: 'reconnecting' });
    expect(lost).toBe('Reconnecting to the server…');
  }
});

it('says that a call goes on without the server', () => {
  const call: CallScreen = { ...waiting, phase: 'connected', signaling: 'reconnecting' };
  expect(statusWords(call)).toBe('Connected (server away)');
});

it('says who has to find the new path', () => {
  const lost: CallScreen = { ...waiting, phase: 'reconnecting', signaling: 'open' };
  expect(statusWords(lost)).toBe('Reconnecting…');
  expect(statusWords({ ...lost, isTheirTurn: true })).toBe('Reconnecting (their side)…');
});

it('reads aloud that a relay carries the call, while it does', () => {
  const path = { kind: 'relay', side: 'theirs', transport: null } as const;
  const call: CallScreen = { ...waiting, phase: 'connected', signaling: 'open', path };
  expect(spokenWords(call)).toBe('Connected, via relay');
  expect(spokenWords({ ...call, path: { kind: 'direct' } })).toBe('Connected');
  expect(spokenWords({ ...call, phase: 'reconnecting' })).toBe('Reconnecting…');
});

it('reads aloud why no relay carries the call', () => {
  const relayProblem = { code: 'busy', isRelayOnly: true } as const;
  const alone: CallScreen = { ...waiting, relayProblem };
  expect(spokenWords(alone)).toBe('The relay (TURN) has no room for another call. Waiting');
});

it('speaks the notice first', () => {
  const alone: CallScreen = { ...waiting, notice: { kind: 'they-left' } };
  expect(spokenWords(alone)).toBe('They left the call. Waiting');
});
