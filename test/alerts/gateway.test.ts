import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { cancel, complete, subscribe, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let organizationId: string;
beforeAll(async () => {
  gateway = await openTestGateway();
  const { viewer } = await gateway.ask<{ viewer: { organization: { id: string } } }>(
    '{ viewer { organization { id } } }',
  );
  organizationId = viewer.organization.id;
});
afterAll(() => gateway.close());

const raise = (key: string) =>
  gateway.gateway.rooms.alerts.raise({
    organizationId,
    kind: 'BUDGET',
    key,
    severity: 'WARNING',
    title: `Half of ${key} is spent`,
    message: 'So it is.',
    scope: { kind: 'ORGANIZATION', reference: null },
    facts: { budgetId: key, thresholdPercent: 50 },
  });

interface Seen {
  readonly id: string;
  readonly cursor: string;
  readonly title: string;
  readonly acknowledgedAt: string | null;
}

async function first<Data>(query: string, variables: Record<string, unknown>, count: number): Promise<Data[]> {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${gateway.key}` },
    retryAttempts: 0,
  });
  const seen: Data[] = [];
  for await (const { data, errors } of client.iterate<Record<string, Data>>({ query, variables })) {
    if (errors) throw new Error(errors[0]!.message);
    seen.push(Object.values(data!)[0]!);
    if (seen.length === count) break;
  }
  await client.dispose();
  return seen;
}

test('alerts are listed by page, acknowledged, followed from a cursor, and unknown to strangers', async () => {
  for (const key of ['a', 'b', 'c']) await raise(key);
  const list = `query ($after: String, $filter: AlertFilter) { alerts(first: 2, after: $after, filter: $filter) {
    nodes { id cursor title acknowledgedAt ... on BudgetAlert { budgetId thresholdPercent } } pageInfo { endCursor } } }`;
  type Page = { alerts: { nodes: Seen[]; pageInfo: { endCursor: string } } };
  const { alerts: page } = await gateway.ask<Page>(list);
  expect(page.nodes).toMatchObject([{ budgetId: 'c', thresholdPercent: 50 }, { budgetId: 'b' }]);
  const { alerts: rest } = await gateway.ask<Page>(list, { after: page.pageInfo.endCursor });
  expect(rest.nodes.map(({ title }) => title)).toEqual(['Half of a is spent']);

  const ids = [page.nodes[0]!.id];
  const acknowledge = `mutation ($ids: [ID!]!) { alertAcknowledge(ids: $ids, comment: "seen") { __typename
    ... on AlertsAcknowledged { alerts { title acknowledgedAt acknowledgeComment } } } }`;
  const { alertAcknowledge } = await gateway.ask<{ alertAcknowledge: { alerts: Seen[] } }>(acknowledge, { ids });
  expect(alertAcknowledge.alerts).toMatchObject([{ acknowledgedAt: expect.any(String), acknowledgeComment: 'seen' }]);
  const { alerts: open } = await gateway.ask<Page>(list, { filter: { acknowledged: false } });
  expect(open.nodes.map(({ title }) => title)).toEqual(['Half of b is spent', 'Half of a is spent']);

  const document = 'subscription ($after: String) { alertRaised(after: $after) { title } }';
  const after = rest.nodes[0]!.cursor;
  const followed = first<Seen>(document, { after }, 3);
  await raise('d');
  expect((await followed).map(({ title }) => title.split(' ')[2])).toEqual(['b', 'c', 'd']);

  const stranger = await gateway.stranger();
  expect((await gateway.ask<Page>(list, {}, stranger)).alerts.nodes).toEqual([]);
  expect(await gateway.ask(acknowledge, { ids }, stranger)).toMatchObject({
    alertAcknowledge: { __typename: 'NotFoundError' },
  });
});

test('a channel shows where it leads and not its secrets', async () => {
  const url = 'https://hooks.example.com/services/secret-path';
  const input = { name: 'ops', config: { webhook: { url } }, kinds: ['BUDGET'] };
  const { channelSave } = await gateway.ask<{ channelSave: { signingSecret: string; channel: { id: string } } }>(
    `mutation ($input: ChannelSaveInput!) { channelSave(input: $input) {
       ... on ChannelSaved { signingSecret channel { id summary type minSeverity } } ... on Error { message } } }`,
    { input },
  );
  expect(channelSave.signingSecret).toMatch(/^whsec_/);
  const answer = JSON.stringify(
    await gateway.ask(
      '{ alertChannels { name summary type deliveries(first: 1) { nodes { id } } } auditEvents(first: 1) { nodes { diff { after } } } }',
    ),
  );
  expect(answer).toContain('https://hooks.example.com');
  expect(answer).not.toContain('secret-path');
  expect(answer).not.toContain(channelSave.signingSecret);
  const { channelDelete } = await gateway.ask<{ channelDelete: object }>(
    'mutation ($id: ID!) { channelDelete(id: $id) { __typename } }',
    { id: channelSave.channel.id },
  );
  expect(channelDelete).toEqual({ __typename: 'ChannelSaved' });
});

test('without a mail server there are no e-mail channels', async () => {
  const input = { name: 'mail', config: { email: ['ops@example.com'] }, kinds: ['BUDGET'] };
  const { channelSave } = await gateway.ask<{ channelSave: object }>(
    'mutation ($input: ChannelSaveInput!) { channelSave(input: $input) { __typename ... on Error { message } } }',
    { input },
  );
  expect(channelSave).toMatchObject({ __typename: 'ValidationError', message: expect.stringContaining('SMTP') });
});

test('ticks of usage count the calls of the last minute', async () => {
  await complete(gateway, { ...to('sim/large-1', 'Tick'), endUser: 'ticker' });
  await gateway.gateway.rooms.usage.flush();
  const document = `subscription { usageTick(filter: { endUser: ["ticker"] }, intervalMs: 1000) {
    requestsPerSecond costPerHour { nanos } errorRatePercent } }`;
  const [tick] = await first<{ requestsPerSecond: number; costPerHour: { nanos: string } }>(document, {}, 1);
  expect(tick!.requestsPerSecond).toBeCloseTo(1 / 60);
  expect(BigInt(tick!.costPerHour.nanos)).toBeGreaterThan(0n);
});

test('ticks tell how many calls run, and which budgets are at risk to those who may see budgets', async () => {
  interface Tick {
    readonly inFlight: number;
    readonly budgetsAtRisk: readonly { slug: string }[] | null;
  }
  const document = 'subscription { usageTick(intervalMs: 1000) { inFlight budgetsAtRisk { slug } } }';
  const until = async (fits: (tick: Tick) => boolean, key?: string): Promise<Tick> => {
    for await (const tick of subscribe<Tick>(gateway, document, {}, 'usageTick', key)) if (fits(tick)) return tick;
    throw new Error('ticks do not end by themselves');
  };
  const endUser = 'at risk';
  await gateway.ask(
    `mutation ($input: BudgetSaveInput!) { budgetSave(input: $input) { ... on BudgetSaved { budgetId } } }`,
    {
      input: {
        ...{ slug: 'nearly', name: 'Nearly spent', scope: { endUser }, period: 'DAY' },
        ...{ limit: { nanos: '1000000000' }, thresholdsPercent: [0.0001], onExceed: 'ALERT_ONLY' },
      },
    },
  );
  await complete(gateway, { ...to('sim/large-1', 'Spend'), endUser });
  const slow = { ...to('sim/large-1', 'Take your time'), endUser, debug: { simulate: { latencyMs: 600_000 } } };
  const { completion: running } = await complete(gateway, { ...slow, limits: { timeoutMs: 600_000 } }, 0);
  await until(({ inFlight }) => inFlight === 1);
  await cancel(gateway, running!.id);
  const tick = await until(({ inFlight, budgetsAtRisk }) => inFlight === 0 && (budgetsAtRisk?.length ?? 0) > 0);
  expect(tick.budgetsAtRisk).toEqual([{ slug: 'nearly' }]);
  const key = await gateway.keyWith('USAGE_READ');
  expect((await until(() => true, key)).budgetsAtRisk).toBeNull();

  const { budgets } = await gateway.ask<{ budgets: { id: string; history: { spent: { nanos: string } }[] }[] }>(
    '{ budgets { id history(last: 3) { periodStart periodEnd spent { nanos } limit { nanos } } } }',
  );
  const [budget] = budgets;
  expect(budget!.history).toMatchObject([{ spent: { nanos: expect.any(String) }, limit: { nanos: '1000000000' } }]);
  const alerts = `subscription ($budget: ID) { budgetAlert(budget: $budget, after: "0") {
    thresholdPercent budget { slug } } }`;
  const [alert] = await first<object>(alerts, { budget: budget!.id }, 1);
  expect(alert).toEqual({ thresholdPercent: 0.0001, budget: { slug: 'nearly' } });
});

test('the backtest reads recorded calls, and the watch is saved', async () => {
  const { anomalyBacktest } = await gateway.ask<{ anomalyBacktest: unknown[] }>(
    '{ anomalyBacktest(range: { last: "P7D" }) { metric observed expected at route apiKeyId } }',
  );
  expect(anomalyBacktest).toEqual([]); // an hour old house knows no usual
  const { anomalyWatchSave } = await gateway.ask<{ anomalyWatchSave: object }>(
    'mutation { anomalyWatchSave(enabled: true, sensitivity: 4) { ... on AnomalyWatchSaved { enabled sensitivity change { replayed } } } }',
  );
  expect(anomalyWatchSave).toMatchObject({ enabled: true, sensitivity: 4 });
});
