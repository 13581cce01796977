import { describe, expect, test } from 'vitest';
import { saveBudget } from '../budgets/money.ts';
import { contentHouse } from '../content/for-this-file.ts';
import { answers, streams } from '../providers/loopback.ts';
import { wireFixtures } from '../providers/wire-fixtures.ts';
import { to } from '../support/completions.ts';
import { operation } from '../support/operations.ts';

/** Models that no list of the gateway knows, through the door, at providers that speak their own format. */

const house = await contentHouse();

interface Result {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly resourceType?: string;
  readonly reference?: string;
  readonly suggestions?: readonly string[];
  readonly retryable?: boolean;
  readonly issues?: readonly { readonly code: string; readonly suggestions: readonly string[] }[];
  readonly completion?: {
    readonly text: string;
    readonly cost: { readonly complete: boolean; readonly total: { readonly nanos: string } };
    readonly attempts: readonly {
      readonly model: string;
      readonly outcome: string;
      readonly errorCode: string | null;
    }[];
  };
}

async function complete(input: object): Promise<Result> {
  const { completionCreate } = await house.gateway.ask<{ completionCreate: Result }>(
    `mutation ($input: CompletionInput!) { completionCreate(input: $input) { __typename
      ... on CompletionAccepted { completion { text cost { complete total { nanos } } attempts { model outcome errorCode } } }
      ... on NotFoundError { resourceType reference suggestions }
      ... on ValidationError { issues { code suggestions } }
      ... on Error { code message retryable } } }`,
    { input },
  );
  return completionCreate;
}

/** What providers say of a model they do not have: a name a letter off one they do, the answer, that one. */
const refusals: readonly (readonly [kind: string, model: string, status: number, body: object, near: string | null])[] =
  [
    [
      'openai',
      'gpt-5.55',
      404,
      {
        error: {
          message: 'The model `gpt-5.55` does not exist or you do not have access to it.',
          type: 'invalid_request_error',
          param: null,
          code: 'model_not_found',
        },
      },
      'gpt-5.5',
    ],
    ['openai-chat', 'gpt-4p', 404, { error: { message: 'No.', code: 'model_not_found' } }, 'gpt-4o'],
    [
      'azure',
      'gpt-4p',
      404,
      { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } },
      null,
    ],
    [
      'anthropic',
      'claude-sonnet-6',
      404,
      { type: 'error', error: { type: 'not_found_error', message: 'model: claude-sonnet-6' } },
      'claude-sonnet-5',
    ],
    [
      'google',
      'gemini-2.6-pro',
      404,
      {
        error: {
          code: 404,
          message:
            'models/gemini-2.6-pro is not found for API version v1beta, or is not supported for generateContent.',
          status: 'NOT_FOUND',
        },
      },
      'gemini-2.5-pro',
    ],
    [
      'google-vertex',
      'gemini-2.6-pro',
      404,
      {
        error: {
          code: 404,
          message:
            'Publisher Model `projects/p/…/gemini-2.6-pro` was not found or your project does not have access to it.',
          status: 'NOT_FOUND',
        },
      },
      'gemini-2.5-pro',
    ],
    ['amazon-bedrock', 'amazon.nova-pro-v9:0', 400, { message: 'The provided model identifier is invalid.' }, null],
    [
      'mistral',
      'mistral-larg',
      400,
      { object: 'error', message: 'Invalid model: mistral-larg', type: 'invalid_model', param: null, code: '1500' },
      'mistral-large',
    ],
    [
      'cohere',
      'command-s',
      404,
      { message: "model 'command-s' not found, make sure the correct model ID was used" },
      'command-r',
    ],
    [
      'groq',
      'llama-9',
      404,
      {
        error: {
          message: 'The model `llama-9` does not exist.',
          type: 'invalid_request_error',
          code: 'model_not_found',
        },
      },
      null,
    ],
    [
      'deepseek',
      'deepseek-chit',
      400,
      { error: { message: 'Model Not Exist', type: 'invalid_request_error' } },
      'deepseek-chat',
    ],
    [
      'xai',
      'grok-99',
      404,
      {
        code: 'Some requested entity was not found',
        error: 'The model grok-99 does not exist or your team has no access.',
      },
      null,
    ],
    [
      'together',
      'none/such',
      404,
      {
        error: {
          message: 'Unable to access model none/such.',
          type: 'invalid_request_error',
          code: 'model_not_available',
        },
      },
      null,
    ],
    [
      'fireworks',
      'none-such',
      404,
      { error: { message: 'Model not found, inaccessible, and/or not deployed', code: 'NOT_FOUND' } },
      null,
    ],
    [
      'cerebras',
      'none-such',
      404,
      {
        message: 'Model none-such does not exist or you do not have access to it.',
        type: 'not_found_error',
        param: 'model',
        code: 'model_not_found',
      },
      null,
    ],
    [
      'perplexity',
      'sonar-pra',
      400,
      { error: { message: "Invalid model 'sonar-pra'.", type: 'invalid_model', code: 400 } },
      'sonar-pro',
    ],
    ['openrouter', 'none/such', 400, { error: { message: 'none/such is not a valid model ID', code: 400 } }, null],
    [
      'huggingface',
      'none/such',
      400,
      { error: { message: "The requested model 'none/such' does not exist", param: 'model', code: 'model_not_found' } },
      null,
    ],
    ['ollama', 'none-such', 404, { error: { message: "model 'none-such' not found", type: 'api_error' } }, null],
  ];

