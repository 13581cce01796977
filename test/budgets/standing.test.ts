import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete, user } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { budget, saveBudget } from './money.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

interface Left {
  readonly budgetId: string;
  readonly subject: string | null;
  readonly limit: { nanos: string };
  readonly remaining: { nanos: string };
  readonly usedPercent: number;
  readonly resetsAt: string | null;
  readonly budget: { id: string } | null;
}

const LEFT = 'budgets { budgetId subject limit { nanos } remaining { nanos } usedPercent resetsAt budget { id } }';

async function left(input: object, key?: string): Promise<readonly Left[]> {
  const { completionCreate } = await gateway.ask<{ completionCreate: { completion: { budgets: Left[] } } }>(
    `mutation ($input: CompletionInput!) { completionCreate(input: $input, waitMs: 10000) {
       ... on CompletionAccepted { completion { ${LEFT} } } } }`,
    { input: { target: { model: 'sim/small-1' }, messages: [user('Hi')], ...input } },
    key,
  );
  return completionCreate.completion.budgets;
}

test('an answer says what is left of every budget that paid, that first which binds first', async () => {
  const endUser = 'standing';
  const tags = [{ key: 'team', value: 'blue' }];
  const [wide, tight, soft] = [
    await saveBudget(gateway, 9_000_000_000n, { scope: { endUser }, period: 'MONTH' }),
    await saveBudget(gateway, 1_000_000_000n, { scope: { tag: 'team=*' } }),
    await saveBudget(gateway, 1n, { scope: { endUser }, onExceed: 'ALERT_ONLY' }),
  ];
  const seen = await left({ endUser, tags });
  expect(seen.map(({ budgetId }) => budgetId)).toEqual([tight, wide, soft]);
  expect(seen.map(({ subject }) => subject)).toEqual(['team=blue', null, null]);
  for (const [place, id] of [tight, wide, soft].entries()) {
    const { status } = await budget(gateway, id, seen[place]!.subject ?? undefined);
    expect(seen[place]).toMatchObject({
      remaining: status.remaining,
      limit: status.limit,
      usedPercent: status.usedPercent,
      budget: { id },
    });
  }
  expect(seen[1]!.resetsAt).not.toBeNull();
  expect(seen[0]!.resetsAt).toBeNull();
});

test('who may not see budgets sees what is left, and no more of them', async () => {
  await saveBudget(gateway, 1_000_000_000n, { scope: { endUser: 'plain' } });
  const key = await gateway.keyWith('COMPLETIONS_WRITE', 'COMPLETIONS_READ');
  const [seen] = await left({ endUser: 'plain' }, key);
  expect(seen).toMatchObject({ budget: null, limit: { nanos: '1000000000' } });
  expect(await left({ endUser: 'nobody pays' })).toEqual([]);
});

test('a call that is no conversation says it too', async () => {
  const id = await saveBudget(gateway, 1_000_000_000n, { scope: { endUser: 'embedder' } });
  const { embeddingCreate } = await gateway.ask<{ embeddingCreate: { budgets: Left[] } }>(
    `mutation ($input: EmbeddingInput!) { embeddingCreate(input: $input) { ... on EmbeddingBatch { ${LEFT} } } }`,
    { input: { target: { model: 'sim/embed-1' }, inputs: ['Hi'], endUser: 'embedder' } },
  );
  expect(embeddingCreate.budgets).toMatchObject([{ budgetId: id }]);
});

test('a target that a budget cannot pay for any more is passed over, with the reason', async () => {
  const id = await saveBudget(gateway, 0n, { scope: { model: 'sim/small-1' }, period: 'YEAR' });
  const result = await complete(gateway, { target: { route: 'default' }, messages: [user('Hi')] });
  expect(result.completion).toMatchObject({ status: 'SUCCEEDED', model: { name: 'sim/large-1' } });
  const { routeExplain } = await gateway.ask<{ routeExplain: { decision: { candidates: object[] } } }>(
    `query ($input: CompletionInput!) { routeExplain(input: $input) { ... on RouteExplanation { decision { candidates { model reasons { code } } } } } }`,
    { input: { target: { route: 'default' }, messages: [user('Hi')] } },
  );
  expect(routeExplain.decision.candidates).toContainEqual({ model: 'sim/small-1', reasons: [{ code: 'OVER_BUDGET' }] });
  // Nobody else is left: the ledger itself refuses, and names the budget.
  const alone = await complete(gateway, { target: { model: 'sim/small-1' }, messages: [user('Hi')] });
  expect(alone.__typename).toBe('BudgetExceededError');
  await gateway.ask('mutation ($id: ID!) { budgetDelete(id: $id) { __typename } }', { id });
});

