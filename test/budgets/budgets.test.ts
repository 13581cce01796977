import { expect, test } from 'vitest';
import { createBudgets } from '../../src/budgets/index.ts';
import { noCost } from '../../src/core/money.ts';
import { NotFoundProblem } from '../../src/core/problem.ts';

const budgets = createBudgets();

test('a call without budgets holds nothing, and can be settled or voided', async () => {
  const reservation = await budgets.reserve([], 1_000_000n);
  expect(reservation).toEqual({ budgetIds: [], heldNanos: 0n });
  expect(await budgets.settle(reservation, noCost)).toEqual({ budgetIds: [], cost: noCost });
  await budgets.void(reservation);
});

test('a call on a budget that does not exist is refused instead of running unpaid', async () => {
  await expect(budgets.reserve(['bud_1'], 1n)).rejects.toThrow(NotFoundProblem);
  await expect(budgets.reserve(['bud_1'], null)).rejects.toThrow("There is no Budget 'bud_1'.");
});
