import { sessionLimits } from '@apprtc/protocol';
import { count, option } from './option.ts';
import { dayMs, integer, milliseconds } from './value-kind.ts';

/** The session protocol: how long things may take, and how much of them there may be. */
export const sessionOptions = {
  sessionTickMs: option(
    'Sessions',
    milliseconds,
    sessionLimits.tickMs,
    'The time between signs of life on a connection that speaks the session protocol.',
  ),
  sessionSilenceMs: option(
    'Sessions',
    milliseconds,
    sessionLimits.silenceMs,
    'How long such a connection may be silent before it counts as dead.',
  ),
  sessionGraceMs: option(
    'Sessions',
    milliseconds,
    sessionLimits.seatGraceMs,
    'How long a session keeps its seat after its last sign of life.',
  ),
  sessionLeavingMs: option(
    'Sessions',
    milliseconds,
    sessionLimits.leavingMs,
    'How long a page that is being reloaded or left has first claim to its seat.',
  ),
  sessionRestoreMs: option(
    'Sessions',
    milliseconds,
    sessionLimits.restoreMs,
    'How long after a start those who held a seat before it go before newcomers.',
  ),
  watchIdleMs: option(
    'Sessions',
    milliseconds,
    sessionLimits.watchIdleMs,
    'How long a connection that only watches a room may say nothing.',
  ),
  maxWatchersPerAddress: option(
    'Sessions',
    count,
    sessionLimits.maxWatchersOfAddress,
    'Connections of one address that only watch rooms. This machine has no bound, unless a proxy is trusted.',
  ),
  drainTimeoutMs: option(
    'Sessions',
    { ...integer(0, dayMs), placeholder: '<ms>' },
    0,
    'How long a stop waits for calls of clients that hang up when their WebSocket closes, such as the Android and iOS apps. 0: not at all.',
  ),
};
