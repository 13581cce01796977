import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { type GraphQLObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anthropic } from '../../src/doors/anthropic/index.ts';
import { openai } from '../../src/doors/openai/index.ts';
import { schema } from '../../src/graphql/schema.ts';
import { doorCalls, ask as knock } from '../doors/asking.ts';
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

/** Doors that only keep what they are given. */
const keeping = ['/v1/files'];

test('every door that takes a body is knocked at here, or only keeps it', () => {
  const bodies = [openai, anthropic].flatMap(({ endpoints }) => endpoints.filter(({ method }) => method === 'POST'));
  expect(bodies.length).toBeGreaterThan(0);
  const known = [...doorCalls.map(({ path }) => path), ...keeping];
  for (const { path } of bodies)
    expect([path.source, known.filter((each) => path.test(each)).length]).toEqual([path.source, 1]);
});

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
  // The doors of other people's clients, and documents that are called by their names.
  for (const call of doorCalls.filter(({ path }) => !path.endsWith('/count_tokens'))) {
    const response = await knock(gateway.url, gateway.key, call, 'sim/small-1');
    // OpenAI's clients know an empty purse as 429, Anthropic's as 402.
    expect([call.path, response.status]).toEqual([call.path, call.vendor === 'openai' ? 429 : 402]);
    expect(await response.text()).toMatch(/budget/i);
  }
  const named = reaching.completionCreate!.replace('mutation', 'mutation Reach');
  const { operationSave } = await gateway.ask<{ operationSave: object }>(
    'mutation ($input: OperationSaveInput!) { operationSave(input: $input) { __typename ... on Error { message } } }',
    { input: { document: named } },
  );
  expect(operationSave).toMatchObject({ __typename: 'OperationSaved' });
  const reached = async () =>
    (
      await fetch(`${gateway.url}/operations/Reach`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.key}` },
        body: JSON.stringify({ input }),
      })
    ).text();
  await expect.poll(reached, { timeout: 10_000 }).toContain('BudgetExceededError');
  expect(asked).toBe(0);
  Object.assign(providers, { attempt });
});

/** Where models are made to speak, and who makes them: whoever is new here has to reserve. */
test('nothing in the source asks a model but the attempts, and nobody makes attempts but the hallway that reserves', async () => {
  const who = async (word: RegExp) => {
    const files: string[] = [];
    for await (const path of glob('src/**/*.ts', { exclude: (name) => name.includes('generated') })) {
      if (word.test(readFileSync(path, 'utf8'))) files.push(path);
    }
    return files.sort();
  };
  expect(await who(/\.(doStream|doGenerate|doEmbed|doRerank)\(/)).toEqual([
    'src/providers/asked-otherwise.ts',
    'src/providers/language-model.ts',
    'src/providers/other-models.ts',
  ]);
  expect(await who(/from '[./\w-]*\/(language-model|other-models|chat\/index)\.ts'/)).toEqual([
    'src/providers/asked.ts',
  ]);
  // The probe asks a model that cannot exist, where a provider has no list of its models.
  expect(await who(/from '[./\w-]*\/asked\.ts'/)).toEqual(['src/providers/directory.ts', 'src/providers/probe.ts']);
  expect(await who(/providers\.attempt\b|\{[^}]*\battempt\b[^}]*\} = rooms\.providers/)).toEqual([
    'src/completions/complete.ts',
  ]);
});
