import { expect, it } from 'vitest';
import { createRetryBudget } from '../../src/providers/retry-budget.ts';

it('lets a quiet deployment be retried, and a busy one for a fifth of its requests', () => {
  const budget = createRetryBudget();
  let retries = 0;
  for (let requests = 1; requests <= 1000; requests++) {
    budget.deposit();
    if (budget.withdraw()) retries++;
    expect(retries).toBeLessThanOrEqual(10 + 0.2 * requests);
  }
  expect(retries).toBeGreaterThan(200);
});

it('saves no more than a hundred', () => {
  const budget = createRetryBudget();
  for (let requests = 0; requests < 100_000; requests++) budget.deposit();
  let retries = 0;
  while (budget.withdraw()) retries++;
  expect(retries).toBe(100);
});
