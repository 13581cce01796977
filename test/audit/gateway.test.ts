import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { AuditEventAppendedDocument, AuditEventsDocument, AuditVerifyDocument } from '../../src/client/index.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

interface Event {
  readonly cursor: string;
  readonly action: string;
  readonly outcome: string;
  readonly resourceId: string;
  readonly reason: string | null;
}

async function events(filter: object = {}): Promise<readonly Event[]> {
  const { auditEvents } = await gateway.ask<{ auditEvents: { nodes: Event[] } }>(AuditEventsDocument.toString(), {
    first: 50,
    filter,
  });
  return auditEvents.nodes;
}

test('the log of a living gateway is one chain, and verifies', async () => {
  await gateway.keyWith('USAGE_READ');
  const { auditVerify } = await gateway.ask<{ auditVerify: object }>(AuditVerifyDocument.toString());
  expect(auditVerify).toMatchObject({ ok: true, checked: (await events()).length, firstBrokenSeq: null });
  const strangers = await gateway.ask<{ auditVerify: object }>(
    AuditVerifyDocument.toString(),
    {},
    await gateway.stranger(),
  );
  expect(strangers.auditVerify).toMatchObject({ ok: true });
});

test('who asks for what he may not have is noted once, by query and by mutation', async () => {
  const weak = await gateway.keyWith('COMPLETIONS_READ');
  for (let time = 0; time < 3; time++) {
    await gateway.raw('{ apiKeys(first: 1) { nodes { id } } }', {}, weak);
    await gateway.raw('mutation { apiKeyRevoke(id: "key_1", reason: "no") { __typename } }', {}, weak);
  }
  await expect.poll(async () => (await events({ outcome: ['DENIED'] })).length).toBe(2);
  const denied = await events({ action: ['access.denied'] });
  expect(denied.map(({ resourceId, reason }) => [resourceId, reason]).toSorted()).toEqual([
    ['apiKeyRevoke', 'Missing: KEYS_WRITE'],
    ['apiKeys', 'Missing: KEYS_READ'],
  ]);
});

test('so is who asks for it at another door, or for a document that is not registered', async () => {
  const weak = await gateway.keyWith('USAGE_READ');
  const headers = { authorization: `Bearer ${weak}`, 'content-type': 'application/json' };
  const chat = { method: 'POST', headers, body: '{"model":"route/default","messages":[]}' };
  expect((await fetch(`${gateway.url}/v1/chat/completions`, chat)).status).toBe(403);
  const { viewer } = await gateway.ask<{ viewer: { projects: { id: string }[] } }>('{ viewer { projects { id } } }');
  const input = { name: 'trusted', project: viewer.projects[0]!.id, scopes: ['USAGE_READ'], documents: 'TRUSTED_ONLY' };
  const { apiKeyCreate } = await gateway.ask<{ apiKeyCreate: { secret: string } }>(
    'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { ... on ApiKeySaved { secret } } }',
    { input },
  );
  await gateway.raw('{ viewer { scopes } }', {}, apiKeyCreate.secret);
  await expect
    .poll(async () =>
      (await events({ outcome: ['DENIED'] })).map(({ resourceId, reason }) => `${resourceId} ${reason}`),
    )
    .toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\/v1\/chat\/completions .*COMPLETIONS_WRITE/),
        expect.stringMatching(/^org_\w+ The document is not registered\.$/),
      ]),
    );
});

test('a key is noted when it is used first, with an old secret, and when it has ended', async () => {
  const made = await gateway.ask<{ apiKeyCreate: { secret: string; apiKey: { id: string } } }>(
    `mutation ($project: ID!) { apiKeyCreate(input: { name: "watched", project: $project, scopes: [USAGE_READ] }) {
       ... on ApiKeySaved { secret apiKey { id } } } }`,
    {
      project: (await gateway.ask<{ viewer: { projects: { id: string }[] } }>('{ viewer { projects { id } } }')).viewer
        .projects[0]!.id,
    },
  );
  const { secret, apiKey } = made.apiKeyCreate;
  const use = () => gateway.raw('{ viewer { scopes } }', {}, secret);
  const uses = async () =>
    (await events({ action: ['apiKey.use'], resourceId: apiKey.id })).map(
      ({ outcome, reason }) => `${outcome}: ${reason}`,
    );
  await use();
  await use();
  await expect.poll(uses).toEqual(['ALLOWED: For the first time.']);
  await gateway.ask('mutation ($id: ID!) { apiKeyRotate(input: { id: $id }) { __typename } }', apiKey);
  await use();
  await expect.poll(uses).toHaveLength(2);
  await gateway.ask('mutation ($id: ID!) { apiKeyRevoke(id: $id, reason: "over") { __typename } }', apiKey);
  await use();
  await expect
    .poll(uses)
    .toEqual([
      'DENIED: It has been revoked.',
      'ALLOWED: The secret before the last rotation, which is in its grace.',
      'ALLOWED: For the first time.',
    ]);
});

test('entries are followed from a cursor, those that were missed first', async () => {
  const [newest, before] = await events();
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${gateway.key}` },
    retryAttempts: 0,
  });
  const query = AuditEventAppendedDocument.toString();
  const followed: string[] = [];
  for await (const { data, errors } of client.iterate<{ auditEventAppended: Event }>({
    query,
    variables: { after: before!.cursor },
  })) {
    expect(errors).toBeUndefined();
    followed.push(data!.auditEventAppended.cursor);
    if (followed.length === 1) await gateway.keyWith('USAGE_READ');
    if (followed.length === 2) break;
  }
  await client.dispose();
  expect(followed).toEqual([newest!.cursor, String(Number(newest!.cursor) + 1)]);
});
