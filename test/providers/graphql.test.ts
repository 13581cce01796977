import { GraphQLSchema, graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Caller, Scope } from '../../src/core/caller.ts';
import { builder } from '../../src/graphql/builder.ts';
import type { Context } from '../../src/graphql/context.ts';
import '../../src/providers/graphql.ts';
import type { Rooms } from '../../src/rooms.ts';
import { noAudit } from '../support/no-audit.ts';
import { type House, openHouse } from './house.ts';

let house: House;
let caller: Caller;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(() => {
  caller = house.stranger();
});

// Only this room's part of the schema, which has no subscription: as a whole it would not be valid.
const schema = new GraphQLSchema({ ...builder.toSchema().toConfig(), assumeValid: true });

async function ask(source: string, variableValues: Record<string, unknown> = {}, as = caller) {
  const contextValue: Context = {
    caller: as,
    // The only room that these fields enter.
    rooms: { audit: noAudit, providers: house.providers } as unknown as Rooms,
    runtime: house.runtime,
    prisma: house.database.prisma,
    trace: null,
    signal: new AbortController().signal,
  };
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue });
  return { data: JSON.parse(JSON.stringify(data ?? null)), errors };
}

const limitedTo = (...allowed: Scope[]): Caller => ({ ...caller, scopes: new Set(allowed) });

const SAVE = /* GraphQL */ `
  mutation ($input: ProviderSaveInput!) {
    result: providerSave(input: $input) {
      __typename
      ... on ProviderSaved { provider { id slug kind baseUrl revision } change { revision replayed } }
      ... on ValidationError { issues { path } }
      ... on ConflictError { currentRevision }
      ... on ForbiddenError { missingScopes }
      ... on Error { code message }
    }
  }
`;

const KEEP = /* GraphQL */ `
  mutation ($input: CredentialSaveInput!) {
    result: credentialSave(input: $input) {
      __typename
      ... on ProviderSaved { provider { credentials { id label source env lastFour } } }
      ... on ValidationError { issues { path } }
      ... on Error { code message }
    }
  }
`;

const LIST = 'query { providers { id slug kind displayName enabled credentials { label source lastFour } } }';

const input = { slug: 'own', kind: 'OPENAI_COMPATIBLE', baseUrl: 'https://llm.example.com/v1' };

it('a provider is saved, given a credential and listed, never with the secret', async () => {
  const saved = await ask(SAVE, { input });
  expect(saved.data.result).toMatchObject({
    __typename: 'ProviderSaved',
    provider: { slug: 'own', kind: 'OPENAI_COMPATIBLE', baseUrl: 'https://llm.example.com/v1', revision: 1 },
    change: { revision: '1', replayed: false },
  });
  const provider = saved.data.result.provider.id;
  const secret = { value: 'sk-a-secret-of-this-test-1234' };
  const kept = await ask(KEEP, { input: { provider, label: 'main', secret } });
  expect(kept.data.result.provider.credentials).toMatchObject([
    { label: 'main', source: 'DATABASE', env: null, lastFour: '1234' },
  ]);
  const { data } = await ask(LIST);
  expect(data.providers).toMatchObject([{ id: provider, credentials: [{ label: 'main' }] }]);
  expect(JSON.stringify([kept, data])).not.toContain(secret.value);
});

it('a credential is deleted by its id', async () => {
  const { data } = await ask(SAVE, { input });
  const provider = data.result.provider.id;
  const kept = await ask(KEEP, { input: { provider, label: 'main', secret: { env: 'OUR_KEY' } } });
  const [{ id, source, env }] = kept.data.result.provider.credentials;
  expect({ source, env }).toEqual({ source: 'ENV', env: 'OUR_KEY' });
  const removed = await ask(
    'mutation ($id: ID!) { result: credentialDelete(id: $id) { ... on ProviderSaved { provider { credentials { id } } } } }',
    { id },
  );
  expect(removed.data.result.provider.credentials).toEqual([]);
});

it('bad input and a stale revision are answers, not errors', async () => {
  const bad = await ask(SAVE, { input: { ...input, baseUrl: 'nowhere' } });
  expect(bad.data.result).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['baseUrl'] }] });
  const { data } = await ask(SAVE, { input });
  const stale = await ask(SAVE, { input: { ...input, id: data.result.provider.id, expectedRevision: 7 } });
  expect(stale.data.result).toMatchObject({ __typename: 'ConflictError', currentRevision: 1 });
});

it('who may not write is told which scope is missing', async () => {
  const { data } = await ask(SAVE, { input }, limitedTo('PROVIDERS_READ'));
  expect(data.result).toMatchObject({ __typename: 'ForbiddenError', missingScopes: ['PROVIDERS_WRITE'] });
  expect((await ask(LIST, {}, limitedTo('COMPLETIONS_WRITE'))).errors).toHaveLength(1);
});

it("another organization's provider is not there, in the list or by its id", async () => {
  const { data } = await ask(SAVE, { input });
  const stranger = house.stranger();
  const node = await ask(
    'query ($id: ID!) { node(id: $id) { id } providers { id } }',
    { id: data.result.provider.id },
    stranger,
  );
  expect(node.data).toEqual({ node: null, providers: [] });
  const changed = await ask(SAVE, { input: { ...input, id: data.result.provider.id } }, stranger);
  expect(changed.data.result.__typename).toBe('NotFoundError');
});
