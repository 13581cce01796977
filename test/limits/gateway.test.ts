import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

interface Saved {
  readonly rateLimitSave: { __typename: string; message?: string; rateLimit?: { id: string; state: State | null } };
}
interface State {
  readonly used: number;
  readonly remaining: number;
  readonly throttledLastHour: number;
}
const LIMIT = 'id metric amount scope { kind reference } state { used remaining throttledLastHour }';

async function limit(input: object, key?: string) {
  const { rateLimitSave } = await gateway.ask<Saved>(
    `mutation ($input: RateLimitSaveInput!) { rateLimitSave(input: $input) {
       __typename ... on RateLimitSaved { rateLimit { ${LIMIT} } } ... on Error { message } } }`,
    { input },
    key,
  );
  return rateLimitSave;
}

const remove = (id: string) =>
  gateway.ask('mutation ($id: ID!) { rateLimitDelete(id: $id) { __typename } }', { id }, gateway.key);

async function stateOf(id: string, subject: string | null = null): Promise<State | null> {
  const { node } = await gateway.ask<{ node: { state: State | null } }>(
    'query ($id: ID!, $subject: String) { node(id: $id) { ... on RateLimit { state(subject: $subject) { used remaining throttledLastHour } } } }',
    { id, subject },
  );
  return node.state;
}

const refusal = async (input: object) =>
  (
    await gateway.ask<{ completionCreate: { __typename: string; retryAfterMs?: number; limit?: { id: string } } }>(
      `mutation ($input: CompletionInput!) { completionCreate(input: $input) {
         __typename ... on RateLimitedError { retryAfterMs limit { id } } } }`,
      { input },
    )
  ).completionCreate;

test('each end user has a window of its own, and a refusal names the limit and when to come back', async () => {
  const saved = await limit({ scope: { endUser: '*' }, metric: 'REQUESTS', amount: 2 });
  const id = saved.rateLimit!.id;
  const call = (endUser: string) => refusal({ ...to('sim/echo-1', 'Hi'), endUser });
  expect([(await call('a')).__typename, (await call('a')).__typename]).toEqual(Array(2).fill('CompletionAccepted'));
  const third = await call('a');
  expect(third).toMatchObject({ __typename: 'RateLimitedError', limit: { id }, retryAfterMs: expect.any(Number) });
  expect((await call('b')).__typename).toBe('CompletionAccepted');
  expect(await stateOf(id, 'a')).toEqual({ used: 2, remaining: 0, throttledLastHour: 1 });
  expect(await stateOf(id)).toBeNull();
  await remove(id);
  expect((await call('a')).__typename).toBe('CompletionAccepted');
});

test('tokens, cost and places are counted as they were used', async () => {
  const endUser = 'counted';
  const ids: string[] = [];
  for (const metric of ['INPUT_TOKENS', 'OUTPUT_TOKENS', 'TOTAL_TOKENS', 'COST_NANOS', 'CONCURRENT']) {
    const { rateLimit } = await limit({ scope: { endUser }, metric, amount: 1_000_000_000 });
    ids.push(rateLimit!.id);
  }
  const { completion } = await complete(gateway, { ...to('sim/large-1', 'How much is this?'), endUser });
  const { inputTokens, outputTokens } = completion!.usage;
  const used = await Promise.all(ids.map(async (id) => (await stateOf(id))!.used));
  const cost = Number(completion!.cost.total.nanos);
  expect(cost).toBeGreaterThan(0);
  expect(used).toEqual([inputTokens, outputTokens, inputTokens + outputTokens, cost, 0]);
  for (const id of ids) await remove(id);
});

test('as many calls run at once as there are places, also of those that come together', async () => {
  const endUser = 'crowd';
  const { rateLimit } = await limit({ scope: { endUser }, metric: 'CONCURRENT', amount: 3 });
  const input = { ...to('sim/echo-1', 'Hi'), endUser, debug: { simulate: { latencyMs: 3000 } } };
  const answers = await Promise.all(Array.from({ length: 8 }, () => refusal(input)));
  expect(answers.filter(({ __typename }) => __typename === 'CompletionAccepted')).toHaveLength(3);
  expect(await stateOf(rateLimit!.id)).toMatchObject({ used: 0, remaining: 3 });
  await remove(rateLimit!.id);
});

test('a call that is refused for another reason has used nothing', async () => {
  const endUser = 'typo';
  const { rateLimit } = await limit({ scope: { endUser }, metric: 'REQUESTS', amount: 5 });
  await refusal({ ...to('', ''), target: { route: 'defualt' }, messages: to('', 'Hi').messages, endUser });
  expect(await stateOf(rateLimit!.id)).toMatchObject({ used: 0 });
});

