import { settle } from '@apprtc/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Gate, type Logged, notedLogger } from './answering-server.fixture.ts';
import { Notices, type Telling } from './notices.ts';

let nowMs: number;
let notices: Notices;
let logged: Logged[];
let told: string[];
/** What the other half does now. */
let isDown: boolean;

beforeEach(() => {
  // Promises settle by setImmediate, which stays real.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  nowMs = 0;
  told = [];
  isDown = false;
  const noted = notedLogger();
  logged = noted.logged;
  notices = new Notices({ logger: noted.logger, nowMs: () => nowMs });
});

afterEach(() => {
  notices.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function telling(name: string, retryAfterMs = 1_000): Telling {
  return async () => {
    told.push(name);
    if (!isDown) return { kind: 'answered' };
    return { kind: 'unreachable', retryAfterMs, mayHaveArrived: true };
  };
}

async function letPass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    const stepMs = Math.min(500, left);
    nowMs += stepMs;
    vi.advanceTimersByTime(stepMs);
    await settle();
  }
}

/** Tellings that are under way until the test lets them end. */
function held(count: number): { readonly letGo: () => void } {
  const gate = new Gate();
  for (let index = 0; index < count; index += 1) {
    notices.add(async () => {
      told.push(`held ${index}`);
      await gate.opened;
      return { kind: 'answered' };
    });
  }
  return { letGo: () => gate.open() };
}

describe('notices', () => {
  it('[TW4] are told at once, and once', async () => {
    notices.add(telling('a'));
    expect(told).toEqual(['a']);
    await letPass(10_000);
    expect(told).toEqual(['a']);
    notices.add(telling('b'));
    expect(told).toEqual(['a', 'b']);
    expect(logged).toEqual([]);
  });

  it('[TW4] [TW6] are told again until they are answered, not sooner than asked for', async () => {
    isDown = true;
    notices.add(telling('a', 2_000));
    await settle();
    await letPass(1_999);
    expect(told).toEqual(['a']);
    await letPass(1);
    expect(told).toEqual(['a', 'a']);
    isDown = false;
    await letPass(60_000);
    expect(told).toEqual(['a', 'a', 'a']);
  });

  it('[TW4] are told oldest first, eight at a time', async () => {
    const { letGo } = held(10);
    notices.add(telling('last'));
    await settle();
    expect(told).toEqual(Array.from({ length: 8 }, (_, index) => `held ${index}`));
    letGo();
    await settle();
    expect(told.slice(8)).toEqual(['held 8', 'held 9', 'last']);
  });

  it('[TW4] are forgotten after two minutes, and the log says so', async () => {
    isDown = true;
    notices.add(telling('a', 30_000));
    await settle();
    await letPass(119_999);
    expect(told).toHaveLength(4);
    expect(logged).toEqual([]);
    await letPass(1);
    expect(told).toHaveLength(5);
    expect(logged).toMatchObject([{ event: 'notice.forgotten', why: 'too old' }]);
    await letPass(200_000);
    expect(told).toHaveLength(5);
    isDown = false;
    notices.add(telling('b'));
    expect(told.at(-1)).toBe('b');
  });

  it('[TW4] of too many the oldest is forgotten', async () => {
    const { letGo } = held(8);
    for (let index = 0; index < 10_000; index += 1) notices.add(telling(`${index}`));
    expect(logged).toEqual([]);
    notices.add(telling('one more'));
    expect(logged).toMatchObject([{ event: 'notice.forgotten', why: 'too many' }]);
    letGo();
    await settle();
    expect(told).not.toContain('0');
    expect(told[8]).toBe('1');
    expect(told.at(-1)).toBe('one more');
    expect(told).toHaveLength(8 + 10_000);
  });

  it('a bug in one is logged, and the next ones are told', async () => {
    const { letGo } = held(7);
    notices.add(() => Promise.reject(new Error('a bug')));
    notices.add(telling('next'));
    await settle();
    expect(logged).toMatchObject([{ event: 'notice.failed' }]);
    expect(told.at(-1)).toBe('next');
    letGo();
  });

  it('none is told after close, neither one that waits nor one that is told again', async () => {
    isDown = true;
    held(7);
    notices.add(telling('again'));
    notices.add(telling('waiting'));
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    notices.close();
    notices.close();
    expect(vi.getTimerCount()).toBe(0);
    notices.add(telling('after'));
    await letPass(10_000);
    expect(told.slice(7)).toEqual(['again']);
    expect(logged).toEqual([]);
  });
});
