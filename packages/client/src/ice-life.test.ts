import { describe, expect, test } from 'vitest';
import { iceLifeMs, iceRefreshDelayMs } from './ice-life.ts';

const wallMs = 1_800_000_000_000;

function lifeOf(lifetimeSeconds: number | null, ...usernames: readonly string[]) {
  const servers = usernames.map((username) => ({ urls: ['turn:t'], username, credential: 'c' }));
  return iceLifeMs({ servers, lifetimeSeconds }, wallMs);
}

describe('the life of ICE servers', () => {
  test('is what the reply says, whatever our clock makes of the usernames', () => {
    expect(lifeOf(600)).toBe(600_000);
    expect(lifeOf(600, '1700000000:user')).toBe(600_000);
    expect(lifeOf(999_999_999)).toBe(86_400_000);
  });

  test('else it is the soonest expiry in a username', () => {
    expect(lifeOf(null, '1800000600:user', '1800000300')).toBe(300_000);
    expect(lifeOf(null, 'user', '1800000600:user')).toBe(600_000);
    expect(lifeOf(null, '9999999999:user')).toBe(86_400_000);
  });

  test('is not known where nobody says, or a clock is wrong', () => {
    for (const username of ['user', '1700000000:user', '18000006001234:u', '1800000600user']) {
      expect(lifeOf(null, username), username).toBeNull();
    }
    expect(lifeOf(null)).toBeNull();
  });
});

describe('the next time to ask', () => {
  const delay = (lifeMs: number | null, failures: number, random: number) =>
    iceRefreshDelayMs({ lifeMs, failures, random });

  test('is well before the end, two to three minutes of a long life', () => {
    expect([delay(600_000, 0, 0), delay(600_000, 0, 1)]).toEqual([480_000, 420_000]);
    expect([delay(86_400_000, 0, 0), delay(86_400_000, 0, 1)]).toEqual([86_280_000, 86_220_000]);
    expect([delay(60_000, 0, 0), delay(60_000, 0, 1)]).toEqual([45_000, 37_500]);
  });

  test('is never sooner than in 10 s, however short a life a server gives', () => {
    expect([delay(0, 0, 0.5), delay(1_000, 0, 0.5)]).toEqual([10_000, 10_000]);
  });

  test('is not before they are needed where the life is not known', () => {
    expect(delay(null, 0, 0.5)).toBeNull();
  });

  test('comes ever later after failures, about once a minute at last', () => {
    const delays = [1, 2, 3, 4, 5, 6, 1_000].map((failures) => delay(600_000, failures, 0.5));
    expect(delays).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
    expect([delay(null, 1, 0), delay(null, 1, 1)]).toEqual([3_750, 6_250]);
  });
});