test('a model whose own budget cannot pay is passed over by the very call that finds it out', async () => {
  const save = `mutation ($input: RouteSaveInput!) { routeSave(input: $input) { ... on RouteSaved { route { id } } } }`;
  const rules = [{ name: 'dear first', targets: [{ model: 'sim/large-1' }, { model: 'sim/small-1' }] }];
  const input = { slug: 'dear-first', name: 'Dear first', rules };
  const { routeSave } = await gateway.ask<{ routeSave: { route: { id: string } } }>(save, { input });
  await gateway.ask('mutation ($id: ID!) { routePublish(id: $id, version: 1, expectedRevision: 1) { __typename } }', {
    id: routeSave.route.id,
  });
  const id = await saveBudget(gateway, 400_000n, { scope: { model: '*' } }); // 100 tokens of the small one, not of the large
  const asked = { messages: [user('Hi')], sampling: { maxOutputTokens: 100 } };
  const { completion } = await complete(gateway, { target: { route: 'dear-first' }, ...asked });
  expect(completion).toMatchObject({ status: 'SUCCEEDED', model: { name: 'sim/small-1' } });
  expect((await complete(gateway, { target: { model: 'sim/large-1' }, ...asked })).__typename).toBe(
    'BudgetExceededError',
  );
  await gateway.ask('mutation ($id: ID!) { budgetDelete(id: $id) { __typename } }', { id });
});

test('a copy refuses nothing: a call goes through as soon as its budget has been topped up', async () => {
  const id = await saveBudget(gateway, 0n, { scope: { endUser: 'topped up' } });
  const ask = () =>
    complete(gateway, { target: { model: 'sim/small-1' }, messages: [user('Hi')], endUser: 'topped up' });
  expect((await ask()).__typename).toBe('BudgetExceededError');
  await gateway.ask('mutation ($input: BudgetAdjustInput!) { budgetAdjust(input: $input) { __typename } }', {
    input: { budget: id, addToCurrentPeriod: { nanos: '1000000000' }, reason: 'a test', idempotencyKey: 'top-up' },
  });
  expect((await ask()).__typename).toBe('CompletionAccepted');
});

test('a rule may go by how much of a budget is used', async () => {
  const endUser = 'nearly done';
  const save = `mutation ($input: RouteSaveInput!) { routeSave(input: $input) { __typename ... on RouteSaved { route { id } } ... on Error { message } ... on ValidationError { issues { path message } } } }`;
  const target = (model: string) => ({ model });
  const rule = (name: string, when: object | null, model: string) => ({ name, when, targets: [target(model)] });
  const input = {
    slug: 'thrifty',
    name: 'Thrifty',
    rules: [rule('used up', { budgetUsedPercent: { gte: 50 } }, 'sim/small-1'), rule('otherwise', null, 'sim/large-1')],
  };
  const saved = await gateway.ask<{ routeSave: { __typename: string; route?: { id: string } } }>(save, { input });
  expect(saved.routeSave).toMatchObject({ __typename: 'RouteSaved' });
  await gateway.ask('mutation ($id: ID!) { routePublish(id: $id, version: 1, expectedRevision: 1) { __typename } }', {
    id: saved.routeSave.route!.id,
  });
  const ask = () => complete(gateway, { target: { route: 'thrifty' }, messages: [user('Hi')], endUser });
  expect((await ask()).completion!.model!.name).toBe('sim/large-1');
  await saveBudget(gateway, 1n, { scope: { endUser }, onExceed: 'ALERT_ONLY' });
  await ask();
  expect((await ask()).completion!.model!.name).toBe('sim/small-1');
});
