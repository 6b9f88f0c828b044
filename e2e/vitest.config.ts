import { defineConfig } from 'vitest/config';

const common = {
  dir: import.meta.dirname,
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/**
 * Black-box suites: they start the built product and speak to it over real sockets. All of them run it on one port;
 * what clients and people see runs once more with its halves as two processes.
 */
export default defineConfig({
  test: {
    fileParallelism: false,
    projects: [
      {
        test: {
          ...common,
          name: 'one-port',
          include: ['**/*.test.ts'],
          provide: { shape: 'one-port' },
        },
      },
      {
        test: {
          ...common,
          name: 'two-processes',
          include: ['{wire,browser}/**/*.test.ts', 'conformance/product.test.ts'],
          // What is true of one port only, or has nothing to do with the server.
          exclude: ['**/one-port*.test.ts', 'browser/{tls,peer-connection-contract}.test.ts'],
          provide: { shape: 'two-processes' },
        },
      },
    ],
  },
});
