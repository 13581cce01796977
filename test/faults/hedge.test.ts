import { expect, test } from 'vitest';
import { faultHouse } from './sample.ts';
import { FALLBACK } from './wire.ts';

const house = faultHouse([]);

test('a target that is slow with its first word is raced by the next one: both are held for, and both are paid', async () => {
  for (const model of ['faulty/S7', 'healthy/healthy']) {
    for (const meter of ['INPUT_TOKEN', 'OUTPUT_TOKEN']) {
      await house().ask(PRICE_SET, { input: { model, meter, amount: '1' } });
    }
  }
  const targets = [{ model: 'faulty/S7', hedgeAfterMs: 100, timeoutMs: 20_000 }, { model: 'healthy/healthy' }];
  const { routeSave } = await house().ask<{ routeSave: { route: { id: string; revision: number } } }>(ROUTE_SAVE, {
    input: { slug: 'hedged', name: 'Hedged', rules: [{ name: 'all', targets }] },
  });
  await house().ask(ROUTE_PUBLISH, { id: routeSave.route.id, revision: routeSave.route.revision });
  const { budgetSave } = await house().ask<{ budgetSave: { budget: { id: string } } }>(BUDGET_SAVE, {
    input: { slug: 'cap', name: 'Cap', scope: { organization: true }, period: 'TOTAL', limit: { nanos: '1000000000' } },
  });

  const gone = Promise.withResolvers<string>();
  house().provider.onGone((fault) => fault === 'S7' && gone.resolve(fault));
  const { completionCreate } = await house().ask<{ completionCreate: { completion: Seen } }>(COMPLETE, {
    input: { target: { route: 'hedged' }, messages: [{ role: 'USER', parts: [{ text: 'Capital?' }] }] },
  });
  const { text, attempts, cost } = completionCreate.completion;
  expect(text).toBe(FALLBACK);
  expect(await gone.promise).toBe('S7');
  expect(attempts.map(({ model, outcome }) => `${model} ${outcome}`).toSorted()).toEqual([
    'faulty/S7 DISCARDED',
    'healthy/healthy SUCCEEDED',
  ]);
  for (const paid of attempts) expect(paid.cost.lines.length).toBeGreaterThan(0);
  const sum = attempts.reduce((nanos, paid) => nanos + BigInt(paid.cost.total.nanos), 0n);
  expect(BigInt(cost.total.nanos)).toBe(sum);
  const { budget } = await house().ask<{ budget: { status: { spent: Money; reserved: Money } } }>(BUDGET, {
    id: budgetSave.budget.id,
  });
  expect(BigInt(budget.status.spent.nanos)).toBe(sum);
  expect(budget.status.reserved.nanos).toBe('0');
});

interface Money {
  readonly nanos: string;
}

interface Seen {
  readonly text: string;
  readonly cost: { readonly total: Money };
  readonly attempts: readonly {
    readonly model: string;
    readonly outcome: string;
    readonly cost: { readonly total: Money; readonly lines: readonly object[] };
  }[];
}

const PRICE_SET = `mutation ($input: PriceSetInput!) { priceSet(input: $input) { __typename ... on Error { message } } }`;
const ROUTE_SAVE = `mutation ($input: RouteSaveInput!) {
  routeSave(input: $input) { ... on RouteSaved { route { id revision } } ... on Error { message } } }`;
const ROUTE_PUBLISH = `mutation ($id: ID!, $revision: Int!) {
  routePublish(id: $id, version: 1, expectedRevision: $revision) { __typename ... on Error { message } } }`;
const BUDGET_SAVE = `mutation ($input: BudgetSaveInput!) {
  budgetSave(input: $input) { ... on BudgetSaved { budget { id } } ... on Error { message } } }`;
const BUDGET = `query ($id: ID!) { budget(id: $id) { status { spent { nanos } reserved { nanos } } } }`;
const COMPLETE = `mutation ($input: CompletionInput!) { completionCreate(input: $input) {
  ... on CompletionAccepted { completion { text cost { total { nanos } }
    attempts { model outcome cost { total { nanos } lines { meter } } } } } ... on Error { message } } }`;
