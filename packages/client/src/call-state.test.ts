import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CallEvent, type CallModel, initialCall, reduceCall } from './call-state.ts';

function after(...events: readonly CallEvent[]): CallModel {
  return events.reduce(reduceCall, initialCall);
}

const seated: CallEvent = { kind: 'seated', isInitiator: true };
const connected: CallEvent = { kind: 'media-connected', atMs: 5 };
const lost: CallEvent = { kind: 'media-lost', atMs: 9, seeker: 'us' };
const closed: CallEvent = { kind: 'signaling', state: 'closed' };

describe('a call', () => {
  test('waits as initiator and connects as the second', () => {
    expect(after(seated).call).toEqual({ name: 'waiting' });
    expect(after({ kind: 'seated', isInitiator: false }).call).toEqual({ name: 'connecting' });
  });

  test('goes from waiting over connecting to connected, and back when the peer is gone', () => {
    expect(after(seated, { kind: 'peer-here' }).call).toEqual({ name: 'connecting' });
    expect(after(seated, { kind: 'peer-here' }, connected).call).toEqual({
      name: 'connected',
      sinceMs: 5,
    });
    expect(after(seated, connected, { kind: 'peer-gone' }).call).toEqual({ name: 'waiting' });
  });

  test('is reconnecting only when it was connected', () => {
    expect(after(seated, connected, lost).call).toEqual({
      name: 'reconnecting',
      sinceMs: 9,
      seeker: 'us',
    });
    expect(after(seated, lost).call).toEqual({ name: 'waiting' });
    expect(after(seated, connected, lost, connected).call.name).toBe('connected');
  });

  test('waits when the other one stays silent, and connects when it speaks after all', () => {
    const silent: CallEvent = { kind: 'peer-silent' };
    const alone = after({ kind: 'seated', isInitiator: false }, silent);
    expect(alone.call).toEqual({ name: 'waiting' });
    expect(reduceCall(alone, { kind: 'peer-here' }).call).toEqual({ name: 'connecting' });
    const talking = after(seated, connected);
    expect(reduceCall(talking, silent)).toBe(talking);
  });

  test('outlives its seat while it has media, and not without', () => {
    const refused: CallEvent = { kind: 'seat-refused' };
    const living = after(seated, connected, refused);
    expect(living).toEqual({ call: { name: 'connected', sinceMs: 5 }, signaling: 'closed' });
    expect(reduceCall(living, { kind: 'peer-gone' }).call).toEqual({
      name: 'ended',
      reason: 'seat-lost',
    });
    expect(after(seated, refused).call).toEqual({ name: 'ended', reason: 'seat-lost' });
  });

  test('hears nothing of its former seat while it asks for a new one', () => {
    const model = after(seated, connected, { kind: 'rejoining' }, closed, connected);
    expect(model).toEqual(initialCall);
    expect(reduceCall(model, { kind: 'seat-refused' })).toBe(model);
  });

  test('an event that changes nothing keeps the very same model, so that nobody is told', () => {
    const waiting = after(seated);
    expect(reduceCall(waiting, { kind: 'peer-gone' })).toBe(waiting);
    expect(reduceCall(waiting, { kind: 'signaling', state: 'connecting' })).toBe(waiting);
  });

  test('never leaves its end, whatever happens', () => {
    const event = fc.constantFrom<CallEvent>(
      seated,
      connected,
      lost,
      closed,
      { kind: 'peer-here' },
      { kind: 'peer-silent' },
      { kind: 'peer-gone' },
      { kind: 'rejoining' },
      { kind: 'seat-refused' },
      { kind: 'ended', reason: 'hung-up' },
      { kind: 'ended', reason: 'failed' },
    );
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (before, later) => {
        const model = after(...before, { kind: 'ended', reason: 'page-left' });
        expect(model.call.name).toBe('ended');
        expect(model.signaling).toBe('closed');
        expect(later.reduce(reduceCall, model)).toBe(model);
      }),
    );
  });
});
