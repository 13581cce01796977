import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ApiKeyCreateDocument,
  ApiKeyRevokeDocument,
  ApiKeyRotateDocument,
  ApiKeysDocument,
  AuditEventsDocument,
  CompletionByKeyDocument,
  CompletionDocument,
  CostReconcileDocument,
  CredentialDeleteDocument,
  CredentialSaveDocument,
  createGlidepath,
  EmbeddingCreateDocument,
  type Glidepath,
  ImageGenerateDocument,
  ModelDocument,
  ModelSaveDocument,
  ModelSetEnabledDocument,
  ModelsDocument,
  NodeDocument,
  OrganizationCreateDocument,
  PriceHistoryDocument,
  PriceSetDocument,
  ProjectDocument,
  ProjectSaveDocument,
  ProviderKindsDocument,
  ProviderSaveDocument,
  ProvidersDocument,
  ProviderTestDocument,
  RequestDocument,
  RequestsDocument,
  RerankDocument,
  RouteDocument,
  RoutePublishDocument,
  RouteRollbackDocument,
  RouteSaveDocument,
  RouteSimulateDocument,
  RouteSimulationDocument,
  RoutesDocument,
  SpeechCreateDocument,
  TeamSaveDocument,
  TeamsDocument,
  TranscriptionCreateDocument,
  UsageReportDocument,
  UsageRerateDocument,
  unwrap,
  ViewerDocument,
} from '../../src/client/index.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** The operations of schema/operations, as the client sends them, against a real gateway. */
let gateway: TestGateway;
let glidepath: Glidepath;

beforeAll(async () => {
  gateway = await openTestGateway();
  glidepath = createGlidepath({ url: gateway.url, apiKey: gateway.key });
});
afterAll(() => gateway.close());

describe('access', () => {
  test('teams and projects are saved, found and listed', async () => {
    const team = unwrap(
      (await glidepath.request(TeamSaveDocument, { input: { slug: 'ops', name: 'Operations' } })).teamSave,
    ).team!;
    const input = { slug: 'ops-tests', name: 'Tests', team: team.id };
    const project = unwrap((await glidepath.request(ProjectSaveDocument, { input })).projectSave).project!;
    expect((await glidepath.request(ProjectDocument, { id: project.id })).project).toEqual({ ...project, team });
    const { teams } = await glidepath.request(TeamsDocument);
    expect(teams).toContainEqual({ ...team, projects: [project] });
    const { node } = await glidepath.request(NodeDocument, { id: project.id });
    expect(node).toEqual({ __typename: 'Project', id: project.id });
  });

  test('an API key is made, rotated, listed and revoked', async () => {
    const { viewer } = await glidepath.request(ViewerDocument);
    const project = viewer.projects[0]!.id;
    const input = { name: 'worker', project, scopes: ['COMPLETIONS_WRITE' as const, 'COMPLETIONS_READ' as const] };
    const made = unwrap((await glidepath.request(ApiKeyCreateDocument, { input })).apiKeyCreate);
    const { id } = made.apiKey;
    const rotated = unwrap(
      (await glidepath.request(ApiKeyRotateDocument, { input: { id, grace: 'PT0S' } })).apiKeyRotate,
    );
    expect(rotated.secret).not.toBe(made.secret);
    const worker = createGlidepath({ url: gateway.url, apiKey: rotated.secret! });
    expect((await worker.complete('hi')).text).not.toBe('');
    unwrap((await glidepath.request(ApiKeyRevokeDocument, { id, reason: 'the test is over' })).apiKeyRevoke);
    const { apiKeys } = await glidepath.request(ApiKeysDocument, { first: 10, project, includeRevoked: true });
    expect(apiKeys.nodes.find((key) => key.id === id)?.revokedAt).not.toBeNull();
  });

  test('a new organization has a key of its own, and sees nothing of ours', async () => {
    const input = { slug: 'others', name: 'Others' };
    const { secret } = unwrap((await glidepath.request(OrganizationCreateDocument, { input })).organizationCreate);
    const theirs = createGlidepath({ url: gateway.url, apiKey: secret! });
    expect((await theirs.request(ViewerDocument)).viewer.organization.slug).toBe('others');
    expect((await theirs.request(RequestsDocument, { first: 5 })).requests.nodes).toEqual([]);
  });
});

test('a provider is saved, gets a credential and loses it', async () => {
  const input = { slug: 'mine', kind: 'OPENAI_COMPATIBLE' as const, baseUrl: 'https://models.example.com/v1' };
  const { id } = unwrap((await glidepath.request(ProviderSaveDocument, { input })).providerSave).provider;
  const credential = { provider: id, label: 'main', secret: { value: 'sk-0123456789abcdef' } };
  const saved = unwrap((await glidepath.request(CredentialSaveDocument, { input: credential })).credentialSave);
  const [{ id: credentialId, lastFour }] = saved.provider.credentials as [(typeof saved.provider.credentials)[0]];
  expect(lastFour).toBe('cdef');
  unwrap((await glidepath.request(CredentialDeleteDocument, { id: credentialId })).credentialDelete);
  const { providers } = await glidepath.request(ProvidersDocument);
  expect(providers.find((provider) => provider.id === id)?.credentials).toEqual([]);
});

