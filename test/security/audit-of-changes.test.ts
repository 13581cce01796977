import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';

/** Every mutation of the control plane, once: each writes one entry that says what changed, and no secret. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const SECRET = 'canary-secret-0123456789abcdef';
const scope = { organization: true };
const named = { slug: 'audited', name: 'Audited' };

// biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
type Answer = any;
/** What earlier mutations answered, by their names. */
type Known = Readonly<Record<string, Answer>>;

/** In this order; the variables of each, given what those before it answered. */
const changes: Readonly<Record<string, (known: Known) => object>> = {
  teamSave: () => ({ input: named }),
  projectSave: ({ teamSave }) => ({ input: { ...named, team: teamSave.team.id } }),
  apiKeyCreate: ({ projectSave }) => ({
    input: { name: 'k', project: projectSave.project.id, scopes: ['USAGE_READ'] },
  }),
  apiKeyRotate: ({ apiKeyCreate }) => ({ input: { id: apiKeyCreate.apiKey.id } }),
  apiKeyRevoke: ({ apiKeyCreate }) => ({ id: apiKeyCreate.apiKey.id, reason: 'test' }),
  organizationCreate: () => ({ input: { slug: 'audited-too', name: 'Audited too' } }),
  roleSave: () => ({ input: { name: 'Audited', scopes: ['USAGE_READ'] } }),
  userSave: ({ roleSave }) => ({ input: { email: 'audited@example.com', roles: [roleSave.role.id] } }),
  userDisable: ({ userSave }) => ({ id: userSave.user.id, reason: 'test' }),
  userEnable: ({ userSave }) => ({ id: userSave.user.id }),
  sessionEnd: () => ({ id: 'ses_audited', reason: 'test' }),
  identityProviderSave: () => ({ input: { issuer: 'https://audited.example', clientId: 'x', clientSecret: SECRET } }),
  identityProviderDelete: () => ({}),
  providerSave: () => ({
    input: { slug: 'audited', kind: 'OPENAI_COMPATIBLE', baseUrl: 'https://audited.example/v1' },
  }),
  credentialSave: ({ providerSave }) => ({
    input: { provider: providerSave.provider.id, label: 'main', secret: { value: SECRET } },
  }),
  credentialDelete: ({ credentialSave }) => ({ id: credentialSave.provider.credentials[0].id }),
  modelSave: () => ({ input: { model: 'audited/new-model', contextTokens: 1000 } }),
  modelSetEnabled: () => ({ id: 'audited/new-model', enabled: false }),
  priceSet: () => ({ input: { model: 'audited/new-model', meter: 'INPUT_TOKEN', amount: '1.5' } }),
  usageRerate: () => ({ range: { last: 'P1D' }, dryRun: false }),
  routeSave: () => ({ input: { ...named, rules: [{ name: 'all', targets: [{ model: 'sim/echo-1' }] }] } }),
  routePublish: ({ routeSave }) => ({ id: routeSave.route.id, version: 1, expectedRevision: routeSave.route.revision }),
  routeRollback: ({ routeSave }) => ({ id: routeSave.route.id, toVersion: 1, reason: 'test' }),
  experimentCreate: ({ routeSave }) => ({ input: anExperiment('audited', routeSave.route.id) }),
  experimentStart: ({ experimentCreate }) => ({ id: experimentCreate.experiment.id }),
  experimentPromote: ({ experimentCreate }) => ({ id: experimentCreate.experiment.id, arm: 'small' }),
  experimentStop: ({ experimentToStop }) => ({ id: experimentToStop, reason: 'test' }),
  policySave: () => ({ input: { ...named, rules: [{ logging: { level: 'FULL' } }] } }),
  policyBind: ({ policySave }) => ({ input: { policy: policySave.policy.id, scope, mode: 'ENFORCE' } }),
  policyUnbind: ({ policySave }) => ({ policy: policySave.policy.id, scope }),
  policyDelete: ({ policyUnbind: { policy } }) => ({ id: policy.id, expectedRevision: policy.revision }),
  budgetSave: () => ({ input: { ...named, scope, limit: { nanos: '5000000000' }, period: 'TOTAL' } }),
  budgetAdjust: ({ budgetSave }) => ({
    input: {
      budget: budgetSave.budget.id,
      addToCurrentPeriod: { nanos: '5' },
      reason: 'test',
      idempotencyKey: 'adjust',
    },
  }),
  budgetDelete: ({ budgetSave }) => ({ id: budgetSave.budget.id }),
  ledgerCheck: () => ({}),
  ledgerRebuild: () => ({ reason: 'test' }),
  rateLimitSave: () => ({ input: { scope, metric: 'REQUESTS', amount: 1000 } }),
  rateLimitDelete: ({ rateLimitSave }) => ({ id: rateLimitSave.rateLimit.id }),
  agentLimitSave: () => ({ input: { scope, maxSteps: 10 } }),
  agentLimitDelete: ({ agentLimitSave }) => ({ id: agentLimitSave.agentLimit.id }),
  channelSave: () => ({
    input: { name: 'Audited', kinds: ['BUDGET'], config: { webhook: { url: `https://hooks.example/${SECRET}` } } },
  }),
  channelTest: ({ channelSave }) => ({ id: channelSave.channel.id }),
  deliveryRetry: () => ({ id: 'dlv_audited' }),
  channelDelete: ({ channelSave }) => ({ id: channelSave.channel.id }),
  anomalyWatchSave: () => ({ enabled: true }),
  alertAcknowledge: () => ({ ids: ['alr_audited'], comment: 'test' }),
  fileCreate: () => ({
    input: { filename: 'a.txt', mimeType: 'text/plain', content: Buffer.from(SECRET).toString('base64') },
  }),
  fileDelete: ({ fileCreate }) => ({ id: fileCreate.file.id }),
  fileLimitSave: () => ({ input: { maxFileBytes: 1000 } }),
  operationSave: () => ({ input: { document: 'query Audited { health { status } }' } }),
  operationDelete: () => ({ name: 'Audited' }),
  exportStart: () => ({ input: { what: 'USAGE', idempotencyKey: 'export' } }),
  erasureCreate: () => ({
    input: { subject: { endUser: 'nobody' }, reason: 'test', dryRun: true, idempotencyKey: 'erasure' },
  }),
  roleDelete: () => ({ id: 'role_audited' }),
};

