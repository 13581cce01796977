import { type GraphQLObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { budget, saveBudget } from './money.ts';

/**
 * Operations that make a provider work. A new root field has to be put into one of these lists: the first is tried here
 * under a budget of nothing, the second only looks or writes the gateway's own rows.
 */
const reaching: Readonly<Record<string, string>> = {
  completionCreate: 'mutation ($input: CompletionInput!) { result: completionCreate(input: $input) { __typename } }',
  completionStream:
    'subscription ($input: CompletionInput!) { completionStream(input: $input) { __typename ... on CompletionFailed { error { __typename } } } }',
  embeddingCreate: 'mutation ($input: EmbeddingInput!) { result: embeddingCreate(input: $input) { __typename } }',
  imageGenerate: 'mutation ($input: ImageGenerationInput!) { result: imageGenerate(input: $input) { __typename } }',
  speechCreate: 'mutation ($input: SpeechInput!) { result: speechCreate(input: $input) { __typename } }',
  transcriptionCreate:
    'mutation ($input: TranscriptionInput!) { result: transcriptionCreate(input: $input) { __typename } }',
  rerank: 'mutation ($input: RerankInput!) { result: rerank(input: $input) { __typename } }',
};

/** Calls that are no conversation, as little as each of them can ask for. */
const calls: Readonly<Record<string, object>> = {
  embeddingCreate: { inputs: ['Hi'] },
  imageGenerate: { prompt: 'Hi' },
  speechCreate: { text: 'Hi' },
  transcriptionCreate: { mimeType: 'audio/wav', base64: 'UklGRg==' },
  rerank: { query: 'Hi', documents: ['Hi', 'Ho'] },
};

/** They say what would be done, and do nothing. */
const looking = ['routeExplain'];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

test('every root field that takes a prompt or a completion to run is known here', () => {
  const roots = [schema.getMutationType(), schema.getSubscriptionType(), schema.getQueryType()].filter(isObjectType);
  const takesWork = roots.flatMap((root: GraphQLObjectType) =>
    Object.values(root.getFields()).filter(({ args }) => args.some(({ type }) => WORK.test(String(type)))),
  );
  expect(takesWork.map(({ name }) => name).sort()).toEqual([...Object.keys(reaching), ...looking].sort());
});

/** Inputs that a provider is asked with. */
const WORK =
  /Completion.*Input|Embedding.*Input|Image.*Input|Speech.*Input|Transcription.*Input|Moderation.*Input|Rerank.*Input/;

test('a copy that an experiment makes is paid for by itself, or not made, and never sent to another route', async () => {
  const { routing, models, access, experiments, usage } = gateway.gateway.rooms;
  const caller = await access.authenticate({ authorization: `Bearer ${gateway.key}`, ip: null });
  const book = await models.book(caller.organizationId);
  const rules = [{ name: 'all', targets: [{ model: 'sim/small-1' }] }];
  const { routeId } = await routing.save(caller, { slug: 'shadowed', name: 'Shadowed', rules }, book);
  await routing.publish(caller, { id: routeId, version: 1, expectedRevision: 1 }, book);
  const arms = [
    { name: 'now', control: true, weightPercent: 0 },
    { name: 'copy', weightPercent: 100, model: 'sim/large-1' },
  ];
  const input = { slug: 'shadowed', name: 'Shadowed', kind: 'SHADOW' as const, route: routeId, arms };
  const { experimentId } = await experiments.create(caller, input, book);
  await experiments.start(caller, experimentId);
  const large = { scope: { model: 'sim/large-1' } };
  const [rich, poor] = [
    await saveBudget(gateway, 10n ** 9n, large),
    await saveBudget(gateway, 10n ** 9n, { ...large, slug: 'poor' }),
  ];

  const copyOf = async () => {
    const asked = { target: { route: 'shadowed' }, messages: [{ role: 'USER', parts: [{ text: 'Hi' }] }] };
    const { completionCreate } = await gateway.ask<{ completionCreate: { completion: { requestId: string } } }>(
      'mutation ($input: CompletionInput!) { completionCreate(input: $input) { ... on CompletionAccepted { completion { requestId } } } }',
      { input: asked },
    );
    const { requestId } = completionCreate.completion;
    const find = async () => {
      await usage.flush();
      const [row] = await gateway.gateway.prisma.gatewayRequest.findMany({ where: { shadowOf: requestId } });
      return row;
    };
    await expect.poll(find, { timeout: 30_000 }).toBeDefined();
    return (await find())!;
  };
  const paid = await copyOf();
  expect(paid).toMatchObject({ status: 'SUCCEEDED', model: 'sim/large-1' });
  expect((await budget(gateway, rich)).status).toMatchObject({
    spent: { nanos: String(paid.costNanos) },
    reserved: { nanos: '0' },
  });
  await gateway.ask('mutation ($input: BudgetAdjustInput!) { budgetAdjust(input: $input) { __typename } }', {
    input: {
      budget: poor,
      addToCurrentPeriod: { nanos: String(-(10n ** 9n)) },
      reason: 'no more',
      idempotencyKey: 'poor',
    },
  });
  expect(await copyOf()).toMatchObject({ status: 'FAILED', errorCode: 'BUDGET_EXCEEDED', costNanos: 0n });
  const elsewhere = { id: poor, onExceed: 'DOWNGRADE', downgradeRoute: 'shadowed' };
  expect(await saveBudget(gateway, 10n ** 9n, { ...large, ...elsewhere, slug: 'poor' })).toBe(poor);
  expect(await copyOf()).toMatchObject({ status: 'FAILED', errorCode: 'BUDGET_EXCEEDED', costNanos: 0n });
  await experiments.stop(caller, { id: experimentId, reason: 'seen enough' });
}, 90_000);

test('no call reaches a provider except through the attempts of the hallway that reserves', async () => {
  type Asking = (...given: never[]) => unknown;
  const providers = gateway.gateway.rooms.providers as { attempt: Asking };
  const { attempt } = providers;
  let asked = 0;
  const counted =
    (real: Asking): Asking =>
    (...given) => {
      asked++;
      return real(...given);
    };
  Object.assign(providers, { attempt: counted(attempt) });
  await saveBudget(gateway, 0n);
  const input = { target: { model: 'sim/small-1' }, messages: [{ role: 'USER', parts: [{ text: 'Hi' }] }] };
  const { result } = await gateway.ask<{ result: { __typename: string } }>(reaching.completionCreate!, { input });
  expect(result.__typename).toBe('BudgetExceededError');
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${gateway.key}`,
    },
    body: JSON.stringify({
      query: reaching.completionStream,
      variables: { input: { ...input, idempotencyKey: 'way-in' } },
    }),
  });
  expect(await response.text()).toContain('BudgetExceededError');
  for (const [field, rest] of Object.entries(calls)) {
    const { result: refused } = await gateway.ask<{ result: { __typename: string } }>(reaching[field]!, {
      input: { target: { model: 'sim/small-1' }, ...rest },
    });
    expect({ field, refused }).toEqual({ field, refused: { __typename: 'BudgetExceededError' } });
  }
  expect(asked).toBe(0);
  Object.assign(providers, { attempt });
});
