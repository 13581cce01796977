import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete, user } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { budget, saveBudget } from './money.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const ask = (text: string, different: object = {}) =>
  complete(gateway, { target: { model: 'sim/small-1' }, messages: [user(text)], ...different });
const costOf = (result: Awaited<ReturnType<typeof ask>>) => BigInt(result.completion!.cost.total.nanos);

test('what a call costs is posted on every budget of its chain, and nothing stays held', async () => {
  const tags = [{ key: 'team', value: 'blue' }];
  const chain = await Promise.all([
    saveBudget(gateway, 1_000_000_000n),
    saveBudget(gateway, 1_000_000_000n, { scope: { model: 'sim/small-1' } }),
    saveBudget(gateway, 1_000_000_000n, { scope: { endUser: '*' } }),
    saveBudget(gateway, 1_000_000_000n, { scope: { tag: 'team=blue' }, period: 'MONTH', timezone: 'Europe/Berlin' }),
    saveBudget(gateway, 1_000_000_000n, { scope: { agentRun: '*' } }),
  ]);
  const other = await saveBudget(gateway, 1n, { scope: { endUser: 'somebody else' } });
  const cost = costOf(await ask('Hello', { endUser: 'u1', tags, run: { runId: 'r1' } }));
  expect(cost).toBeGreaterThan(0n);
  const subjects = [undefined, undefined, 'u1', undefined, 'r1'];
  for (const [place, id] of chain.entries()) {
    const { status } = await budget(gateway, id, subjects[place]);
    expect(status).toMatchObject({ spent: { nanos: String(cost) }, reserved: { nanos: '0' }, state: 'OK' });
  }
  expect((await budget(gateway, other)).status.spent.nanos).toBe('0');
});

test('a call that does not fit is refused with what is missing, and nothing is asked of a provider', async () => {
  const id = await saveBudget(gateway, 0n, { scope: { endUser: 'poor' }, period: 'DAY' });
  const answer = await gateway.ask<{ completionCreate: Record<string, unknown> }>(
    `mutation ($input: CompletionInput!) { completionCreate(input: $input) { __typename ... on BudgetExceededError {
       code retryable estimated { nanos } remaining { nanos } resetsAt budget { id } requestId } } }`,
    { input: { target: { model: 'sim/small-1' }, messages: [user('Hi')], endUser: 'poor' } },
  );
  expect(answer.completionCreate).toMatchObject({
    __typename: 'BudgetExceededError',
    code: 'BUDGET_EXCEEDED',
    retryable: true,
    remaining: { nanos: '0' },
    resetsAt: expect.any(String),
    budget: { id },
  });
  const { request } = await gateway.ask<{ request: { attempts: unknown[] } }>(
    'query ($id: ID!) { request(id: $id) { attempts { id } } }',
    { id: answer.completionCreate.requestId },
  );
  expect(request.attempts).toEqual([]);
});

test.each([
  ['English', 'word '],
  // A token for nearly each character, where English has one for five.
  ['Chinese', '人人生而自由，在尊严和权利上一律平等。'],
])(
  'a model that says more than it was asked to is cut off where the money ends, and paid as far as it went: %s',
  async (language, words) => {
    const long = { debug: { simulate: { reply: words.repeat(2_000) } }, sampling: { maxOutputTokens: 4_000 } };
    // Teaches the gateway that such answers are short, so that it lets one begin with little money left.
    for (let turn = 0; turn < 20; turn++)
      await ask('Say one word', {
        endUser: 'teacher',
        sampling: { maxOutputTokens: 4_000 },
        debug: { simulate: { reply: 'Yes.' } },
      });
    const id = await saveBudget(gateway, 200_000n, { scope: { endUser: language } });
    const result = await ask('Say one word', { endUser: language, ...long });
    expect(result).toMatchObject({ __typename: 'CompletionAccepted', completion: { finishReason: 'BUDGET' } });
    expect(result.completion!.text!.length).toBeGreaterThan(100);
    const { status } = await budget(gateway, id);
    expect(BigInt(status.spent.nanos)).toBe(costOf(result));
    expect(BigInt(status.spent.nanos)).toBeLessThanOrEqual(200_000n);
    expect(BigInt(status.spent.nanos)).toBeGreaterThan(150_000n);
    expect(status.reserved.nanos).toBe('0');
  },
);