test('kinds of providers say what they need, and a provider can be tried', async () => {
  const { providerKinds } = await glidepath.request(ProviderKindsDocument);
  expect(providerKinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['OPENAI', 'SIMULATOR']));
  const { providers } = await glidepath.request(ProvidersDocument);
  const { id } = providers.find(({ slug }) => slug === 'sim')!;
  expect((await glidepath.request(ProviderTestDocument, { id })).providerTest.__typename).toBe('ProviderTested');
});

test('what is no conversation is asked the same way, and refused the same way', async () => {
  const embedding = { target: { model: 'sim/embed-1' }, inputs: ['red', 'blue'] };
  const batch = unwrap((await glidepath.request(EmbeddingCreateDocument, { input: embedding })).embeddingCreate);
  expect(batch.embeddings).toHaveLength(2);
  const question = { target: { model: 'sim/rank-1' }, query: 'red', documents: ['blue', 'red'] };
  const ranking = unwrap((await glidepath.request(RerankDocument, { input: question })).rerank);
  expect(ranking.results[0]?.index).toBe(1);
  // The simulator neither draws nor speaks nor listens: the refusal is typed.
  const target = { model: 'sim/small-1' };
  const refused = await Promise.all([
    glidepath.request(ImageGenerateDocument, { input: { target, prompt: 'red' } }).then((data) => data.imageGenerate),
    glidepath.request(SpeechCreateDocument, { input: { target, text: 'red' } }).then((data) => data.speechCreate),
    glidepath
      .request(TranscriptionCreateDocument, { input: { target, mimeType: 'audio/wav', base64: 'UklGRg==' } })
      .then((data) => data.transcriptionCreate),
  ]);
  for (const { __typename } of refused) expect(__typename).toMatch(/Error$/);
});

test('models are listed and looked up with their prices', async () => {
  const { models } = await glidepath.request(ModelsDocument, { first: 10, filter: { provider: ['sim'] } });
  const [first] = models.nodes;
  expect(models.totalCount).toBe(models.nodes.length);
  const { model } = await glidepath.request(ModelDocument, { name: first!.name });
  expect(model).toEqual(first);
  expect(model?.prices).not.toEqual([]);
});

test('a model is added, gets a price, and is switched off', async () => {
  const input = { model: 'sim/next-1', contextTokens: 1000 };
  const added = unwrap((await glidepath.request(ModelSaveDocument, { input })).modelSave).model;
  expect(added).toMatchObject({ name: 'sim/next-1', contextTokens: 1000, enabled: true, prices: null });
  const price = { model: added.name, meter: 'INPUT_TOKEN' as const, amount: '1.5' };
  const priced = unwrap((await glidepath.request(PriceSetDocument, { input: price })).priceSet).model;
  expect(priced.prices).toMatchObject([{ meter: 'INPUT_TOKEN', amount: { decimal: '1.5' } }]);
  const { model } = await glidepath.request(PriceHistoryDocument, { name: added.name });
  expect(model?.priceHistory).toMatchObject([{ amount: '1.5', meter: 'INPUT_TOKEN' }]);
  const off = { id: added.name, enabled: false };
  expect(unwrap((await glidepath.request(ModelSetEnabledDocument, off)).modelSetEnabled).model.enabled).toBe(false);
});

test('past calls are priced again, and compared with what a provider says', async () => {
  const range = { last: 'P1D' };
  const rerated = unwrap((await glidepath.request(UsageRerateDocument, { range, dryRun: true })).usageRerate);
  expect(rerated).toMatchObject({ dryRun: true, changed: 0 });
  const csv = 'day,model,meter,quantity,cost_usd\n2026-01-01,small-1,INPUT_TOKEN,10,0.01\n';
  const variables = { import: { provider: 'sim', csv } };
  const { costReconcile } = await glidepath.request(CostReconcileDocument, variables);
  expect(unwrap(costReconcile).differing).toMatchObject([{ day: '2026-01-01', vendorQuantity: 10, ourQuantity: 0 }]);
});

