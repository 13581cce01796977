import { createBalances } from '../../src/budgets/balances.ts';
import { type BudgetRow, budgetOf } from '../../src/budgets/book.ts';
import { createCalibration } from '../../src/budgets/calibration.ts';
import type { Counter, Opening, Purse, Spending } from '../../src/budgets/purse.ts';
import { createTill } from '../../src/budgets/till.ts';
import type { ModelCard } from '../../src/core/decision.ts';
import type { AttemptEvent } from '../../src/core/event.ts';
import { costOf } from '../../src/core/money.ts';
import { noUsage } from '../../src/core/usage.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { aCaller } from '../support/callers.ts';
import { aModel } from '../support/providers.ts';
import { aRequest } from '../support/requests.ts';
import { systemRuntime } from '../support/runtime.ts';

/** Budgets and calls without a gateway around them. */

/** How properties are tried: the same each time, unless GLIDEPATH_SEED or GLIDEPATH_RUNS say otherwise. */
export function properties(): { readonly seed: number; readonly numRuns: number } {
  const seed = Number(process.env.GLIDEPATH_SEED ?? 20_261_126);
  const numRuns = Number(process.env.GLIDEPATH_RUNS ?? 40);
  console.log(`seed ${seed}, ${numRuns} runs`);
  return { seed, numRuns };
}

/** A row as `budgetSave` would write it. */
export async function insertBudget(
  database: Pick<Database, 'query'>,
  organizationId: string,
  id: string,
  limitNanos: bigint,
): Promise<BudgetRow> {
  await database.query(
    `INSERT INTO budget (id, organization_id, slug, name, scope_kind, scope_ref, limit_nanos, period, timezone,
       thresholds_percent, on_exceed, revision, created_at, updated_at)
     VALUES ($1, $2, $1, $1, 'ORGANIZATION', '', $3, 'TOTAL', 'UTC', '{50}', 'BLOCK', 1, now(), now())`,
    [id, organizationId, String(limitNanos)],
  );
  return budgetOf({
    ...{ id, slug: id, name: id, scopeKind: 'ORGANIZATION', scopeRef: '', limitNanos: String(limitNanos) },
    ...{
      period: 'TOTAL',
      timezone: 'UTC',
      thresholdsPercent: [50],
      onExceed: 'BLOCK',
      downgradeRoute: null,
      revision: 1,
    },
  });
}

/** 1,000 nanos a token of input, 4,000 a token of output. */
export const model: ModelCard = {
  ...aModel('small-1', null, { input: 1, output: 4 }),
  name: 'sim/small-1',
  providerId: 'prv_sim',
  providerSlug: 'sim',
  providerKind: 'simulator',
  enabled: true,
  hasCredential: true,
};

export function aSpending(organizationId: string, requestId: string, maxOutputTokens = 100): Spending {
  const target = { id: 'tgt_1', model: model.name, timeoutMs: 1, ttftTimeoutMs: null, maxAttempts: 2 };
  const candidate = { target, model, eligible: true, reasons: [], estimatedCostNanos: null };
  return {
    caller: aCaller(organizationId),
    requestId,
    request: aRequest({ sampling: { maxOutputTokens } }),
    decision: {
      ...{ route: null, rule: null, strategy: 'PRIORITY', summary: '', quoteNanos: null, tookMicros: 0 },
      candidates: [candidate],
    },
    deadlineMs: 600_000,
  };
}

/** Where purses are opened in a process of its own. `close` waits for what is not written yet. */
export function aCounter(database: Database): Counter & { close(): Promise<void> } {
  const till = createTill(database, systemRuntime);
  const balances = createBalances(database, systemRuntime);
  return {
    ...{ till, balances, calibration: createCalibration(), runtime: systemRuntime },
    async close() {
      balances.close();
      await till.close();
    },
  };
}

export function purseIn(opening: Opening): Purse {
  if (!('purse' in opening)) throw new Error('nobody downgrades here');
  return opening.purse;
}

type Ended = Extract<AttemptEvent, { kind: 'attemptFailed' }>['attempt'];

export function anAttempt(number: number, outputTokens: number): Ended {
  const usage = { ...noUsage, inputTokens: 3, outputTokens, source: 'PROVIDER' as const };
  return {
    ...{ id: `att_${number}`, number, targetId: 'tgt_1', model: model.name, provider: 'sim', startedAt: 0 },
    ...{ outcome: 'SUCCEEDED', durationMs: 1, ttftMs: 1, errorCode: null, httpStatus: 200, providerMessage: null },
    ...{ providerRequestId: null, responseModel: null, usage, cost: costOf(usage, model.prices) },
  } as Ended;
}

export const started = (number: number): AttemptEvent => ({ kind: 'attemptStarted', attempt: anAttempt(number, 0) });
export const succeeded = (number: number, tokens: number): AttemptEvent => ({
  kind: 'attemptSucceeded',
  attempt: anAttempt(number, tokens),
  finishReason: 'STOP',
});
export const failed = (number: number, tokens: number, again: boolean): AttemptEvent => ({
  kind: 'attemptFailed',
  attempt: anAttempt(number, tokens),
  next: again ? model.name : null,
});
