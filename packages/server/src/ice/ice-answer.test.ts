import { type IceServer, parseIceConfig } from '@apprtc/protocol';
import { describe, expect, it } from 'vitest';
import { iceAnswer, stunAnswerFor } from './ice-answer.ts';

const now = 1_700_000_000;
const stun: IceServer = { urls: ['stun:s.test:3478'] };
const timed: IceServer = { urls: ['turn:t.test:3478'], username: '1700000600:o', credential: 'c' };
const named: IceServer = { urls: ['turns:n.test:443'], username: 'bob', credential: 'd' };
const stunWithUser: IceServer = {
  urls: ['stun:u.test'],
  username: '1700000600:x',
  credential: 'e',
};

function answer(...servers: readonly IceServer[]) {
  return iceAnswer({ servers, expiresAtSeconds: now + 600 }, now);
}

describe('an answer', () => {
  it('[IC1] says how long it is good for, and is one that our own client reads', () => {
    const config = answer(timed);
    expect(config).toEqual({ lifetimeDuration: '600s', iceServers: [timed] });
    expect(parseIceConfig(JSON.stringify(config))).toMatchObject({ ok: true });
    expect(iceAnswer({ servers: [timed], expiresAtSeconds: now - 1 }, now).lifetimeDuration).toBe(
      '0s',
    );
  });

  it('[IC5] has the server first whose username is its expiry, the others in their order', () => {
    const { iceServers } = answer(stun, stunWithUser, named, timed);
    expect(iceServers).toEqual([timed, named, stunWithUser, stun]);
  });

  it('[IC5] has a relay first where no username says an expiry', () => {
    expect(answer(stun, named).iceServers).toEqual([named, stun]);
  });

  it('[IC5] gives credentials to a first server that has none, and to no other', () => {
    expect(answer(stun, { urls: ['stun:b.test'] }).iceServers).toEqual([
      { ...stun, username: '1700000600:apprtc', credential: 'none' },
      { urls: ['stun:b.test'] },
    ]);
  });

  it('[IC6] of STUN only has one server', () => {
    expect(stunAnswerFor(['stun:[::1]:3478', 'stun:b.test'], 86_400, now)).toEqual({
      lifetimeDuration: '86400s',
      iceServers: [
        {
          urls: ['stun:[::1]:3478', 'stun:b.test'],
          username: '1700086400:apprtc',
          credential: 'none',
        },
      ],
    });
  });
});
