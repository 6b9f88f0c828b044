import { unreachable } from '@apprtc/protocol';
import type { CallState, EndReason, SignalingState } from './api.ts';

/** All that a call shows of itself. Media and signaling live apart: either may be gone while the other is well. */
export interface CallModel {
  readonly call: CallState;
  readonly signaling: SignalingState;
}

export type CallEvent =
  /** A seat was won. */
  | { readonly kind: 'seated'; readonly isInitiator: boolean }
  /** The seat was given up to ask for a new one. */
  | { readonly kind: 'rejoining' }
  /** The server names another one, with whom all begins anew. */
  | { readonly kind: 'paired' }
  /** A description of the other one is being taken. */
  | { readonly kind: 'peer-here' }
  /** The other one should have made an offer by now, and has not. */
  | { readonly kind: 'peer-silent' }
  | { readonly kind: 'media-connected'; readonly atMs: number }
  | {
      readonly kind: 'media-lost';
      readonly atMs: number;
      readonly seeker: 'us' | 'them';
    }
  /** The other one said `bye`, or was given up. */
  | { readonly kind: 'peer-gone' }
  | { readonly kind: 'signaling'; readonly state: SignalingState }
  /** The server no longer knows our seat, or gave it to another socket. */
  | { readonly kind: 'seat-refused' }
  | { readonly kind: 'ended'; readonly reason: EndReason };

export const initialCall: CallModel = { call: { name: 'joining' }, signaling: 'connecting' };

function ended(reason: EndReason): CallModel {
  return { call: { name: 'ended', reason }, signaling: 'closed' };
}

function hasMedia(call: CallState): boolean {
  return call.name === 'connected' || call.name === 'reconnecting';
}

/** While a seat is asked for, nothing of a former one counts. */
function reduceJoining(model: CallModel, event: CallEvent): CallModel {
  if (event.kind === 'ended') return ended(event.reason);
  if (event.kind !== 'seated') return model;
  return { ...model, call: { name: event.isInitiator ? 'waiting' : 'connecting' } };
}

function peerGone(model: CallModel): CallModel {
  // Without signaling nobody could ever reach us here.
  if (model.signaling === 'closed') return ended('seat-lost');
  return model.call.name === 'waiting' ? model : { ...model, call: { name: 'waiting' } };
}

function mediaLost(
  model: CallModel,
  { atMs: sinceMs, seeker }: Extract<CallEvent, { kind: 'media-lost' }>,
): CallModel {
  if (model.call.name !== 'connected') return model;
  return { ...model, call: { name: 'reconnecting', sinceMs, seeker } };
}

/** The only place that decides a call's state. An event that means nothing in a state leaves it as it is. */
export function reduceCall(model: CallModel, event: CallEvent): CallModel {
  const { call } = model;
  if (call.name === 'ended') return model;
  if (call.name === 'joining') return reduceJoining(model, event);
  switch (event.kind) {
    case 'seated':
      return model;
    case 'rejoining':
      return initialCall;
    case 'paired':
      return { ...model, call: { name: 'connecting' } };
    case 'peer-here':
      return call.name === 'waiting' ? { ...model, call: { name: 'connecting' } } : model;
    case 'peer-silent':
      // Perhaps nobody is there: a seat whose holder crashed, say. Perhaps somebody is who offers only when rung at.
      return call.name === 'connecting' ? { ...model, call: { name: 'waiting' } } : model;
    case 'media-connected':
      if (call.name === 'connected') return model;
      return { ...model, call: { name: 'connected', sinceMs: event.atMs } };
    case 'media-lost':
      return mediaLost(model, event);
    case 'peer-gone':
      return peerGone(model);
    case 'signaling':
      return model.signaling === event.state ? model : { ...model, signaling: event.state };
    case 'seat-refused':
      return hasMedia(call) ? { ...model, signaling: 'closed' } : ended('seat-lost');
    case 'ended':
      return ended(event.reason);
    default:
      return unreachable(event);
  }
}