test('a route is saved, published, changed and rolled back', async () => {
  const input = { slug: 'ops', name: 'Ops', rules: [{ name: 'always', targets: [{ model: 'sim/echo-1' }] }] };
  const { route } = unwrap((await glidepath.request(RouteSaveDocument, { input })).routeSave);
  const publish = { id: route.id, version: 1, expectedRevision: route.revision };
  const published = unwrap((await glidepath.request(RoutePublishDocument, publish)).routePublish).route;
  expect(published.published?.version).toBe(1);

  const change = { ...input, id: route.id, rules: [{ name: 'always', targets: [{ model: 'sim/large-1' }] }] };
  const changed = unwrap((await glidepath.request(RouteSaveDocument, { input: change })).routeSave);
  expect(changed.diff).not.toEqual([]);
  const second = { id: route.id, version: 2, expectedRevision: changed.route.revision };
  unwrap((await glidepath.request(RoutePublishDocument, second)).routePublish);
  const back = { id: route.id, toVersion: 1, reason: 'too dear' };
  const rolledBack = unwrap((await glidepath.request(RouteRollbackDocument, back)).routeRollback).route;

  const { route: found } = await glidepath.request(RouteDocument, { ref: { slug: 'ops' } });
  expect(found).toMatchObject({ ...rolledBack, published: { version: 1 }, versions: { totalCount: 2 } });
  expect((await glidepath.request(RoutesDocument)).routes.map(({ slug }) => slug)).toContain('ops');

  const { auditEvents } = await glidepath.request(AuditEventsDocument, { first: 10, filter: { resourceId: route.id } });
  expect(auditEvents.nodes.map(({ action }) => action)).toEqual([
    'route.rollback',
    'route.publish',
    'route.save',
    'route.publish',
    'route.save',
  ]);
});

test('kinds of providers are listed, and a provider is tested', async () => {
  const { providerKinds } = await glidepath.request(ProviderKindsDocument);
  expect(providerKinds.length).toBeGreaterThan(0);
  const { providerTest } = await glidepath.request(ProviderTestDocument, { id: 'prv_unknown' });
  expect(providerTest.__typename).toBe('NotFoundError');
});

test('calls that are no conversation are made, or refused where no model can', async () => {
  const embeddings = { target: { model: 'sim/embed-1' }, inputs: ['red apples'] };
  const embedded = unwrap((await glidepath.request(EmbeddingCreateDocument, { input: embeddings })).embeddingCreate);
  expect(embedded.embeddings).toHaveLength(1);
  const ranking = { target: { model: 'sim/rank-1' }, query: 'red', documents: ['blue', 'red'] };
  expect(unwrap((await glidepath.request(RerankDocument, { input: ranking })).rerank).results[0]?.index).toBe(1);

  const target = { model: 'sim/none-1' };
  const drawn = await glidepath.request(ImageGenerateDocument, { input: { target, prompt: 'An apple' } });
  expect(drawn.imageGenerate.__typename).toBe('ValidationError');
  const spoken = await glidepath.request(SpeechCreateDocument, { input: { target, text: 'Apple' } });
  expect(spoken.speechCreate.__typename).toBe('ValidationError');
  const sound = { target, base64: 'AAAA', mimeType: 'audio/wav' };
  const written = await glidepath.request(TranscriptionCreateDocument, { input: sound });
  expect(written.transcriptionCreate.__typename).toBe('ValidationError');
});

test('a version of a route is tried on calls of the past', async () => {
  const { route } = await glidepath.request(RouteDocument, { ref: { slug: 'ops' } });
  const input = { route: route!.id, version: 2, range: { last: 'PT1H' } };
  const { routeSimulate } = await glidepath.request(RouteSimulateDocument, { input });
  expect(routeSimulate.__typename).toBe('RouteSimulation');
  const id = 'id' in routeSimulate ? routeSimulate.id : '';
  const { routeSimulation } = await glidepath.request(RouteSimulationDocument, { id });
  expect(routeSimulation).toMatchObject({ id, version: 2 });
});

test('a completion is found again by id and key, in the history, and in the report', async () => {
  const tags = [{ key: 'suite', value: 'operations' }];
  const answer = await glidepath.complete({ user: 'hi', idempotencyKey: 'operations', tags });
  const { completion } = await glidepath.request(CompletionDocument, { id: answer.id });
  expect(completion).toMatchObject({ text: answer.text, attempts: [{ outcome: 'SUCCEEDED' }] });
  const byKey = await glidepath.request(CompletionByKeyDocument, { idempotencyKey: 'operations' });
  expect(byKey.completionByKey?.id).toBe(answer.id);

  const { requests } = await glidepath.request(RequestsDocument, { first: 5, filter: { tag: tags } });
  expect(requests.nodes).toMatchObject([{ id: answer.completion.requestId, completionId: answer.id }]);
  const { request } = await glidepath.request(RequestDocument, { id: answer.completion.requestId });
  expect(request).toMatchObject({ cost: answer.cost, usage: answer.usage });

  const input = { range: { last: 'PT1H' }, filter: { tag: tags }, groupBy: [{ by: 'MODEL' as const }] };
  const { usageReport } = await glidepath.request(UsageReportDocument, { input });
  expect(usageReport.totals).toMatchObject({ requests: 1, cost: answer.cost.total });
  expect(usageReport.rows).toMatchObject([{ keys: [{ value: answer.model }] }]);
});
