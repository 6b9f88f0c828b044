import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests run on the packages' sources: no build comes first, and a stack names the line that was written.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    // Some tests start processes of their own, and machines are busy: a time-out is for what hangs, not for what is slow.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxConcurrency: 3,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.{ts,tsx}', '**/*.fixture.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: {
        'packages/protocol/src/**': { lines: 100, branches: 95 },
        'packages/signaling/src/**': { lines: 100, branches: 95 },
      },
    },
  },
});
