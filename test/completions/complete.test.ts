import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete, stream, to, user } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const simulate = (script: object) => ({ debug: { simulate: script } });

test('a completion answers with text, usage, cost lines that add up, and the decision', async () => {
  const result = await complete(gateway, { target: { route: 'default' }, messages: [user('Hello there')] });
  expect(result).toMatchObject({ __typename: 'CompletionAccepted', replayed: false });
  const { completion } = result;
  expect(completion).toMatchObject({ status: 'SUCCEEDED', finishReason: 'STOP', model: { name: 'sim/small-1' } });
  expect(completion!.text).not.toBe('');
  expect(completion!.usage.outputTokens).toBeGreaterThan(0);
  expect(completion!.decision!.summary).toContain('sim/small-1');
  const lines = completion!.cost.lines.reduce((sum, { amount }) => sum + BigInt(amount.nanos), 0n);
  expect(lines).toBe(BigInt(completion!.cost.total.nanos));
  expect(lines).toBeGreaterThan(0n);
});

test('the same input gives the same answer, word for word, and another input another', async () => {
  const ask = async (text: string) => (await complete(gateway, to('sim/large-1', text))).completion!.text;
  const [first, again, other] = [
    await ask('Why is the sky blue?'),
    await ask('Why is the sky blue?'),
    await ask('Why?'),
  ];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test('system, developer, assistant and tool messages all arrive', async () => {
  const result = await complete(gateway, {
    target: { model: 'sim/echo-1' },
    messages: [
      { role: 'SYSTEM', parts: [{ text: 'Be brief.' }] },
      { role: 'DEVELOPER', parts: [{ text: 'Use the tool.' }] },
      user('What is the weather in Ulm?'),
      { role: 'ASSISTANT', parts: [{ toolCall: { toolCallId: 'c1', name: 'weather', arguments: { city: 'Ulm' } } }] },
      { role: 'TOOL', parts: [{ toolResult: { toolCallId: 'c1', result: { json: { celsius: 21 } } } }] },
    ],
  });
  expect(result).toMatchObject({ __typename: 'CompletionAccepted', completion: { status: 'SUCCEEDED' } });
});

test('a tool that must be called is called, with arguments for its schema', async () => {
  const inputSchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const result = await complete(gateway, {
    ...to('sim/small-1', 'What is the weather in Ulm?'),
    tools: {
      inline: [{ name: 'weather', description: 'Tells the weather.', inputSchema }],
      choice: { tool: 'weather' },
    },
  });
  expect(result.completion).toMatchObject({ finishReason: 'TOOL_CALLS', toolCalls: [{ name: 'weather' }] });
  expect(result.completion!.toolCalls[0]!.arguments).toMatchObject({ city: expect.any(String) });
});

test('a JSON Schema is honoured', async () => {
  const schema = {
    type: 'object',
    properties: { n: { type: 'integer' } },
    required: ['n'],
    additionalProperties: false,
  };
  const result = await complete(gateway, {
    ...to('sim/small-1', 'A number'),
    output: { jsonSchema: { name: 'number', schema } },
  });
  expect(JSON.parse(result.completion!.text!)).toEqual({ n: expect.any(Number) });
});

test.each([
  [{ target: { route: 'defualt' } }, ['target', 'route'], ['default']],
  [{ target: { model: 'sim/smal-1' } }, ['target', 'model'], ['sim/small-1']],
  [{ tools: { inline: [tool('weather')], choice: { tool: 'wether' } } }, ['tools', 'choice', 'tool'], ['weather']],
])('an unknown name is a ValidationError with the nearest names', async (part, path, suggestions) => {
  const result = await complete(gateway, { ...to('sim/small-1', 'Hi'), ...part });
  expect(result).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION_FAILED', retryable: false });
  expect(result.issues).toEqual([{ path, code: expect.any(String), suggestions: expect.arrayContaining(suggestions) }]);
});

test('everything wrong with an input is said at once', async () => {
  const result = await complete(gateway, {
    target: { model: 'sim/small-1' },
    messages: [{ role: 'SYSTEM', parts: [] }],
    sampling: { temperature: 3, topP: -1, maxOutputTokens: 0 },
    tools: { inline: [tool('bad name'), tool('twice'), tool('twice')] },
    output: { text: false },
    tags: [{ key: '', value: 'x' }],
    idempotencyKey: 'with space',
  });
  expect(result.issues!.map(({ path }) => path.join('.')).sort()).toEqual([
    'idempotencyKey',
    'messages.0.parts',
    'output',
    'sampling.maxOutputTokens',
    'sampling.temperature',
    'sampling.topP',
    'tags.0',
    'tools.inline.0.name',
    'tools.inline.2.name',
  ]);
});

test('a tool result for a call that was never made names the nearest one', async () => {
  const result = await complete(gateway, {
    target: { model: 'sim/small-1' },
    messages: [
      { role: 'ASSISTANT', parts: [{ toolCall: { toolCallId: 'call_1', name: 'weather', arguments: {} } }] },
      { role: 'TOOL', parts: [{ toolResult: { toolCallId: 'cal_1', result: { text: 'sunny' } } }] },
    ],
  });
  expect(result.issues).toMatchObject([{ code: 'UNKNOWN_TOOL_CALL', suggestions: ['call_1'] }]);
});

test('simulation needs the debugging scope', async () => {
  const key = await gateway.keyWith('COMPLETIONS_WRITE');
  const result = await complete(gateway, { ...to('sim/small-1', 'Hi'), ...simulate({ seed: 2 }) }, 1000, key);
  expect(result).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' });
});

test('a route falls back when its first target fails, and says what was tried', async () => {
  const script = { failWith: 'PROVIDER_OVERLOADED', failFirstAttempts: 2 };
  const result = await complete(gateway, { target: { route: 'default' }, messages: [user('Hi')], ...simulate(script) });
  expect(result.completion).toMatchObject({ status: 'SUCCEEDED', model: { name: 'sim/large-1' } });
  expect(result.completion!.attempts.map(({ model, outcome }) => [model, outcome])).toEqual([
    ['sim/small-1', 'FAILED'],
    ['sim/small-1', 'FAILED'],
    ['sim/large-1', 'SUCCEEDED'],
  ]);
});

test('when every attempt fails the result is a typed error whose request tells the attempts', async () => {
  const result = await complete(gateway, {
    ...to('sim/small-1', 'Hi'),
    ...simulate({ failWith: 'PROVIDER_OVERLOADED' }),
  });
  expect(result).toMatchObject({ __typename: 'ProviderError', code: 'PROVIDER_OVERLOADED', retryable: true });
  const { request } = await gateway.ask<{
    request: { status: string; attempts: { outcome: string; errorCode: string }[] };
  }>('query ($id: ID!) { request(id: $id) { status attempts { outcome errorCode } } }', { id: result.requestId });
  expect(request.status).toBe('FAILED');
  expect(request.attempts.length).toBeGreaterThan(0);
  expect(request.attempts.every(({ errorCode }) => errorCode === 'PROVIDER_OVERLOADED')).toBe(true);
});

test('an answer that breaks off is never a clean end: INCOMPLETE says what broke it, and what it had used', async () => {
  const input = { ...to('sim/small-1', 'A long story'), ...simulate({ breakStreamAfterTokens: 3 }) };
  const result = await complete(gateway, input);
  expect(result).toMatchObject({ __typename: 'IncompleteError', code: 'INCOMPLETE', retryable: true });
  const events = [];
  for await (const event of stream(gateway, { ...input, idempotencyKey: 'broken' })) events.push(event);
  expect(events.at(-1)).toMatchObject({
    __typename: 'CompletionFailed',
    error: { code: 'INCOMPLETE', failure: 'PROVIDER_ERROR', usage: { outputTokens: 3, source: 'ESTIMATED' } },
    completion: { text: expect.stringMatching(/./) },
  });
});

test('a call dearer than its own limit is refused before anything is spent', async () => {
  const result = await complete(gateway, { ...to('sim/large-1', 'Hi'), limits: { maxCost: { nanos: '1' } } });
  expect(result).toMatchObject({ __typename: 'NoEligibleTargetError' });
});

test('a run that is given too little time ends with a typed error, not with a hang', async () => {
  const result = await complete(gateway, {
    ...to('sim/small-1', 'Hi'),
    ...simulate({ latencyMs: 60_000 }),
    limits: { timeoutMs: 100 },
  });
  expect(result).toMatchObject({ __typename: 'ProviderError', code: 'PROVIDER_TIMEOUT' });
});

function tool(name: string) {
  return { name, description: 'A tool.', inputSchema: { type: 'object' } };
}
