import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  AgentLimitDeleteDocument,
  AgentLimitSaveDocument,
  AgentLimitsDocument,
  AgentRunDocument,
  AgentRunsDocument,
  AlertAcknowledgeDocument,
  AlertChannelsDocument,
  AlertRaisedDocument,
  AlertsDocument,
  AnomalyBacktestDocument,
  AnomalyWatchSaveDocument,
  BudgetAlertDocument,
  ChannelDeleteDocument,
  ChannelSaveDocument,
  ChannelTestDocument,
  createGlidepath,
  DeliveryRetryDocument,
  type Glidepath,
  LimitsHealthDocument,
  RateLimitDeleteDocument,
  RateLimitSaveDocument,
  RateLimitsDocument,
  UsageTickDocument,
  unwrap,
} from '../../src/client/index.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** The operations that watch and limit, as the client sends them, against a real gateway. */
let gateway: TestGateway;
let glidepath: Glidepath;

beforeAll(async () => {
  gateway = await openTestGateway();
  glidepath = createGlidepath({ url: gateway.url, apiKey: gateway.key });
});
afterAll(() => gateway.close());

test('a rate limit is saved, listed with its state, and deleted', async () => {
  const input = { scope: { organization: true }, metric: 'REQUESTS' as const, amount: 1000 };
  const { rateLimit } = unwrap((await glidepath.request(RateLimitSaveDocument, { input })).rateLimitSave);
  const { rateLimits } = await glidepath.request(RateLimitsDocument);
  expect(rateLimits).toMatchObject([{ id: rateLimit!.id, amount: 1000, state: { used: 0, remaining: 1000 } }]);
  unwrap((await glidepath.request(RateLimitDeleteDocument, { id: rateLimit!.id })).rateLimitDelete);
  expect((await glidepath.request(RateLimitsDocument)).rateLimits).toEqual([]);
  expect((await glidepath.request(LimitsHealthDocument)).health.status).toBe('HEALTHY');
});

test("an agent's limit is saved, listed and deleted, and its run is found", async () => {
  const input = { scope: { organization: true }, maxSteps: 20 };
  const { agentLimit } = unwrap((await glidepath.request(AgentLimitSaveDocument, { input })).agentLimitSave);
  expect((await glidepath.request(AgentLimitsDocument)).agentLimits).toMatchObject([{ maxSteps: 20 }]);
  await glidepath.complete({ user: 'hi', run: { runId: 'watched' } });
  expect((await glidepath.request(AgentRunDocument, { runId: 'watched' })).agentRun).toMatchObject({ steps: 1 });
  expect((await glidepath.request(AgentRunsDocument, { first: 1 })).agentRuns.nodes).toMatchObject([
    { runId: 'watched' },
  ]);
  unwrap((await glidepath.request(AgentLimitDeleteDocument, { id: agentLimit!.id })).agentLimitDelete);
  expect((await glidepath.request(AgentLimitsDocument)).agentLimits).toEqual([]);
});

test('a channel is saved, tried, listed and deleted', async () => {
  const config = { webhook: { url: 'https://hooks.example.com/alerts' } };
  const input = { name: 'On call', config, kinds: ['BUDGET' as const] };
  const { channel } = unwrap((await glidepath.request(ChannelSaveDocument, { input })).channelSave);
  unwrap((await glidepath.request(ChannelTestDocument, { id: channel!.id })).channelTest);
  const { alertChannels } = await glidepath.request(AlertChannelsDocument, { deliveries: 5 });
  expect(alertChannels).toMatchObject([{ id: channel!.id, name: 'On call' }]);
  const { deliveryRetry } = await glidepath.request(DeliveryRetryDocument, { id: 'dlv_unknown' });
  expect(deliveryRetry.__typename).toBe('NotFoundError');
  unwrap((await glidepath.request(ChannelDeleteDocument, { id: channel!.id })).channelDelete);
  expect((await glidepath.request(AlertChannelsDocument, { deliveries: 5 })).alertChannels).toEqual([]);
});

test('anomalies are rehearsed before they are watched for', async () => {
  const { anomalyBacktest } = await glidepath.request(AnomalyBacktestDocument, { range: { last: 'P14D' } });
  expect(anomalyBacktest).toEqual([]);
  const { anomalyWatchSave } = await glidepath.request(AnomalyWatchSaveDocument, { enabled: true });
  expect(unwrap(anomalyWatchSave).enabled).toBe(true);
});

test('alerts are followed, listed and acknowledged, and usage ticks', async () => {
  const { viewer } = await gateway.ask<{ viewer: { organization: { id: string } } }>(
    '{ viewer { organization { id } } }',
  );
  const { id: organizationId } = viewer.organization;
  for (const thresholdPercent of [50, 80]) {
    await gateway.gateway.rooms.alerts.raise({
      organizationId,
      kind: 'BUDGET',
      key: `monthly/${thresholdPercent}`,
      severity: 'WARNING',
      title: `${thresholdPercent} % of it is spent`,
      message: 'So it is.',
      scope: { kind: 'ORGANIZATION', reference: null },
      facts: { budgetId: 'bud_1', thresholdPercent },
    });
  }
  const { alerts } = await glidepath.request(AlertsDocument, { first: 5 });
  const [later, earlier] = alerts.nodes;
  expect(alerts.nodes).toMatchObject([{ title: '80 % of it is spent' }, { title: '50 % of it is spent' }]);

  const after = earlier!.cursor;
  expect(await firstOf(AlertRaisedDocument, { after })).toMatchObject({ alertRaised: { id: later!.id } });
  expect(await firstOf(BudgetAlertDocument, { after })).toMatchObject({ budgetAlert: { thresholdPercent: 80 } });
  expect(await firstOf(UsageTickDocument, { intervalMs: 1000 })).toMatchObject({ usageTick: {} });

  const acknowledged = { ids: [earlier!.id], comment: 'seen' };
  const { alertAcknowledge } = await glidepath.request(AlertAcknowledgeDocument, acknowledged);
  expect(unwrap(alertAcknowledge).alerts).toMatchObject([{ id: earlier!.id, acknowledgeComment: 'seen' }]);
});

async function firstOf(document: { toString(): string }, variables: Record<string, unknown>): Promise<unknown> {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${gateway.key}` },
    retryAttempts: 0,
  });
  try {
    for await (const { data, errors } of client.iterate({ query: document.toString(), variables })) {
      if (errors) throw new Error(errors[0]!.message);
      return data;
    }
  } finally {
    await client.dispose();
  }
}