test('an answer that comes in one piece is not cut: it has been made, and is paid as it was reported', async () => {
  const { routeSave } = await gateway.ask<{ routeSave: { route: { id: string; revision: number } } }>(
    'mutation ($input: RouteSaveInput!) { routeSave(input: $input) { ... on RouteSaved { route { id revision } } } }',
    {
      input: {
        slug: 'whole',
        name: 'Whole',
        rules: [{ name: 'all', targets: [{ model: 'sim/small-1', streaming: false }] }],
      },
    },
  );
  await gateway.ask(
    'mutation ($id: ID!, $revision: Int!) { routePublish(id: $id, version: 1, expectedRevision: $revision) { __typename } }',
    routeSave.route,
  );
  const id = await saveBudget(gateway, 150_000n, { scope: { endUser: 'whole' } });
  // 150 tokens at 600 nanos, of at most 200, which are held.
  const reply = { sampling: { maxOutputTokens: 200 }, debug: { simulate: { reply: 'word '.repeat(120) } } };
  const result = await ask('Say a lot', { target: { route: 'whole' }, endUser: 'whole', ...reply });
  expect(result.completion).toMatchObject({
    finishReason: 'STOP',
    text: 'word '.repeat(120),
    usage: { source: 'PROVIDER' },
  });
  expect((await budget(gateway, id)).status.spent.nanos).toBe(result.completion!.cost.total.nanos);
});

test('a downgrading budget that is used up sends calls to its cheaper route and goes on counting', async () => {
  await saveBudget(gateway, 0n, { scope: { endUser: 'down' }, onExceed: 'DOWNGRADE', downgradeRoute: 'default' });
  const result = await complete(gateway, { target: { model: 'sim/large-1' }, messages: [user('Hi')], endUser: 'down' });
  expect(result.completion).toMatchObject({ status: 'SUCCEEDED', model: { name: 'sim/small-1' } });
});

test('an end user whose name PostgreSQL cannot hold pays as it is written in the history', async () => {
  const id = await saveBudget(gateway, 1_000_000_000n, { scope: { endUser: 'half a \ufffd' } });
  const cost = costOf(await ask('Hi', { endUser: 'half a \ud83d' }));
  expect((await budget(gateway, id)).status.spent.nanos).toBe(String(cost));
});

test('an alerting budget lets calls pass and says that it is exceeded', async () => {
  const id = await saveBudget(gateway, 1n, { scope: { endUser: 'soft' }, onExceed: 'ALERT_ONLY' });
  expect((await ask('Hi', { endUser: 'soft' })).completion!.status).toBe('SUCCEEDED');
  expect((await budget(gateway, id)).status).toMatchObject({ state: 'EXCEEDED', remaining: { nanos: '0' } });
});

test('each attempt is held and paid for by itself: failed ones too, on the model that was asked', async () => {
  const [small, large] = await Promise.all([
    saveBudget(gateway, 1_000_000_000n, { scope: { model: 'sim/small-1' }, period: 'YEAR' }),
    saveBudget(gateway, 1_000_000_000n, { scope: { model: 'sim/large-1' }, period: 'YEAR' }),
  ]);
  const debug = { simulate: { failWith: 'PROVIDER_OVERLOADED', failFirstAttempts: 2 } };
  const result = await complete(gateway, { target: { route: 'default' }, messages: [user('Hi')], debug });
  expect(result.completion!.model!.name).toBe('sim/large-1');
  expect((await budget(gateway, large)).status.spent.nanos).toBe(result.completion!.cost.total.nanos);
  expect((await budget(gateway, small)).status).toMatchObject({ spent: { nanos: '0' }, reserved: { nanos: '0' } });
});

test('G2: a model without a price is refused under a cap, not waved through', async () => {
  await saveBudget(gateway, 1_000_000_000n, { scope: { endUser: 'unpriced' } });
  const result = await complete(gateway, {
    target: { model: 'sim/unpriced-1' },
    messages: [user('Hi')],
    endUser: 'unpriced',
  });
  expect(['NoEligibleTargetError', 'ValidationError']).toContain(result.__typename);
});
