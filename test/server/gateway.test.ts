import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complete, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { auditsOf } from './suites/audits.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

describe('of documents seen for the first time', () => auditsOf(() => gateway));
describe('of documents that are known', () => auditsOf(() => gateway));

test('nobody without a key gets further than the health checks and the explorer page', async () => {
  for (const path of ['/live', '/ready', '/graphiql']) expect((await fetch(gateway.url + path)).status).toBe(200);
  for (const path of ['/', '/metrics', '/graphql/', '/admin', '/.env']) {
    expect((await fetch(gateway.url + path)).status).toBe(404);
  }
  const body = JSON.stringify({ query: '{ __typename }' });
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })).status).toBe(401);
});

test('an id of nothing, or of no known kind, is null and not an error', async () => {
  const ids = ['rte_x', 'prv_x', 'req_x', 'cmp_x', 'key_x', 'org_x', 'prj_x', 'tea_x', 'aud_x', 'nothing', ''];
  for (const id of ids) {
    const { data, errors } = await gateway.raw('query ($id: ID!) { node(id: $id) { id } }', { id });
    expect({ id, errors }).toEqual({ id, errors: undefined });
    expect(data).toEqual({ node: null });
  }
});

test.each([
  ['NUL', 'a\0b'],
  ['half of a surrogate pair', 'a\ud83d'],
])('%s in a text that would be kept or looked for is refused as such', async (_what, text) => {
  const rules = [{ redaction: { detectors: ['EMAIL'], action: 'BLOCK' } }];
  const subject = { endUser: text };
  const asked: [string, object][] = [
    [
      'mutation ($input: PolicySaveInput!) { it: policySave(input: $input) { ... on Error { message } } }',
      { input: { slug: 'x', name: text, rules } },
    ],
    [
      'mutation ($input: ErasureCreateInput!) { it: erasureCreate(input: $input) { ... on Error { message } } }',
      { input: { subject, reason: 'x', idempotencyKey: 'x' } },
    ],
    ['query ($scope: ScopeRef!) { budgets(scope: $scope) { id } }', { scope: { route: text } }],
    [
      'query ($text: String!) { requests(first: 1, filter: { tag: [{ key: "a", value: $text }] }) { nodes { id } } }',
      { text },
    ],
  ];
  for (const [query, variables] of asked) {
    const { data, errors } = await gateway.raw(query, variables);
    const said = String(errors?.[0]?.message ?? (data as { it?: { message?: string } }).it?.message);
    expect({ query, said }).toEqual({ query, said: expect.stringContaining('U+0000') });
    expect(['BAD_USER_INPUT', 'VALIDATION_FAILED', undefined]).toContain(errors?.[0]?.extensions?.code);
  }
});

test('a number of money has 64 bits', async () => {
  const save = (maxCostNanos: string) =>
    gateway.raw(
      'mutation ($input: AgentLimitSaveInput!) { agentLimitSave(input: $input) { __typename ... on Error { message } } }',
      { input: { scope: { tag: 'a=b' }, maxCostNanos } },
    );
  const { errors } = await save('9223372036854775808');
  expect(errors).toMatchObject([
    { message: expect.stringContaining('up to 9223372036854775807'), extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  expect((await save('9223372036854775807')).data).toMatchObject({ agentLimitSave: { __typename: 'AgentLimitSaved' } });
});

test('a route published by one request serves the next', async () => {
  const { routeSave } = await gateway.ask<{ routeSave: { route: { id: string; revision: number } } }>(
    `mutation ($input: RouteSaveInput!) { routeSave(input: $input) { ... on RouteSaved { route { id revision } } ... on Error { message } } }`,
    { input: { slug: 'fresh', name: 'Fresh', rules: [{ name: 'all', targets: [{ model: 'sim/echo-1' }] }] } },
  );
  const before = await complete(gateway, { ...to('', 'Hi'), target: { route: 'fresh' } });
  const { route } = routeSave;
  await gateway.ask(
    `mutation ($id: ID!, $revision: Int!) { routePublish(id: $id, version: 1, expectedRevision: $revision) { __typename } }`,
    { id: route.id, revision: route.revision },
  );
  const after = await complete(gateway, { ...to('', 'Hi'), target: { route: 'fresh' } });
  expect([before.__typename, after.__typename]).toEqual(['ValidationError', 'CompletionAccepted']);
});

test('usage by model adds up to what the calls cost', async () => {
  const endUser = 'adds-up';
  const results = await Promise.all(
    ['a', 'b', 'c'].map((text) => complete(gateway, { ...to('sim/large-1', text), endUser })),
  );
  const cost = results.reduce((sum, { completion }) => sum + BigInt(completion!.cost.total.nanos), 0n);
  const { usageReport } = await gateway.ask<{ usageReport: { totals: { requests: number; cost: { nanos: string } } } }>(
    `query ($input: UsageReportInput!) { usageReport(input: $input) { totals { requests cost { nanos } } rows { keys { label } metrics { requests } } } }`,
    { input: { range: { last: 'PT1H' }, groupBy: [{ by: 'MODEL' }], filter: { endUser: [endUser] } } },
  );
  expect(usageReport.totals).toEqual({ requests: 3, cost: { nanos: cost.toString() } });
});
