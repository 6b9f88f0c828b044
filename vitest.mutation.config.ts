import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (name: string): string =>
  fileURLToPath(new URL(`packages/${name}/src/index.ts`, import.meta.url));

/** The rules' own tests, for `npm run mutation`. */
export default defineConfig({
  resolve: {
    // The run mutates a copy of the repository; without these the linked packages would lead back to the original.
    alias: {
      '@apprtc/protocol': source('protocol'),
      '@apprtc/signaling': source('signaling'),
      '@apprtc/testkit': source('testkit'),
    },
  },
  test: {
    include: ['packages/signaling/src/**/*.test.ts'],
    // A mutant is killed by what the tests say, not by the luck of a seed.
    setupFiles: ['scripts/steps/fixed-seed.ts'],
  },
});