describe.each(refusals)('%s', (kind, model, status, body, near) => {
  test('is asked for a model that no list knows', async () => {
    house.asked();
    const { completion, message } = await complete({ ...to(`${kind}/brand-new-99`, 'Hello') });
    expect(completion, message).toMatchObject({ text: 'The capital is London.', cost: { complete: false } });
    expect(house.asked().length).toBeGreaterThan(0);
  });

  test('that has no such model is told as that, with the nearest that is known', async () => {
    house.answer = answers(status, body);
    const name = `${kind}/${model}`;
    const told = await complete(to(name, 'Hello'));
    expect(told).toMatchObject({
      ...{ __typename: 'NotFoundError', code: 'NOT_FOUND', resourceType: 'Model', reference: name, retryable: false },
    });
    expect(told.message).toContain(name);
    if (near === null) return;
    expect(told.suggestions).toContain(`${kind}/${near}`);
    expect(told.message).toContain(`${kind}/${near}`);
  });
});

test('a name that is like none is told with models of its provider, and how many more there are', async () => {
  const [, , status, body] = refusals[0]!;
  house.answer = answers(status, body);
  const told = await complete(to('openai/something-that-is-like-none', 'Hello'));
  expect(told).toMatchObject({ __typename: 'NotFoundError' });
  expect(told.suggestions).toHaveLength(3);
  for (const name of told.suggestions!) expect(name).toMatch(/^openai\//);
  expect(told.message).toMatch(/Models of 'openai' here are .+ and \d+ more: the query 'models' lists them\.$/);
  house.answer = null;

  const refused = await complete(to('somebody/something-that-is-like-none', 'Hello'));
  expect(refused).toMatchObject({ code: 'VALIDATION_FAILED', issues: [{ code: 'UNKNOWN', suggestions: [] }] });
  expect(refused.message).toMatch(/The query 'models' lists those of '.+ and \d+ more\.$/);
});

test('a provider is as healthy as before, however often it was asked for what it does not have', async () => {
  const [, , status, body] = refusals[0]!;
  house.answer = answers(status, body);
  for (let times = 0; times < 30; times++) await complete(to('openai/none-such', 'Hello'));
  house.answer = null;
  const { completion } = await complete(to('openai/none-such', 'Hello'));
  expect(completion).toMatchObject({ text: 'The capital is London.' });
  const { providers } = await house.gateway.ask<{
    providers: { slug: string; health: { breaker: string; errorRatePercent: number } }[];
  }>('{ providers { slug health { breaker errorRatePercent } } }');
  const { health } = providers.find(({ slug }) => slug === 'openai')!;
  expect(health).toEqual({ breaker: 'CLOSED', errorRatePercent: 0 });
});

test('a 404 that speaks of no model is a wrong address, not a wrong model', async () => {
  house.answer = answers(404, {
    error: { message: 'Invalid URL (POST /v2/responses)', type: 'invalid_request_error' },
  });
  expect(await complete(to('openai/gpt-5', 'Hello'))).toMatchObject({ code: 'PROVIDER_ERROR' });
});

test('a route goes on to its next model, whatever its rules say of failures', async () => {
  const target = (model: string) => ({ model });
  const rules = [
    { name: 'always', targets: [target('openai/none-such')], fallbacks: [target('mistral/model-1')], fallbackOn: [] },
  ];
  const { routeSave } = await house.gateway.ask<{
    routeSave: { route?: { id: string }; warnings?: { message: string }[] };
  }>(
    `mutation ($input: RouteSaveInput!) { routeSave(input: $input) {
      ... on RouteSaved { route { id } warnings { message } } ... on Error { message } } }`,
    { input: { slug: 'new', name: 'New', rules } },
  );
  expect(routeSave.warnings?.map(({ message }) => message).join(' ')).toContain('Nobody knows the price');
  await house.gateway.ask(
    'mutation ($id: ID!) { routePublish(id: $id, version: 1, expectedRevision: 1) { __typename ... on Error { message } } }',
    { id: routeSave.route!.id },
  );
  const [, , status, body] = refusals[0]!;
  house.answer = (response, request, turn) => {
    const answer = request.url!.startsWith('/openai/') ? answers(status, body) : streams(wireFixtures.mistral!.text);
    answer(response, request, turn);
  };
  const { completion, message } = await complete({ target: { route: 'new' }, messages: to('', 'Hello').messages });
  expect(completion, message).toMatchObject({
    text: 'The capital is London.',
    attempts: [
      { model: 'openai/none-such', outcome: 'FAILED', errorCode: 'NOT_FOUND' },
      { model: 'mistral/model-1', outcome: 'SUCCEEDED' },
    ],
  });
});

describe('what holds for known models holds for new ones', () => {
  test('a rule that denies it', async () => {
    const scope = { organization: true };
    const { policySave } = await house.gateway.ask<{ policySave: { id: string } }>(await operation('PolicySave'), {
      input: { slug: 'no-nines', name: 'No nines', rules: [{ access: { denyModels: ['openai/*-99*'] } }] },
    });
    await house.gateway.ask(await operation('PolicyBind'), {
      input: { policy: policySave.id, scope, mode: 'ENFORCE' },
    });
    house.asked();
    const refused = await complete(to('openai/gpt-99-new', 'Hello'));
    await house.gateway.ask(await operation('PolicyUnbind'), { policy: policySave.id, scope });
    expect(refused).toMatchObject({ code: 'POLICY_BLOCKED' });
    expect(house.asked()).toEqual([]);
  });

  test('switching it off', async () => {
    const set = (enabled: boolean) =>
      house.gateway.ask(
        'mutation ($id: ID!, $enabled: Boolean!) { modelSetEnabled(id: $id, enabled: $enabled) { __typename } }',
        {
          ...{ id: 'openai/gpt-99-new', enabled },
        },
      );
    await set(false);
    expect(await complete(to('openai/gpt-99-new', 'Hello'))).toMatchObject({ code: 'NO_ELIGIBLE_TARGET' });
    await set(true);
    expect(await complete(to('openai/gpt-99-new', 'Hello'))).toMatchObject({ __typename: 'CompletionAccepted' });
  });

  test('a hard budget, until somebody says what it costs', async () => {
    await saveBudget(house.gateway, 1_000_000_000n, { scope: { endUser: 'thrifty' } });
    const input = { ...to('mistral/mistral-99-new', 'Hello'), endUser: 'thrifty' };
    house.asked();
    const refused = await complete(input);
    expect(refused.__typename).not.toBe('CompletionAccepted');
    expect(refused.message).toContain('priceSet');
    expect(house.asked()).toEqual([]);
    for (const meter of ['INPUT_TOKEN', 'OUTPUT_TOKEN']) {
      await house.gateway.ask(
        'mutation ($input: PriceSetInput!) { priceSet(input: $input) { __typename ... on Error { message } } }',
        {
          input: { model: 'mistral/mistral-99-new', meter, amount: '2' },
        },
      );
    }
    expect(await complete(input)).toMatchObject({ completion: { cost: { complete: true } } });
  });
});

describe('names', () => {
  test.each(['gpt-99-new', 'opanai/gpt-99-new', 'sim/small-9'])('%s is no model of any provider', async (name) => {
    house.asked();
    expect(await complete(to(name, 'Hello'))).toMatchObject({
      code: 'VALIDATION_FAILED',
      issues: [{ code: 'UNKNOWN' }],
    });
    expect(house.asked()).toEqual([]);
  });

  test.each(['../files', 'a/../b', 'a?key=x', 'a#b', 'a%2Fb', 'a b', 'a//b', 'a\\b', 'a\u0000b'])(
    '%j leads nowhere',
    async (name) => {
      house.asked();
      expect(await complete(to(`google/${name}`, 'Hello'))).toMatchObject({ code: 'VALIDATION_FAILED' });
      expect(house.asked()).toEqual([]);
    },
  );

  test('a longer form of a known name is not a new model', async () => {
    const told = await complete(to('google/models/gemini-2.5-pro', 'Hello'));
    expect(told.issues).toMatchObject([{ suggestions: expect.arrayContaining(['google/gemini-2.5-pro']) }]);
  });
});