function anExperiment(slug: string, route: string) {
  const arms = [
    { name: 'now', control: true, weightPercent: 50 },
    { name: 'small', weightPercent: 50, model: 'sim/small-1' },
  ];
  return { slug, name: slug, kind: 'AB', route, arms };
}

/** Calls that are counted in the history, and what only tries something out. */
const noChange = [
  'completionCancel',
  'completionCreate',
  'embeddingCreate',
  'imageGenerate',
  'providerTest',
  'rerank',
  'routeSimulate',
  'scoreCreate',
  'speechCreate',
  'transcriptionCreate',
];

/** Changes whose entry has nothing to compare: something is begun, is sent again, or was as it is already. */
const withoutDiff = ['channelTest', 'deliveryRetry', 'ledgerCheck', 'ledgerRebuild', 'routeRollback', 'usageRerate'];

/** Changes of two things, each with an entry of its own: the experiment, and its route. */
const twoThings = ['experimentPromote'];

test('the list is whole', () => {
  const all = Object.keys(schema.getMutationType()!.getFields()).toSorted();
  expect([...Object.keys(changes), ...noChange].toSorted()).toEqual(all);
});

test('each writes one entry, with what changed and no secret', { timeout: 60_000 }, async () => {
  const { prisma } = gateway.gateway;
  const { organizationId } = await prisma.apiKey.findFirstOrThrow({ where: { name: 'admin' } });
  const entries = () =>
    prisma.auditEvent.findMany({
      where: { organizationId, outcome: 'ALLOWED', actorId: { not: 'system' }, NOT: { action: 'apiKey.use' } },
      orderBy: { seq: 'asc' },
    });
  const known: Record<string, Answer> = {};
  for (const [name, variablesOf] of Object.entries(changes)) {
    await prepare(name, organizationId, known);
    const before = (await entries()).length;
    const document = await operation(`${name[0]!.toUpperCase()}${name.slice(1)}`);
    const data = await gateway.ask<Answer>(document, variablesOf(known));
    known[name] = data[name];
    expect({ name, failed: data[name].message ?? null }).toEqual({ name, failed: null });
    const written = (await entries()).slice(before);
    expect({ name, entries: written.length }).toEqual({ name, entries: twoThings.includes(name) ? 2 : 1 });
    const text = JSON.stringify(written, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
    const secrets = [SECRET, data[name].secret, data[name].signingSecret].filter((one) => typeof one === 'string');
    expect({ name, leaked: secrets.filter((one) => text.includes(one)) }).toEqual({ name, leaked: [] });
    for (const { actorId: actor, ip, revision } of written) {
      expect({ name, actor, ip, hasRevision: revision > 0n }).toEqual({
        name,
        actor: 'key_environment',
        ip: '127.0.0.1',
        hasRevision: true,
      });
    }
    if (withoutDiff.includes(name)) continue;
    expect({ name, changed: written.every(({ diff }) => (diff as unknown[]).length > 0) }).toEqual({
      name,
      changed: true,
    });
  }
  const { auditVerify } = await gateway.ask<Answer>('{ auditVerify { ok problem } }');
  expect(auditVerify).toEqual({ ok: true, problem: null });
});

/** What no mutation makes by itself. */
async function prepare(name: string, organizationId: string, known: Record<string, Answer>): Promise<void> {
  const { prisma } = gateway.gateway;
  const at = new Date();
  if (name === 'routeRollback') {
    // Back to a version takes another one that is published.
    const rules = [{ name: 'all', targets: [{ model: 'sim/small-1' }] }];
    const { id } = await prisma.route.findFirstOrThrow({ where: { organizationId, slug: named.slug } });
    const saved = await gateway.ask<Answer>(await operation('RouteSave'), { input: { ...named, id, rules } });
    const { revision: expectedRevision } = saved.routeSave.route;
    await gateway.ask(await operation('RoutePublish'), { id, version: 2, expectedRevision });
  }
  if (name === 'experimentStop') {
    const input = anExperiment('to-stop', known.routeSave.route.id);
    const { experimentCreate } = await gateway.ask<Answer>(await operation('ExperimentCreate'), { input });
    known.experimentToStop = experimentCreate.experiment.id;
    await gateway.ask(await operation('ExperimentStart'), { id: experimentCreate.experiment.id });
  }
  if (name === 'sessionEnd') {
    const { id: userId } = await prisma.user.findFirstOrThrow({ where: { organizationId } });
    const times = { createdAt: at, lastUsedAt: at, expiresAt: new Date(at.getTime() + 3_600_000), idleMs: 3_600_000 };
    await prisma.userSession.create({
      data: { id: 'ses_audited', organizationId, userId, hash: Buffer.from('x'), ...times },
    });
  }
  if (name === 'roleDelete') {
    const role = { id: 'role_audited', name: 'Old', description: '', scopes: [], createdAt: at, updatedAt: at };
    await prisma.role.create({ data: { organizationId, ...role } });
  }
  if (name === 'alertAcknowledge') {
    const alert = { key: 'test', kind: 'BUDGET', severity: 'INFO', title: 'Test', message: 'Test', facts: {} };
    await prisma.alert.create({ data: { id: 'alr_audited', organizationId, at, ...alert } });
  }
  if (name === 'deliveryRetry') {
    await prisma.alertDelivery.updateMany({
      where: { organizationId },
      data: { id: 'dlv_audited', status: 'GIVEN_UP', nextAt: null },
    });
  }
}
