import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

const file = (name: string) => readFileSync(resolve(import.meta.dirname, `../../schema/operations/${name}`), 'utf8');
const [operations, problem] = [file('budgets.graphql'), file('errors.graphql')];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

interface Changed {
  readonly budgetId?: string;
  readonly budget?: { slug: string; revision: number; status: { limit: { nanos: string }; resetsAt: string | null } };
  readonly change?: { replayed: boolean };
  readonly __typename?: string;
  readonly code?: string;
}

/** One operation of the file, with the fragments it needs. */
async function run<Data>(name: string, variables: object, key?: string): Promise<Data> {
  const all = operations.split(/\n(?=fragment|query|mutation)/);
  const wanted = all.find((part) => part.includes(` ${name}(`))!;
  const needed = [/\.\.\.BudgetParts/.test(wanted) ? all[0]! : '', /\.\.\.Problem/.test(wanted) ? problem : ''];
  return gateway.ask<Data>([wanted, ...needed].join('\n'), variables, key);
}

const input = (slug: string, different: object = {}) => ({
  ...{ slug, name: 'Budget', scope: { organization: true }, limit: { nanos: '5000000000' }, period: 'MONTH' },
  ...{ timezone: 'Europe/Berlin', ...different },
});
const save = async (given: object, key?: string) =>
  (await run<{ budgetSave: Changed }>('BudgetSave', { input: given }, key)).budgetSave;

test('a budget is saved, read, changed, topped up and deleted', async () => {
  const { budgetId: id, budget } = await save(input('monthly'));
  expect(budget).toMatchObject({ slug: 'monthly', revision: 1, status: { resetsAt: expect.any(String) } });
  expect((await run<{ budgets: unknown[] }>('Budgets', { scope: { organization: true } })).budgets).toHaveLength(1);
  expect((await run<{ budgets: unknown[] }>('Budgets', { scope: { endUser: 'x' } })).budgets).toHaveLength(0);

  const raised = await save({ ...input('monthly', { limit: { nanos: '7000000000' } }), id, expectedRevision: 1 });
  expect(raised.budget).toMatchObject({ revision: 2, status: { limit: { nanos: '7000000000' } } });
  expect(await save({ ...input('monthly'), id, expectedRevision: 1 })).toMatchObject({ code: 'CONFLICT' });

  const topUp = { budget: id, addToCurrentPeriod: { nanos: '1000000000' }, reason: 'launch day', idempotencyKey: 'k1' };
  for (const replayed of [false, true]) {
    const { budgetAdjust } = await run<{ budgetAdjust: Changed }>('BudgetAdjust', { input: topUp });
    expect(budgetAdjust).toMatchObject({
      change: { replayed },
      budget: { status: { limit: { nanos: '8000000000' } } },
    });
  }
  const again = await save({ ...input('monthly', { limit: { nanos: '6000000000' } }), id });
  expect(again.budget!.status.limit.nanos).toBe('7000000000');

  expect((await run<{ budgetDelete: Changed }>('BudgetDelete', { id })).budgetDelete.budgetId).toBe(id);
  expect((await run<{ budget: null }>('Budget', { id })).budget).toBeNull();
});

test.each([
  ['a zone that does not exist', { timezone: 'Mars/Olympus' }, 'timezone'],
  ['DOWNGRADE without a route', { onExceed: 'DOWNGRADE' }, 'downgradeRoute'],
  ['a slug with blanks', { slug: 'a b' }, 'slug'],
  ['less than nothing', { limit: { nanos: '-1' } }, 'limitNanos'],
])('%s is a ValidationError', async (_name, different, path) => {
  const answer = await gateway.ask<{ budgetSave: { issues: { path: string[] }[] } }>(
    'mutation ($input: BudgetSaveInput!) { budgetSave(input: $input) { ... on ValidationError { issues { path } } } }',
    { input: input('wrong', different) },
  );
  expect(answer.budgetSave.issues[0]!.path.join('.')).toBe(path);
});

test('budgets need their scopes, and those of another organization do not exist', async () => {
  const key = await gateway.keyWith('COMPLETIONS_WRITE');
  expect(await save(input('forbidden'), key)).toMatchObject({ code: 'FORBIDDEN' });
  const { budgetId: id } = await save(input('mine'));
  const stranger = await gateway.stranger();
  expect((await run<{ budget: null }>('Budget', { id }, stranger)).budget).toBeNull();
  expect((await run<{ budgetDelete: Changed }>('BudgetDelete', { id }, stranger)).budgetDelete).toMatchObject({
    code: 'NOT_FOUND',
  });
});
