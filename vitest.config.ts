import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests run on the packages' sources: no build comes first, and a stack names the line that was written.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    // Properties run hundreds of cases: on a busy machine that takes a while. Nothing waits.
    testTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.{ts,tsx}'],
      reporter: ['text-summary', 'html'],
      thresholds: {
        'packages/protocol/src/**': { lines: 95, branches: 95 },
        'packages/signaling/src/**': { lines: 95, branches: 95 },
      },
    },
  },
});
