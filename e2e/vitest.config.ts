import { defineConfig } from 'vitest/config';

/** Black-box suites: they start the built product and speak to it over real sockets. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
