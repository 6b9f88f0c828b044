/**
 * `npm run soak -- --minutes 60`: sessions under random steps for as long as that, after a search of their small states for
 * at most a quarter of it. A failure prints its seed and the fewest steps; then the exit code is 1. `--seed N` begins there.
 */
import { inspect, parseArgs } from 'node:util';
import { playSessions } from '../packages/signaling/src/session/session-chaos.fixture.ts';
import { searchSessions } from '../packages/signaling/src/session/session-search.fixture.ts';
import {
  type Draws,
  RecordedRandom,
  ReplayedRandom,
  shrink,
} from '../packages/signaling/src/session/step-random.fixture.ts';

/** States that a few GB of memory hold. */
const maxStates = 1_000_000;
const steps = 2_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
  },
});
const minutes = Number(values.minutes);
const firstSeed = Number(values.seed);
if (!(minutes > 0) || !Number.isSafeInteger(firstSeed)) {
  console.error('npm run soak -- [--minutes N] [--seed N]');
  process.exit(2);
}
const startMs = performance.now();

function hasPassed(share: number): boolean {
  return performance.now() - startMs >= share * minutes * 60_000;
}

function search(): boolean {
  try {
    const { states, depth } = searchSessions({ maxStates, isOver: () => hasPassed(0.25) });
    console.log(`searched ${states} states, ${depth} steps deep`);
    return true;
  } catch (error) {
    console.error(`The search found: ${error instanceof Error ? error.message : inspect(error)}`);
    return false;
  }
}

function soak(): boolean {
  let seed = firstSeed;
  let played = 0;
  let messages = 0;
  for (; !hasPassed(1); seed += 1) {
    for (const withLegacy of [false, true]) {
      const random = new RecordedRandom(seed);
      const run = playSessions(random, steps, withLegacy);
      played += run.chaos.deeds.length;
      messages += run.chaos.checked;
      if (run.ok) continue;
      report(seed, withLegacy, random.tape);
      return false;
    }
  }
  console.log(`seeds ${firstSeed} to ${seed - 1}: ${played} steps, ${messages} messages`);
  return true;
}

function report(seed: number, withLegacy: boolean, tape: readonly Draws[]): void {
  const again = (draws: readonly Draws[]) =>
    playSessions(new ReplayedRandom(draws), draws.length, withLegacy);
  const shortest = shrink(tape, (draws) => !again(draws).ok);
  const { chaos, ...outcome } = again(shortest);
  console.error(`Seed ${seed}, ${withLegacy ? 'with' : 'without'} legacy peers. Steps:`);
  for (const deed of chaos.deeds) console.error(`  ${deed}`);
  console.error(`What they drew: ${JSON.stringify(shortest)}`);
  if ('error' in outcome) console.error(outcome.error);
}

process.exitCode = search() && soak() ? 0 : 1;
