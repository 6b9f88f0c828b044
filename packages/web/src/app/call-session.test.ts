import { type Call, CallError, type CallErrorReason } from '@apprtc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changedTracks, type JoinRequest, joinRoom } from './call-session.ts';
import type { Sdk } from './sdk.ts';

const hangUp = vi.fn(() => Promise.resolve());
const call = { room: 'garden', hangUp } as unknown as Call;

/** Refuses with each reason in turn, then lets in. */
function sdkThatRefuses(...reasons: CallErrorReason[]): { sdk: Sdk; asked: () => number } {
  let asked = 0;
  const sdk = {
    openRoom: ({ room }) => ({
      room,
      join: () => {
        const reason = reasons[asked];
        asked += 1;
        return reason === undefined ? Promise.resolve(call) : Promise.reject(new CallError(reason));
      },
    }),
  } satisfies Partial<Sdk> as unknown as Sdk;
  return { sdk, asked: () => asked };
}

function request(change: Partial<JoinRequest> = {}): JoinRequest {
  return {
    room: 'garden',
    query: '',
    media: {} as MediaStream,
    signal: new AbortController().signal,
    patienceMs: 0,
    ...change,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  hangUp.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('joinRoom', () => {
  it('takes the seat', async () => {
    const { sdk } = sdkThatRefuses();
    expect(await joinRoom(sdk, request())).toEqual({ ok: true, call });
  });

  it('says at once that a room is full where nothing speaks for a seat of its own', async () => {
    const { sdk, asked } = sdkThatRefuses('room-full');
    expect(await joinRoom(sdk, request())).toEqual({ ok: false, problem: 'room-full' });
    expect(asked()).toBe(1);
  });

  it('asks again after a reload until its old seat is free', async () => {
    const { sdk, asked } = sdkThatRefuses('room-full', 'room-full');
    const outcome = joinRoom(sdk, request({ patienceMs: 3_000 }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await outcome).toEqual({ ok: true, call });
    expect(asked()).toBe(3);
  });

  it('gives in after its patience', async () => {
    const { sdk } = sdkThatRefuses(...new Array<CallErrorReason>(20).fill('room-full'));
    const outcome = joinRoom(sdk, request({ patienceMs: 3_000 }));
    await vi.advanceTimersByTimeAsync(3_500);
    expect(await outcome).toEqual({ ok: false, problem: 'room-full' });
  });

  it('leaves the room again when nobody wants the seat any more', async () => {
    const { sdk } = sdkThatRefuses();
    const signal = AbortSignal.abort();
    expect(await joinRoom(sdk, request({ signal }))).toEqual({ ok: false, problem: 'aborted' });
    expect(hangUp).toHaveBeenCalledOnce();
  });
});

describe('changedTracks', () => {
  const track = (kind: 'audio' | 'video') => ({ kind }) as MediaStreamTrack;
  const stream = (...tracks: readonly MediaStreamTrack[]) =>
    ({
      getTracks: () => [...tracks],
      getAudioTracks: () => tracks.filter(({ kind }) => kind === 'audio'),
      getVideoTracks: () => tracks.filter(({ kind }) => kind === 'video'),
    }) as unknown as MediaStream;
  const [microphone, camera, black] = [track('audio'), track('video'), track('video')];

  it('is nothing where the devices are those of the join', () => {
    expect(changedTracks(stream(microphone, camera), stream(microphone, camera))).toEqual([]);
    expect(changedTracks(stream(black), stream(black))).toEqual([]);
  });

  it('is what came while the seat was being asked for', () => {
    expect(changedTracks(stream(black), stream(microphone, camera))).toEqual([
      { kind: 'audio', track: microphone },
      { kind: 'video', track: camera },
    ]);
  });

  it('is what went meanwhile', () => {
    expect(changedTracks(stream(microphone, camera), stream(black))).toEqual([
      { kind: 'audio', track: null },
      { kind: 'video', track: black },
    ]);
  });
});
