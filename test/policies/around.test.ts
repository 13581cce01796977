import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { answers, type Loopback, loopback, streams } from '../providers/loopback.ts';
import { addProvider } from '../support/add-provider.ts';
import { complete, to, user } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** Ways around rules and caps that were open once. */
let gateway: TestGateway;
let provider: Loopback;
let down = false;
beforeAll(async () => {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const choices = [{ index: 0, delta: { content: 'Fine.' }, finish_reason: 'stop' }];
  const chunk = JSON.stringify({ id: 'c', created: 1, model: 'm', choices, usage });
  const fine = streams([`data: ${chunk}\n\n`, 'data: [DONE]\n\n']);
  provider = await loopback((...asked) => (down ? answers(503, { error: { message: 'down' } }) : fine)(...asked));
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  await addProvider(gateway, { slug: 'far', kind: 'OPENAI_COMPATIBLE', baseUrl: `${provider.url}/v1` });
  for (const model of ['far/large', 'far/small']) {
    await change('modelSave', 'ModelSaveInput', { model, contextTokens: 2_000_000, maxOutputTokens: 100 });
    for (const meter of ['INPUT_TOKEN', 'OUTPUT_TOKEN'])
      await change('priceSet', 'PriceSetInput', { model, meter, amount: '10' });
  }
  await addRoute('dear', 'far/large');
  await addRoute('cheap', 'far/small');
});
afterAll(async () => {
  await gateway.close();
  await provider.close();
});
/** What the provider was asked since `forget`. */
const seen = () => provider.asked.slice(forgotten) as { readonly model: string; readonly messages: unknown }[];
let forgotten = 0;
const forget = () => {
  forgotten = provider.asked.length;
};

async function change(
  field: string,
  type: string,
  input: object,
  saved = '__typename',
): Promise<Record<string, unknown>> {
  const data = await gateway.ask<Record<string, Record<string, unknown>>>(
    `mutation ($input: ${type}!) { ${field}(input: $input) { ${saved} ... on Error { code message } } }`,
    { input },
  );
  expect(data[field]).not.toHaveProperty('code');
  return data[field]!;
}

/** @returns its id */
async function addRoute(slug: string, model: string): Promise<string> {
  const input = { slug, name: slug, rules: [{ name: 'all', targets: [{ model }] }] };
  const saved = await change('routeSave', 'RouteSaveInput', input, '... on RouteSaved { route { id } }');
  const { id } = saved.route as { id: string };
  await gateway.ask(
    'mutation ($id: ID!) { routePublish(id: $id, version: 1, expectedRevision: 1) { __typename ... on Error { message } } }',
    { id },
  );
  return id;
}

async function policy(slug: string, rule: object, scope: object, more: object = {}, mode = 'ENFORCE'): Promise<void> {
  const input = { slug, name: slug, rules: [rule], ...more };
  const saved = await change('policySave', 'PolicySaveInput', input, '... on PolicySaved { id }');
  await change('policyBind', 'PolicyBindInput', { policy: saved.id, scope, mode });
}

const redaction = (action: string, ...detectors: string[]) => ({
  redaction: { detectors, action, direction: 'INPUT' },
});

test('what a tool gave back and nobody can read does not pass rules for what tools give back', async () => {
  const rule = { redaction: { detectors: ['IBAN'], action: 'MASK', direction: 'TOOL_RESULTS' } };
  await policy('tools', rule, { organization: true });
  const picture = { mimeType: 'image/png', source: { base64: 'iVBORw0KGgoAAAANSUhEUg==' } };
  const call = { role: 'ASSISTANT', parts: [{ toolCall: { toolCallId: 'c1', name: 'look', arguments: {} } }] };
  const result = { toolCallId: 'c1', result: { content: [{ image: picture }] } };
  const messages = [user('Look.'), call, { role: 'TOOL', parts: [{ toolResult: result }] }];
  expect(await complete(gateway, { target: { model: 'far/large' }, messages })).toMatchObject({
    code: 'POLICY_BLOCKED',
    message: expect.stringContaining("Policy 'tools', rule 1: A part of type image/png cannot be read"),
  });
});

