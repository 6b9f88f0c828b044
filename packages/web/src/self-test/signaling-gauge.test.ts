import type { Call, SignalingState } from '@apprtc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignalingGauge } from './signaling-gauge.ts';

/** A call and its far end, whose messages come back when the test says so. */
function ends() {
  const listeners = new Map<string, (value: string) => void>();
  const sent: string[] = [];
  const call = {
    signaling: 'connecting' as SignalingState,
    on: (name: string, listener: (value: string) => void) => {
      listeners.set(name, listener);
      return () => listeners.delete(name);
    },
    sendCustomized: (data: string) => sent.push(data),
  };
  const peer = { signaling: 'connecting' as SignalingState };
  return {
    call,
    peer,
    sent,
    listeners,
    gauge: new SignalingGauge(call as unknown as Call, peer),
    become: (own: SignalingState, far: SignalingState) => {
      call.signaling = own;
      peer.signaling = far;
      listeners.get('signaling')?.(own);
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('SignalingGauge', () => {
  it('says nothing before both ends are open', () => {
    const { become, sent, gauge } = ends();
    become('open', 'connecting');
    vi.advanceTimersByTime(2_000);
    expect(sent).toEqual([]);
    expect(gauge.result()).toEqual({ wasOpen: false, wasLost: false, roundTripMs: null });
  });

  it('times messages there and back; the quickest counts, a stranger’s does not', () => {
    const { become, sent, listeners, gauge } = ends();
    become('open', 'open');
    vi.advanceTimersByTime(600);
    vi.advanceTimersByTime(200);
    listeners.get('customized')?.('RING');
    listeners.get('customized')?.(sent[0] ?? '');
    vi.advanceTimersByTime(400);
    vi.advanceTimersByTime(30);
    listeners.get('customized')?.(sent[1] ?? '');
    expect(sent).toHaveLength(2);
    expect(gauge.result()).toEqual({ wasOpen: true, wasLost: false, roundTripMs: 30 });
  });

  it.each([
    ['reconnecting', 'open'],
    ['open', 'closed'],
  ] as const)('remembers a loss: %s, %s', (own, far) => {
    const { become, gauge } = ends();
    become('open', 'open');
    become(own, far);
    become('open', 'open');
    expect(gauge.result()).toMatchObject({ wasOpen: true, wasLost: true });
  });

  it('stops for good', () => {
    const { become, sent, listeners, gauge } = ends();
    become('open', 'open');
    gauge.stop();
    vi.advanceTimersByTime(5_000);
    expect(sent).toEqual([]);
    expect(listeners.size).toBe(0);
  });
});
