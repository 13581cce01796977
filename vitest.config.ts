import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // On a busy machine a second is short; whoever waits for less to happen says so.
    expect: { poll: { timeout: 10_000 } },
    server: {
      // One copy of graphql for everybody who uses it: two copies do not know each other's types.
      deps: {
        inline: ['graphql', /@pothos\//, /graphql-yoga/, /@envelop\//, /@graphql-tools\//, /@graphql-yoga\//],
      },
    },
  },
});
