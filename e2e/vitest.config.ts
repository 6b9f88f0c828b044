import { defineConfig } from 'vitest/config';

/** What drives browsers or other WebRTC stacks keeps both cores busy; the rest mostly waits. */
const calls = ['{browser,peers,turn-client}/**/*.test.ts', 'turn/relay-calls.test.ts'];

/** What is true of one port only, or has nothing to do with the server. */
const onePortOnly = [
  '**/one-port*.test.ts',
  'browser/{tls,peer-connection-contract,survival}.test.ts',
];

type Shape = 'one-port' | 'two-processes';

function project(name: string, shape: Shape, include: string[], exclude: string[] = []) {
  return {
    test: {
      name,
      include,
      exclude,
      dir: import.meta.dirname,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      provide: { shape },
    },
  };
}

/**
 * Black-box suites: they start the built product and speak to it over real sockets. All of them run it on one port;
 * what clients and people see runs once more with its halves as two processes. `npm test` runs the two kinds side by
 * side, each of them one file at a time.
 */
export default defineConfig({
  test: {
    fileParallelism: false,
    projects: [
      project('calls', 'one-port', calls),
      project('calls-two-processes', 'two-processes', ['browser/**/*.test.ts'], onePortOnly),
      project('servers', 'one-port', ['**/*.test.ts'], calls),
      project(
        'servers-two-processes',
        'two-processes',
        ['wire/**/*.test.ts', 'conformance/product.test.ts'],
        onePortOnly,
      ),
    ],
  },
});
