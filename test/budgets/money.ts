import type { Database } from '../../src/platform/database/database.ts';
import type { TestGateway } from '../support/gateway.ts';

/** What the tests of budgets say and look at again and again. */

export interface SeenBudget {
  readonly id: string;
  readonly revision: number;
  readonly status: Record<string, never> & {
    readonly spent: { nanos: string };
    readonly reserved: { nanos: string };
    readonly remaining: { nanos: string };
    readonly limit: { nanos: string };
    readonly state: string;
    readonly usedPercent: number;
  };
}

const STATUS = 'status { limit { nanos } spent { nanos } reserved { nanos } remaining { nanos } state usedPercent }';

/** Saves a budget of the whole organization, TOTAL and blocking unless told otherwise, and answers its id. */
export async function saveBudget(gateway: TestGateway, limitNanos: bigint, different: object = {}): Promise<string> {
  const input = {
    slug: `budget-${++saved}`,
    name: 'Test',
    scope: { organization: true },
    limit: { nanos: String(limitNanos) },
    period: 'TOTAL',
    ...different,
  };
  const { budgetSave } = await gateway.ask<{ budgetSave: { budgetId?: string; message?: string } }>(
    'mutation ($input: BudgetSaveInput!) { budgetSave(input: $input) { ... on BudgetSaved { budgetId } ... on Error { message } } }',
    { input },
  );
  if (!budgetSave.budgetId) throw new Error(budgetSave.message);
  return budgetSave.budgetId;
}

let saved = 0;

export async function budget(gateway: TestGateway, id: string, subject?: string): Promise<SeenBudget> {
  const fields = subject ? STATUS.replace('status', `status(subject: ${JSON.stringify(subject)})`) : STATUS;
  const document = `query ($id: ID!) { budget(id: $id) { id revision ${fields} } }`;
  return (await gateway.ask<{ budget: SeenBudget }>(document, { id })).budget;
}

/** The highest that spent and reserved ever stood above the limit, over every prefix of every account's entries. */
export async function highestOver(database: Pick<Database, 'query'>): Promise<bigint> {
  const [row] = await database.query<{ over: string | null }>(
    `SELECT max(over)::text AS over FROM (
       SELECT sum(posted_nanos + reserved_nanos - limit_nanos) OVER (PARTITION BY account_id ORDER BY seq) AS over
       FROM ledger_entry) AS prefixes`,
  );
  return BigInt(row?.over ?? 0);
}
