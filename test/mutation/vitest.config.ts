import { defineConfig } from 'vitest/config';
import house from '../../vitest.config.ts';

/** The tests of the ledger that need no gateway around it: quick enough to be run for each mutant. */
export default defineConfig({
  test: {
    ...house.test,
    include: ['test/budgets/{batch,bound,ledger,period,till}.test.ts'],
    env: { GLIDEPATH_RUNS: '10' },
  },
});
