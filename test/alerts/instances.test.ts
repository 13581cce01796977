import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { complete, subscribe, to } from '../support/completions.ts';
import type { TestGateway } from '../support/gateway.ts';
import { type Instances, manyInstances, whySkipped } from '../support/instances.ts';

interface Seen {
  readonly cursor: string;
  readonly thresholdPercent: number | null;
}

vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(whySkipped !== '')(`alerts of two instances over one PostgreSQL and one Redis${whySkipped}`, () => {
  let instances: Instances;
  let here: TestGateway;
  let there: TestGateway;

  beforeAll(async () => {
    instances = await manyInstances();
    [here, there] = await Promise.all([instances.open(), instances.open()]);
  });

  afterAll(() => instances?.close());

  const follow = (gateway: TestGateway, budget: string, after: string) =>
    subscribe<Seen>(
      gateway,
      'subscription ($budget: ID, $after: String) { budgetAlert(budget: $budget, after: $after) { cursor thresholdPercent } }',
      { budget, after },
      'budgetAlert',
    );

  async function take(alerts: AsyncGenerator<Seen>, count: number): Promise<Seen[]> {
    const seen: Seen[] = [];
    for await (const alert of alerts) if (seen.push(alert) === count) break;
    return seen;
  }

  async function save(input: object): Promise<string> {
    const { budgetSave } = await here.ask<{ budgetSave: { budgetId: string } }>(
      'mutation ($input: BudgetSaveInput!) { budgetSave(input: $input) { ... on BudgetSaved { budgetId } } }',
      { input: { name: 'Watched', period: 'YEAR', onExceed: 'ALERT_ONLY', limit: { nanos: '1' }, ...input } },
    );
    for (const gateway of [here, there])
      await expect.poll(() => known(gateway), { timeout: 20_000 }).toContain(budgetSave.budgetId);
    return budgetSave.budgetId;
  }

  /** Which budgets an instance lets calls pay for. */
  async function known(gateway: TestGateway): Promise<string[]> {
    const { budgets } = await gateway.ask<{ budgets: { id: string; status: object | null }[] }>(
      '{ budgets { id status { state } } }',
    );
    return budgets.flatMap(({ id, status }) => (status ? id : []));
  }

  test('a threshold that both come to at once is told once, on both, and after a restart to whoever missed it', async () => {
    const endUser = 'watched';
    const budget = await save({ slug: 'watched', scope: { endUser }, thresholdsPercent: [50, 80, 100] });
    const [onHere, onThere] = [take(follow(here, budget, '0'), 3), take(follow(there, budget, '0'), 3)];
    const call = (gateway: TestGateway) => complete(gateway, { ...to('sim/large-1', 'Spend'), endUser });
    await Promise.all(Array.from({ length: 12 }, (_, n) => call(n % 2 ? here : there)));
    const seen = await onHere;
    expect(seen.map(({ thresholdPercent }) => thresholdPercent).sort((a, b) => a! - b!)).toEqual([50, 80, 100]);
    expect(await onThere).toEqual(seen);

    await there.close();
    there = await instances.open();
    await call(there);
    // Whoever heard the first one only gets the two others, and nothing is told anew.
    expect(await take(follow(there, budget, seen[0]!.cursor), 2)).toEqual(seen.slice(1));
    const { alerts } = await there.ask<{ alerts: { nodes: object[] } }>(
      '{ alerts(first: 100, filter: { kinds: [BUDGET] }) { nodes { id } } }',
    );
    expect(alerts.nodes).toHaveLength(3);
  });
});
