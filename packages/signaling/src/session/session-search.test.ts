import { describe, expect, it } from 'vitest';
import { searchSessions } from './session-search.fixture.ts';

/** Some seconds' worth; `npm run soak` searches on. */
const maxStates = 10_000;

describe('every order of what three sessions and a legacy client may do', () => {
  it('[V8] [V25] [V27] [V28] [V38] keeps the invariants, as deep as can be searched', () => {
    const { states, depth } = searchSessions({ maxStates });
    expect(states).toBeGreaterThanOrEqual(maxStates);
    expect(depth).toBeGreaterThanOrEqual(4);
  });
});
