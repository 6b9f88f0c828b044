import { describe, expect, it } from 'vitest';
import { playSessions, type SessionChaos } from './session-chaos.fixture.ts';
import { RecordedRandom, ReplayedRandom, shrink } from './step-random.fixture.ts';

function play(seed: number, steps: number, withLegacy: boolean): SessionChaos {
  const played = playSessions(new RecordedRandom(seed), steps, withLegacy);
  if (played.ok) return played.chaos;
  const legacy = withLegacy ? 'with' : 'without';
  throw new Error(`seed ${seed}, ${legacy} legacy peers`, { cause: played.error });
}

/** The later ones found something once. */
const seeds = [...Array.from({ length: 60 }, (_, index) => index + 1), 99, 673, 1_421, 1_716];
const steps = 600;

function messagesOf(played: readonly SessionChaos[]): number {
  return played.reduce((sum, { checked }) => sum + checked, 0);
}

describe('sessions, whatever happens', () => {
  it('[V8] [V12] [V13] [V14] [V15] [V16] [V25] [V36] [V38] lose nothing, double nothing, mix no epochs', () => {
    const played = seeds.map((seed) => play(seed, steps, false));
    const whole = played.reduce((sum, { metPairs }) => sum + metPairs, 0);
    expect(messagesOf(played)).toBeGreaterThan(10 * seeds.length);
    expect(whole, 'pairings at the end').toBeGreaterThan(seeds.length);
  });

  it('[V19] [V20] [V21] [V22] [V26] nor beside legacy peers', () => {
    const played = seeds.map((seed) => play(seed, steps, true));
    expect(messagesOf(played)).toBeGreaterThan(10 * seeds.length);
  });
});

describe('a run that failed', () => {
  it('[V12] is the same again from what its steps drew', () => {
    const recorded = new RecordedRandom(7);
    const first = playSessions(recorded, steps, true);
    const again = playSessions(new ReplayedRandom(recorded.tape), steps, true);
    expect(again.chaos.deeds).toEqual(first.chaos.deeds);
    expect(again.chaos.world.room).toEqual(first.chaos.world.room);
  });

  it('[V12] is cut down to the steps that it takes', () => {
    const tape = Array.from({ length: 100 }, (_, index) => [index]);
    const fails = (steps: readonly (readonly number[])[]) =>
      [13, 14, 77].every((needed) => steps.some(([drawn]) => drawn === needed));
    expect(shrink(tape, fails)).toEqual([[13], [14], [77]]);
  });
});
