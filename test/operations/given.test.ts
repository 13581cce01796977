import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigError } from '../../src/config.ts';
import { readOperations } from '../../src/graphql/given-operations.ts';
import { schema } from '../../src/graphql/schema.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** Documents that come with a deployment, for keys that may run nothing else. */
const HELLO = `mutation Hello($text: String!) { completionCreate(input: { target: { model: "sim/echo-1" },
  messages: [{ role: USER, parts: [{ text: $text }] }] }) { ... on CompletionAccepted { completion { text } } } }`;
let folder: string;
let gateway: TestGateway;
let trusted: string;
const write = (name: string, text: string) => writeFile(join(folder, name), text);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operations-'));
  await write('hello.graphql', HELLO);
  await write('names.graphql', 'query Names { models(first: 1) { edges { node { name } } } }');
  await write('notes.txt', 'No document.');
  gateway = await openTestGateway();
  gateway.gateway.rooms.operations.give(await readOperations(folder, schema));
  const { viewer } = await gateway.ask<{ viewer: { projects: { id: string }[] } }>('{ viewer { projects { id } } }');
  const { apiKeyCreate } = await gateway.ask<{ apiKeyCreate: { secret: string } }>(
    'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { ... on ApiKeySaved { secret } } }',
    {
      input: {
        name: 'trusted',
        project: viewer.projects[0]!.id,
        scopes: ['COMPLETIONS_WRITE', 'COMPLETIONS_READ'],
        documents: 'TRUSTED_ONLY',
      },
    },
  );
  trusted = apiKeyCreate.secret;
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

const post = (path: string, body: object, key = trusted) =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('are called by name and by hash, by keys that may run nothing else', async () => {
  const answer = { data: { completionCreate: { completion: { text: 'Hi' } } } };
  expect(await (await post('/operations/Hello', { text: 'Hi' })).json()).toEqual(answer);
  const documentId = `sha256:${createHash('sha256').update(HELLO).digest('hex')}`;
  expect(await (await post('/graphql', { documentId, variables: { text: 'Hi' } })).json()).toEqual(answer);
  expect((await post('/graphql', { query: '{ viewer { apiKey { name } } }' })).status).toBe(403);
  const stranger = await gateway.stranger();
  expect(await (await post('/operations/Names', {}, stranger)).json()).toHaveProperty('data.models');
});

test('are listed, and nobody stands in for them', async () => {
  const { operations } = await gateway.ask<{ operations: { name: string; description: string }[] }>(
    '{ operations { name description } }',
  );
  expect(operations.map(({ name }) => name)).toEqual(['Hello', 'Names']);
  const { operationSave } = await gateway.ask<{ operationSave: object }>(
    `mutation ($input: OperationSaveInput!) { operationSave(input: $input) { __typename
      ... on ValidationError { issues { code } } } }`,
    { input: { document: 'query Hello { health { status } }' } },
  );
  expect(operationSave).toEqual({ __typename: 'ValidationError', issues: [{ code: 'NAME_TAKEN' }] });
});

test('that could not be run keep the gateway from starting, each by its file', async () => {
  await write('broken.graphql', 'query Broken { nothing }');
  await write('twice.graphql', 'query Names { health { status } }');
  const refused = await readOperations(folder, schema).catch((error: unknown) => error);
  await rm(join(folder, 'broken.graphql'));
  await rm(join(folder, 'twice.graphql'));
  expect(refused).toBeInstanceOf(ConfigError);
  expect((refused as ConfigError).mistakes.map((mistake) => mistake.split(':')[0])).toEqual([
    'broken.graphql',
    'twice.graphql',
  ]);
  const missing = readOperations(join(folder, 'nowhere'), schema);
  await expect(missing).rejects.toMatchObject({ mistakes: [expect.stringContaining('GLIDEPATH_OPERATIONS')] });
});
