import type { RelayProblemCode } from '@apprtc/client';
import { expect, it } from 'vitest';
import { relayedWords, relayTroubleDuring, relayTroubleOf } from './relay-words.ts';
import type { CallScreen } from './screen.ts';

const codes: readonly RelayProblemCode[] = [
  'not-told',
  'not-configured',
  'refused',
  'busy',
  'unreachable',
];

const connecting: CallScreen = {
  name: 'call',
  room: 'garden',
  link: 'https://calls.example/r/garden',
  phase: 'connecting',
  signaling: 'open',
  isServerLate: false,
  path: null,
  relayProblem: { code: 'refused', isRelayOnly: true },
  isTheirTurn: false,
  notice: null,
};

it('has words of its own for every problem, and what to do', () => {
  const said = codes.flatMap((code) =>
    [true, false].map((isRelayOnly) => relayTroubleOf({ code, isRelayOnly })),
  );
  expect(new Set(said.map(({ what }) => what)).size).toBe(codes.length + 1);
  for (const { what, mend } of said) expect(`${what} ${mend}`).toMatch(/relay.*\. .+\.$/);
});

it('speaks during a call where nothing but a relay would do', () => {
  expect(relayTroubleDuring(connecting)?.what).toContain('refused');
  expect(relayTroubleDuring({ ...connecting, phase: 'waiting' })).not.toBeNull();
  expect(relayTroubleDuring({ ...connecting, phase: 'connected' })).toBeNull();
  expect(relayTroubleDuring({ ...connecting, relayProblem: null })).toBeNull();
});

it('speaks where a relay carried the call, and not where there are other ways', () => {
  const relayProblem = { code: 'unreachable', isRelayOnly: false } as const;
  const lost: CallScreen = { ...connecting, phase: 'reconnecting', relayProblem };
  expect(relayTroubleDuring(lost)).toBeNull();
  expect(relayTroubleDuring({ ...lost, path: { kind: 'direct' } })).toBeNull();
  const ours = { kind: 'relay', side: 'ours', transport: 'udp' } as const;
  const trouble = relayTroubleDuring({ ...lost, path: ours });
  expect(trouble?.what).toContain('does not answer');
  expect(trouble?.mend).toContain('tried again');
  expect(relayTroubleDuring({ ...lost, path: { ...ours, side: 'theirs' } })).toBeNull();
});

it('names the transport to the relay where it is known', () => {
  const path = { kind: 'relay', side: 'ours', transport: 'tls' } as const;
  expect(relayedWords(path)).toBe('over TLS');
  expect(relayedWords({ ...path, transport: null })).toBe('relayed');
  expect(relayedWords({ ...path, side: 'theirs' })).toBe('relayed by them');
});
