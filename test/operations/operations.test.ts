import { createHash } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';

let gateway: TestGateway;
let trusted: string;
const HELLO = `mutation Hello($text: String!) { completionCreate(input: { target: { model: "sim/echo-1" },
  messages: [{ role: USER, parts: [{ text: $text }] }] }) { ... on CompletionAccepted { completion { text } } } }`;
const NAMES = 'query Names($first: Int!) { models(first: $first) { edges { node { name } } } }';
const documentId = (document: string) => `sha256:${createHash('sha256').update(document).digest('hex')}`;

async function save(document: string, key?: string) {
  const { operationSave } = await gateway.ask<{ operationSave: Record<string, never> }>(
    await operation('OperationSave'),
    { input: { document, description: 'A test' } },
    key,
  );
  return operationSave;
}

async function keyOf(documents: 'ANY' | 'TRUSTED_ONLY', key?: string) {
  const { viewer } = await gateway.ask<{ viewer: { projects: { id: string }[] } }>('{ viewer { projects { id } } }');
  const { apiKeyCreate } = await gateway.ask<{ apiKeyCreate: { secret?: string; message?: string } }>(
    'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { ... on ApiKeySaved { secret apiKey { documents } } ... on Error { message } } }',
    { input: { name: documents, project: viewer.projects[0]!.id, scopes: ['COMPLETIONS_WRITE'], documents } },
    key,
  );
  return apiKeyCreate;
}

beforeAll(async () => {
  gateway = await openTestGateway();
  await save(HELLO);
  await save(NAMES);
  trusted = (await keyOf('TRUSTED_ONLY')).secret!;
});
afterAll(() => gateway.close());

const call = (path: string, body: object | null, key = gateway.key, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });

describe('registered operations', () => {
  test('are listed, changed under their name, and deleted', async () => {
    const { operations } = await gateway.ask<{ operations: { name: string }[] }>(await operation('Operations'));
    expect(operations.map(({ name }) => name)).toEqual(['Hello', 'Names']);
    const found = await gateway.ask<{ operation: object }>(await operation('Operation'), { name: 'Hello' });
    expect(found.operation).toMatchObject({ kind: 'MUTATION', documentId: documentId(HELLO), document: HELLO });
    await save('query Gone { health { status } }');
    await save('query Gone { viewer { apiKey { name } } }');
    expect(await (await call('/operations/Gone', {})).json()).toHaveProperty('data.viewer');
    const deleted = await gateway.ask<{ operationDelete: object }>(await operation('OperationDelete'), {
      name: 'Gone',
    });
    expect(deleted.operationDelete).toMatchObject({ operation: { name: 'Gone' } });
    expect((await call('/operations/Gone', {})).status).toBe(404);
  });

  test.each([
    ['does not parse', 'query Broken {'],
    ['does not fit the schema', 'query Broken { nothing }'],
    ['has no name', '{ viewer { apiKey { name } } }'],
    ['has two operations', 'query A { __typename } query B { __typename }'],
  ])('are none where the document %s', async (_how, document) => {
    expect(await save(document)).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  test('are called with plain JSON, queries also by GET', async () => {
    expect(await (await call('/operations/Hello', { text: 'Hi there' })).json()).toEqual({
      data: { completionCreate: { completion: { text: 'Hi there' } } },
    });
    const names = await call('/operations/Names?first=2', null);
    expect(await names.json()).toMatchObject({ data: { models: { edges: [{}, {}] } } });
    const refused = await call('/operations/Hello?text=Hi', null);
    expect(refused.status).toBe(405);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }] });
    const strange = await call('/operations/Hello', { text: 'Hi' }, 'gp_live_nobody');
    expect(strange.status).toBe(401);
    const others = await call('/operations/Hello', { text: 'Hi' }, await gateway.stranger());
    expect(others.status).toBe(404);
  });

  test('are called by the hash of their document, as the draft and as Apollo has it', async () => {
    const variables = { text: 'By hash' };
    const answer = { data: { completionCreate: { completion: { text: 'By hash' } } } };
    const byId = await call('/graphql', { documentId: documentId(HELLO), variables });
    expect(await byId.json()).toEqual(answer);
    const persistedQuery = { version: 1, sha256Hash: documentId(HELLO).slice('sha256:'.length) };
    const byHash = await call('/graphql', { extensions: { persistedQuery }, variables });
    expect(await byHash.json()).toEqual(answer);
    const query = new URLSearchParams({ documentId: documentId(NAMES), variables: '{"first":1}' });
    expect(await (await call(`/graphql?${query}`, null)).json()).toHaveProperty('data.models');
    const unknown = await call('/graphql', { documentId: documentId('nothing') });
    expect(await unknown.json()).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] });
    const other = await call('/graphql', { documentId: documentId(HELLO), query: NAMES, variables: { first: 1 } });
    expect(other.status).toBe(400);
  });
});

describe('a key that is TRUSTED_ONLY', () => {
  test('runs registered operations, by name, hash or text', async () => {
    const variables = { text: 'Trusted' };
    for (const [path, body] of [
      ['/operations/Hello', variables],
      ['/graphql', { documentId: documentId(HELLO), variables }],
      ['/graphql', { query: HELLO, variables }],
    ] as const) {
      expect(await (await call(path, body, trusted)).json()).toHaveProperty('data.completionCreate.completion');
    }
  });

  test('runs nothing else, by whichever door', async () => {
    const posted = await call('/graphql', { query: '{ viewer { apiKey { name } } }' }, trusted);
    expect(posted.status).toBe(403);
    expect(await posted.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    const got = await call(`/graphql?query=${encodeURIComponent('{ __typename }')}`, null, trusted);
    expect(got.status).toBe(403);
    const chat = { model: 'sim/echo-1', messages: [{ role: 'user', content: 'Hi' }] };
    expect((await call('/v1/chat/completions', chat, trusted)).status).toBe(403);
    expect((await call('/v1/messages', { ...chat, max_tokens: 9 }, trusted)).status).toBe(403);
    const client = createClient({
      url: `${gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${trusted}` },
      retryAttempts: 0,
    });
    const results = client.iterate({ query: '{ viewer { apiKey { name } } }' });
    await expect(results.next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await client.dispose();
  });

  test('is made by a key of any kind, and makes none that may do more', async () => {
    await save('mutation MakeKey($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { __typename } }');
    const { viewer } = await gateway.ask<{ viewer: { projects: { id: string }[] } }>('{ viewer { projects { id } } }');
    const { apiKeyCreate } = await gateway.ask<{ apiKeyCreate: { secret: string } }>(
      'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { ... on ApiKeySaved { secret } } }',
      {
        input: {
          name: 'maker',
          project: viewer.projects[0]!.id,
          scopes: ['KEYS_WRITE', 'COMPLETIONS_WRITE'],
          documents: 'TRUSTED_ONLY',
        },
      },
    );
    const make = async (documents: string) => {
      const input = { name: 'made', project: viewer.projects[0]!.id, scopes: ['COMPLETIONS_WRITE'], documents };
      const response = await call('/operations/MakeKey', { input }, apiKeyCreate.secret);
      return ((await response.json()) as { data: { apiKeyCreate: { __typename: string } } }).data.apiKeyCreate;
    };
    expect(await make('ANY')).toEqual({ __typename: 'ValidationError' });
    expect(await make('TRUSTED_ONLY')).toEqual({ __typename: 'ApiKeySaved' });
  });
});
