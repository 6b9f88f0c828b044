import type { MediaPath, RelayProblem, RelayProblemCode } from '@apprtc/client';
import type { CallScreen } from './screen.ts';

/** What is wrong with the relay, and what to do about it. */
export interface RelayTrouble {
  readonly what: string;
  readonly mend: string;
}

const tellOperator = 'Tell whoever runs this server.';

const troubles: Readonly<Record<RelayProblemCode, RelayTrouble>> = {
  'not-told': {
    what: 'The server does not say which relay (TURN) to use.',
    mend: 'It is being asked again.',
  },
  'not-configured': {
    what: 'This server has no relay (TURN) of the kind that this address asks for.',
    mend: 'Open it without “it=relay” and “tt=”, or tell whoever runs this server.',
  },
  refused: {
    what: 'The relay (TURN) refused this server’s password.',
    mend: `It is not you: the secret does not match, or a clock is wrong. ${tellOperator}`,
  },
  busy: {
    what: 'The relay (TURN) has no room for another call.',
    mend: `Try again later. ${tellOperator}`,
  },
  unreachable: {
    what: 'The relay (TURN) does not answer.',
    mend: `It may be down, or your network blocks it: another network may help. ${tellOperator}`,
  },
};

/** Without a relay calls between some networks can't be; that is only worth a word once one was not. */
const noneConfigured: RelayTrouble = {
  what: 'The two networks let nothing through directly, and this server has no relay (TURN).',
  mend: `Another network may help. ${tellOperator}`,
};

export function relayTroubleOf({ code, isRelayOnly }: RelayProblem): RelayTrouble {
  return code === 'not-configured' && !isRelayOnly ? noneConfigured : troubles[code];
}

/** In the middle of a call the relay is waited for, and nobody has to do anything yet. */
const awayForNow: RelayTrouble = {
  what: troubles.unreachable.what,
  mend: 'It is tried again until it is back.',
};

/** What to say during a call: nothing while media flows, or while it may yet come without a relay. */
export function relayTroubleDuring({ phase, path, relayProblem }: CallScreen): RelayTrouble | null {
  if (relayProblem === null || phase === 'connected') return null;
  const wasRelayed = path?.kind === 'relay' && path.side === 'ours';
  if (phase === 'reconnecting' && wasRelayed && relayProblem.code === 'unreachable') {
    return awayForNow;
  }
  return relayProblem.isRelayOnly || wasRelayed ? relayTroubleOf(relayProblem) : null;
}

/** For the details, after the two ends of the path. */
export function relayedWords(path: Extract<MediaPath, { kind: 'relay' }>): string {
  if (path.side === 'theirs') return 'relayed by them';
  return path.transport === null ? 'relayed' : `over ${path.transport.toUpperCase()}`;
}
