import { type GraphQLObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { saveBudget } from './money.ts';

/**
 * Operations that make a provider work. A new root field has to be put into one of these lists: the first is tried here
 * under a budget of nothing, the second only looks or writes the gateway's own rows.
 */
const reaching: Readonly<Record<string, string>> = {
  completionCreate: 'mutation ($input: CompletionInput!) { result: completionCreate(input: $input) { __typename } }',
  completionStream:
    'subscription ($input: CompletionInput!) { completionStream(input: $input) { __typename ... on CompletionFailed { error { __typename } } } }',
};

/** Calls that are no conversation: with what each of them is asked. */
const calls: Readonly<Record<string, readonly [input: string, values: object]>> = {
  embeddingCreate: ['EmbeddingInput', { inputs: ['Hi'] }],
  imageGenerate: ['ImageGenerationInput', { prompt: 'Hi' }],
  rerank: ['RerankInput', { query: 'Hi', documents: ['Hi'] }],
  speechCreate: ['SpeechInput', { text: 'Hi' }],
  transcriptionCreate: ['TranscriptionInput', { base64: 'AAAA', mimeType: 'audio/wav' }],
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
  expect(takesWork.map(({ name }) => name).sort()).toEqual(
    [...Object.keys(reaching), ...Object.keys(calls), ...looking].sort(),
  );
});

/** Inputs that a provider is asked with. */
const WORK =
  /Completion.*Input|Embedding.*Input|Image.*Input|Speech.*Input|Transcription.*Input|Moderation.*Input|Rerank.*Input/;

test('no call reaches a provider except through the attempts of the hallway that reserves', async () => {
  const providers = gateway.gateway.rooms.providers as { attempt: (...given: never[]) => unknown };
  const real = providers.attempt;
  let asked = 0;
  providers.attempt = (...given) => {
    asked++;
    return real(...given);
  };
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
  for (const [field, [type, values]] of Object.entries(calls)) {
    const document = `mutation ($input: ${type}!) { result: ${field}(input: $input) { __typename } }`;
    const call = { target: { model: 'sim/small-1' }, ...values };
    const { result: refused } = await gateway.ask<{ result: { __typename: string } }>(document, { input: call });
    expect([field, refused.__typename]).toEqual([field, 'BudgetExceededError']);
  }
  expect(asked).toBe(0);
  providers.attempt = real;
});
