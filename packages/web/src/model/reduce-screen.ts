import type { CallState, EndReason, MediaPath, RelayProblem, SignalingState } from '@apprtc/client';
import type { CallScreen, Notice, Screen, Unsupported } from './screen.ts';
import { unreachable } from './unreachable.ts';

const maxNoticeLength = 400;

/** Everything that can change what the page shows. */
export type ScreenEvent =
  | { readonly type: 'home-opened' }
  | { readonly type: 'room-opened'; readonly room: string }
  | { readonly type: 'self-test-opened'; readonly room: string }
  | { readonly type: 'room-name-refused'; readonly text: string }
  | { readonly type: 'browser-refused'; readonly reason: Unsupported }
  | { readonly type: 'devices-asked'; readonly room: string }
  | { readonly type: 'seat-asked'; readonly room: string }
  | { readonly type: 'room-was-full'; readonly room: string }
  | { readonly type: 'server-lost'; readonly room: string; readonly retryInS: number }
  | { readonly type: 'second-passed' }
  | { readonly type: 'joined'; readonly room: string; readonly link: string }
  | { readonly type: 'call-changed'; readonly state: CallState }
  | { readonly type: 'signaling-changed'; readonly signaling: SignalingState }
  | { readonly type: 'path-changed'; readonly path: MediaPath | null }
  | { readonly type: 'relay-problem'; readonly problem: RelayProblem | null }
  /** The server's connection has not opened, or not come back, for some seconds. */
  | { readonly type: 'server-late' }
  | { readonly type: 'noticed'; readonly notice: Notice }
  | { readonly type: 'notice-read' }
  | {
      readonly type: 'left';
      readonly room: string;
      readonly reason: EndReason;
      readonly relayProblem: RelayProblem | null;
    };

/** Several warnings are read together. */
function joinedNotice(before: Notice | null, next: Notice): Notice {
  if (before?.kind !== 'warning' || next.kind !== 'warning') return next;
  const isKnown = before.text.includes(next.text) || before.text.length > maxNoticeLength;
  return isKnown ? before : { kind: 'warning', text: `${before.text} ${next.text}` };
}

/** The other one was here, and now one is alone again. Who was only expected has not left. */
function noticeOf({ phase, notice }: CallScreen, next: CallScreen['phase']): Notice | null {
  if (next === phase) return notice;
  // A warning stays until it is read: it may have come a moment before the other one.
  if (notice?.kind === 'warning') return notice;
  return next === 'waiting' && phase !== 'connecting' ? { kind: 'they-left' } : null;
}

function withCallState(screen: CallScreen, state: CallState): Screen {
  switch (state.name) {
    case 'joining':
      return screen;
    case 'waiting':
    case 'connecting':
    case 'connected':
    case 'reconnecting':
      return {
        ...screen,
        phase: state.name,
        notice: noticeOf(screen, state.name),
        isTheirTurn: state.name === 'reconnecting' && state.seeker === 'them',
      };
    case 'ended':
      // A page that is being left comes back to this screen from the browser's cache, to join again.
      return state.reason === 'page-left'
        ? { name: 'joining', room: screen.room, step: 'seat' }
        : leftScreen(screen.room, state.reason, screen.relayProblem);
    default:
      return unreachable(state);
  }
}

function leftScreen(room: string, reason: EndReason, relayProblem: RelayProblem | null): Screen {
  return { name: 'left', room, reason, relayProblem };
}

function isSought(signaling: SignalingState): boolean {
  return signaling === 'connecting' || signaling === 'reconnecting';
}

function joined(room: string, link: string): CallScreen {
  return {
    name: 'call',
    room,
    link,
    phase: 'waiting',
    signaling: 'connecting',
    isServerLate: false,
    path: null,
    relayProblem: null,
    isTheirTurn: false,
    notice: null,
  };
}

/** What the page shows next. Pure. Events that come too late for their screen change nothing. */
export function reduceScreen(screen: Screen, event: ScreenEvent): Screen {
  switch (event.type) {
    case 'home-opened':
      return { name: 'home' };
    case 'room-opened':
      return { name: 'confirm', room: event.room };
    case 'self-test-opened':
      return { name: 'self-test', room: event.room };
    case 'room-name-refused':
      return { name: 'bad-room', text: event.text };
    case 'browser-refused':
      return { name: 'unsupported', reason: event.reason };
    case 'devices-asked':
      return { name: 'joining', room: event.room, step: 'devices' };
    case 'seat-asked':
      return { name: 'joining', room: event.room, step: 'seat' };
    case 'room-was-full':
      return { name: 'full', room: event.room };
    case 'server-lost':
      return { name: 'unreachable', room: event.room, retryInS: event.retryInS };
    case 'joined':
      return joined(event.room, event.link);
    case 'left':
      return leftScreen(event.room, event.reason, event.relayProblem);
    case 'second-passed':
      return screen.name === 'unreachable'
        ? { ...screen, retryInS: Math.max(0, screen.retryInS - 1) }
        : screen;
    default:
      return screen.name === 'call' ? reduceCall(screen, event) : screen;
  }
}

type CallEvent = Extract<
  ScreenEvent,
  {
    readonly type:
      | 'call-changed'
      | 'signaling-changed'
      | 'server-late'
      | 'path-changed'
      | 'relay-problem'
      | 'noticed'
      | 'notice-read';
  }
>;

function reduceCall(screen: CallScreen, event: CallEvent): Screen {
  switch (event.type) {
    case 'call-changed':
      return withCallState(screen, event.state);
    case 'signaling-changed':
      return {
        ...screen,
        signaling: event.signaling,
        // A search that goes on in another way is no less late.
        isServerLate: screen.isServerLate && isSought(event.signaling),
      };
    case 'server-late':
      return isSought(screen.signaling) ? { ...screen, isServerLate: true } : screen;
    case 'path-changed':
      return { ...screen, path: event.path };
    case 'relay-problem':
      return { ...screen, relayProblem: event.problem };
    case 'noticed':
      return { ...screen, notice: joinedNotice(screen.notice, event.notice) };
    case 'notice-read':
      return { ...screen, notice: null };
    default:
      return unreachable(event);
  }
}