test('a cheaper route with stricter rules in the place of the wider ones is not gone on to', async () => {
  await policy('watched', redaction('BLOCK', 'CREDIT_CARD'), { organization: true }, {}, 'MONITOR');
  await policy('wide', redaction('MASK', 'EMAIL'), { organization: true }, { replaceable: true });
  await policy('strict', redaction('BLOCK', 'EMAIL'), { route: 'cheap' }, { replaces: ['wide'] });
  await change('budgetSave', 'BudgetSaveInput', {
    ...{ slug: 'dear', name: 'Dear', scope: { route: 'dear' }, period: 'DAY', limit: { nanos: '1' } },
    ...{ onExceed: 'DOWNGRADE', downgradeRoute: 'cheap' },
  });
  forget();
  const messages = [user('ada@example.org')];
  expect(await complete(gateway, { target: { route: 'cheap' }, messages })).toMatchObject({ code: 'POLICY_BLOCKED' });
  expect(await complete(gateway, { target: { route: 'dear' }, messages })).toMatchObject({
    __typename: 'NoEligibleTargetError',
    message: expect.stringContaining("'cheap', whose own policies"),
  });
  expect(seen()).toEqual([]);
});

test('a copy of a call goes by the rules of the route that the call went by', async () => {
  const route = await addRoute('main', 'far/large');
  await policy('main', redaction('MASK', 'PHONE'), { route: 'main' });
  const input = {
    ...{ slug: 'shadow', name: 'Shadow', kind: 'SHADOW', route },
    arms: [
      { name: 'now', control: true, weightPercent: 0 },
      { name: 'small', weightPercent: 100, model: 'far/small' },
    ],
  };
  const saved = '... on ExperimentSaved { experiment { id } }';
  const { experiment } = await change('experimentCreate', 'ExperimentCreateInput', input, saved);
  await gateway.ask('mutation ($id: ID!) { experimentStart(id: $id) { __typename ... on Error { message } } }', {
    id: (experiment as { id: string }).id,
  });
  await vi.waitFor(
    async () => {
      forget();
      await complete(gateway, { target: { route: 'main' }, messages: [user('Call +49 30 12345678')] });
      await vi.waitFor(() => expect(seen().map(({ model }) => model)).toEqual(['large', 'small']), { timeout: 1_000 });
    },
    { timeout: 20_000 },
  );
  for (const { messages } of seen()) expect(JSON.stringify(messages)).toContain('[PHONE]');
});

test('a file of text costs what it says, and a schema too', async () => {
  const limits = { maxCost: { nanos: '2000000' } };
  const base64 = Buffer.from('word '.repeat(15_000)).toString('base64');
  const file = { role: 'USER', parts: [{ file: { mimeType: 'text/plain', source: { base64 } } }] };
  const schema = { type: 'object', description: 'word '.repeat(15_000) };
  expect(await complete(gateway, { ...to('sim/echo-1', 'x'), limits })).toMatchObject({
    __typename: 'CompletionAccepted',
  });
  for (const input of [
    { target: { model: 'sim/echo-1' }, messages: [file], limits },
    { ...to('sim/echo-1', 'x'), output: { jsonSchema: { name: 'x', schema } }, limits },
  ]) {
    expect(await complete(gateway, input)).toMatchObject({ __typename: 'NoEligibleTargetError' });
  }
});

test('who scripts the simulator does not ask a provider that rests', async () => {
  down = true;
  for (let calls = 0; calls < 12; calls++) await complete(gateway, to('far/small', 'x'));
  forget();
  await complete(gateway, to('far/small', 'x'));
  await complete(gateway, { ...to('far/small', 'x'), debug: { simulate: { seed: 1 } } });
  expect(seen()).toEqual([]);
});