test("each attempt counts for the model that it asks: a fallback's requests and tokens for the fallback's limits", async () => {
  const endUser = 'falls back';
  const models = ['sim/small-1', 'sim/large-1'];
  const ids: Record<string, string> = {};
  for (const model of models) {
    for (const metric of ['REQUESTS', 'OUTPUT_TOKENS']) {
      const { rateLimit } = await limit({ scope: { model }, metric, amount: 2 ** 40, windowMs: 600_000 });
      ids[`${model} ${metric}`] = rateLimit!.id;
    }
  }
  const used = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(ids).map(async ([name, id]) => [name, (await stateOf(id))!.used])),
    );
  const before = await used();
  const debug = { simulate: { failWith: 'PROVIDER_OVERLOADED', failFirstAttempts: 2 } };
  const messages = to('', 'Fall back').messages;
  const { completion } = await complete(gateway, { target: { route: 'default' }, messages, endUser, debug });
  expect(completion!.attempts.map(({ model }) => model)).toEqual(['sim/small-1', 'sim/small-1', 'sim/large-1']);
  await expect.poll(used, { timeout: 10_000 }).toEqual({
    ...before, // a refused attempt has used nothing
    'sim/large-1 REQUESTS': before['sim/large-1 REQUESTS']! + 1,
    'sim/large-1 OUTPUT_TOKENS': before['sim/large-1 OUTPUT_TOKENS']! + completion!.usage.outputTokens,
  });

  const { rateLimit } = await limit({
    scope: { model: 'sim/large-1' },
    metric: 'REQUESTS',
    amount: 1,
    windowMs: 300_000,
  });
  const again = () => complete(gateway, { target: { route: 'default' }, messages, endUser, debug });
  expect((await again()).completion?.model?.name).toBe('sim/large-1');
  const refused = await again(); // the fallback has no room: the first target's failure is the answer
  expect(refused).toMatchObject({ __typename: 'ProviderError', code: 'PROVIDER_OVERLOADED' });
  await expect.poll(() => stateOf(rateLimit!.id), { timeout: 10_000 }).toMatchObject({ used: 1 });
  for (const id of [...Object.values(ids), rateLimit!.id]) await remove(id);
});

test('every result says what is left of its limits, that first which binds first', async () => {
  const endUser = 'told';
  await limit({ scope: { endUser }, metric: 'REQUESTS', amount: 100 });
  await limit({ scope: { endUser: '*' }, metric: 'TOTAL_TOKENS', amount: 1000, windowMs: 3_600_000 });
  await limit({ scope: { model: '*' }, metric: 'REQUESTS', amount: 50, windowMs: 120_000 });
  const fields = 'rateLimits { remaining callsLeft limit { metric amount } }';
  type Standing = { remaining: number; callsLeft: number | null; limit: { metric: string; amount: number } };
  const { completionCreate } = await gateway.ask<{
    completionCreate: { completion: { usage: { totalTokens: number }; rateLimits: Standing[] } };
  }>(
    `mutation ($input: CompletionInput!) { completionCreate(input: $input) {
       ... on CompletionAccepted { completion { usage { totalTokens } ${fields} } } } }`,
    { input: { ...to('sim/large-1', 'How much is left after this one?'), endUser } },
  );
  const { usage, rateLimits } = completionCreate.completion;
  const remaining = 1000 - usage.totalTokens;
  expect(rateLimits).toEqual([
    {
      remaining,
      callsLeft: Math.floor(remaining / usage.totalTokens),
      limit: { metric: 'TOTAL_TOKENS', amount: 1000 },
    },
    { remaining: 49, callsLeft: 49, limit: { metric: 'REQUESTS', amount: 50 } },
    { remaining: 99, callsLeft: 99, limit: { metric: 'REQUESTS', amount: 100 } },
  ]);
  const { embeddingCreate } = await gateway.ask<{ embeddingCreate: { rateLimits: Standing[] } }>(
    `mutation ($input: EmbeddingInput!) { embeddingCreate(input: $input) { ... on EmbeddingBatch { ${fields} } } }`,
    { input: { target: { model: 'sim/embed-1' }, inputs: ['some words'], endUser } },
  );
  expect(embeddingCreate.rateLimits.map(({ callsLeft }) => callsLeft)).toContain(98);
});

test('saving the same scope, metric and window again changes the limit there is', async () => {
  const first = await limit({ scope: { endUser: 'again' }, metric: 'REQUESTS', amount: 5 });
  const again = await limit({ scope: { endUser: 'again' }, metric: 'REQUESTS', amount: 7 });
  expect(again.rateLimit).toMatchObject({ id: first.rateLimit!.id, amount: 7 });
});

test("limits of other organizations, and for other organizations' things, do not exist", async () => {
  const stranger = await gateway.stranger();
  const { viewer } = await gateway.ask<{ viewer: { projects: { id: string }[] } }>('{ viewer { projects { id } } }');
  const theirs = await limit({ scope: { project: viewer.projects[0]!.id }, metric: 'REQUESTS', amount: 1 }, stranger);
  expect(theirs.__typename).toBe('NotFoundError');
  const { rateLimits } = await gateway.ask<{ rateLimits: unknown[] }>('{ rateLimits { id } }', {}, stranger);
  expect(rateLimits).toEqual([]);
});

test('health says that limits are counted together', async () => {
  const { health } = await gateway.ask<{ health: { checks: { name: string; status: string }[] } }>(
    '{ health { status checks { name status since message } } }',
  );
  const ofLimits = health.checks.filter(({ name }) => name.startsWith('limits.'));
  expect(ofLimits).toMatchObject([
    { name: 'limits.localShare', status: 'HEALTHY', since: null },
    { name: 'limits.failClosed', status: 'HEALTHY', since: null },
  ]);
});
