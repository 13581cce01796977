import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { discrepancies } from '../../src/budgets/check.ts';
import { openPurse } from '../../src/budgets/purse.ts';
import { BudgetExceededProblem } from '../../src/core/problem.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { systemRuntime } from '../support/runtime.ts';
import { highestOver } from './money.ts';
import { aCounter, anAttempt, aSpending, insertBudget, model, properties, purseIn, started } from './rig.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

let worlds = 0;

/**
 * The bound of README.md: as long as a provider keeps to `max_tokens` and counts no more input than there are bytes, no
 * attempt costs more than its hold, whatever the calibration believes. The answers here are as long as they may be.
 */
test('no cap is passed by providers that keep to what they are asked, however wrong the guesses are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.bigInt(0n, 3_000_000n),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 0, maxLength: 30 }),
      fc.array(fc.record({ most: fc.integer({ min: 1, max: 400 }), greedy: fc.boolean() }), {
        minLength: 1,
        maxLength: 8,
      }),
      async (limit, lengths, calls) => {
        const organizationId = `org_bound_${++worlds}`;
        const budgets = [await insertBudget(database, organizationId, `bud_bound_${worlds}`, limit)];
        const runtime = systemRuntime;
        const counter = aCounter(database);
        const world = worlds;
        await Promise.all(
          calls.map(async ({ most, greedy }, n) => {
            const spending = {
              ...aSpending(organizationId, `req_bound_${world}_${n}`, most),
              deadlineMs: runtime.clock.monotonic() + 50,
            };
            const { apiKeyId } = spending.caller;
            const kin = { route: '', model: model.name, apiKeyId };
            for (const length of lengths) counter.calibration.observe(kin, length);
            try {
              const purse = purseIn(await openPurse(counter, budgets, spending, new AbortController().signal));
              const asked = purse.request.sampling.maxOutputTokens!;
              expect(asked).toBeLessThanOrEqual(most);
              await purse.see(started(1));
              const attempt = anAttempt(1, greedy ? asked : 1);
              await purse.see({ kind: 'attemptSucceeded', attempt, finishReason: 'STOP' });
              await purse.close();
            } catch (error) {
              if (!(error instanceof BudgetExceededProblem)) throw error;
            }
          }),
        );
        await counter.close();
        expect(await discrepancies(database, organizationId)).toEqual([]);
        const [row] = await database.query<{ overruns: string }>(
          `SELECT count(*) AS overruns FROM ledger_entry e JOIN budget_account a ON a.id = e.account_id
           WHERE a.organization_id = $1 AND e.overrun`,
          [organizationId],
        );
        expect(row!.overruns).toBe('0');
      },
    ),
    properties(),
  );
  expect(await highestOver(database)).toBeLessThanOrEqual(0n);
}, 120_000);
