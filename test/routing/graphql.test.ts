import { GraphQLSchema, graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Caller, type Scope, scopes } from '../../src/core/caller.ts';
import { builder } from '../../src/graphql/builder.ts';
import type { Context } from '../../src/graphql/context.ts';
import '../../src/models/graphql.ts';
import '../../src/routing/graphql.ts';
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

// Only these two rooms' part of the schema, which has no subscription: as a whole it would not be valid.
const schema = new GraphQLSchema({ ...builder.toSchema().toConfig(), assumeValid: true });

async function ask(source: string, variableValues: Record<string, unknown> = {}, as = caller) {
  const contextValue: Context = {
    caller: as,
    // The only two rooms that these fields enter.
    rooms: { audit: noAudit, routing: house.routing, models: house.models } as unknown as Rooms,
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
  mutation ($input: RouteSaveInput!) {
    routeSave(input: $input) {
      __typename
      ... on RouteSaved {
        route { id slug revision published { version } draft { version note createdBy } }
        change { revision replayed }
        diff { op path }
        warnings { severity path message }
      }
      ... on ValidationError { issues { path suggestions } }
      ... on ForbiddenError { missingScopes }
      ... on Error { code message }
    }
  }
`;

const PUBLISH = /* GraphQL */ `
  mutation ($id: ID!, $version: Int!, $expectedRevision: Int!) {
    routePublish(id: $id, version: $version, expectedRevision: $expectedRevision) {
      __typename
      ... on RouteSaved { route { revision published { version } draft { version } } diff { path before after } }
      ... on ConflictError { currentRevision }
      ... on Error { code }
    }
  }
`;

const ROLLBACK = /* GraphQL */ `
  mutation ($id: ID!, $toVersion: Int!) {
    routeRollback(id: $id, toVersion: $toVersion, reason: "it was better") {
      __typename
      ... on RouteSaved { route { published { version } draft { version } } }
      ... on Error { code }
    }
  }
`;

const input = { slug: 'support', name: 'Support', rules: [{ name: 'always', targets: [{ model: 'sim/small-1' }] }] };

async function savedRoute(different: object = {}): Promise<string> {
  const { data } = await ask(SAVE, { input: { ...input, ...different } });
  return data.routeSave.route.id;
}

describe('a route', () => {
  test('is saved as a draft, published, and rolled back', async () => {
    const saved = (await ask(SAVE, { input: { ...input, note: 'first' } })).data.routeSave;
    expect(saved.route).toMatchObject({
      slug: 'support',
      revision: 1,
      published: null,
      draft: { version: 1, note: 'first', createdBy: caller.apiKeyId },
    });
    const { id } = saved.route;
    await savedRoute({ id, name: 'Support, better' });

    const published = (await ask(PUBLISH, { id, version: 2, expectedRevision: 2 })).data.routePublish;
    expect(published).toMatchObject({ route: { revision: 3, published: { version: 2 }, draft: null } });
    expect(published.diff).toContainEqual({ path: ['publishedVersion'], before: null, after: 2 });

    const back = (await ask(ROLLBACK, { id, toVersion: 1 })).data.routeRollback;
    expect(back.route).toEqual({ published: { version: 1 }, draft: { version: 2 } });
  });

  test('is found by id, by slug and as a node, with its rules as they were written', async () => {
    const id = await savedRoute({
      rules: [
        { name: 'always', targets: [{ model: 'sim/small-1', retry: { maxAttempts: 1 } }, { model: 'openai/gpt' }] },
      ],
    });
    const fields = /* GraphQL */ `
      fragment R on Route {
        id
        draft {
          rules { name strategy targets { modelName timeoutMs ttftTimeoutMs enabled retry { maxAttempts } model { name } } }
        }
      }
    `;
    const query = `query ($id: ID!) { byId: route(ref: { id: $id }) { ...R }
      bySlug: route(ref: { slug: "support" }) { ...R } node(id: $id) { ...R } } ${fields}`;
    const { data } = await ask(query, { id });
    const target = { timeoutMs: 60_000, ttftTimeoutMs: null, enabled: true };
    expect(data.byId.draft.rules).toEqual([
      {
        name: 'always',
        strategy: 'PRIORITY',
        targets: [
          { ...target, modelName: 'sim/small-1', retry: { maxAttempts: 1 }, model: { name: 'sim/small-1' } },
          { ...target, modelName: 'openai/gpt', retry: { maxAttempts: 2 }, model: { name: 'openai/gpt' } },
        ],
      },
    ]);
    expect(data.bySlug).toEqual(data.byId);
    expect(data.node).toEqual(data.byId);
  });

  test('shows its versions newest first, page by page', async () => {
    const id = await savedRoute();
    await savedRoute({ id });
    await savedRoute({ id });
    const query = /* GraphQL */ `
      query ($id: ID!, $after: String) {
        route(ref: { id: $id }) {
          versions(first: 2, after: $after) { totalCount nodes { version } pageInfo { hasNextPage endCursor } }
        }
      }
    `;
    const first = (await ask(query, { id })).data.route.versions;
    expect(first).toMatchObject({
      totalCount: 3,
      nodes: [{ version: 3 }, { version: 2 }],
      pageInfo: { hasNextPage: true },
    });
    const second = (await ask(query, { id, after: first.pageInfo.endCursor })).data.route.versions;
    expect(second).toMatchObject({ nodes: [{ version: 1 }], pageInfo: { hasNextPage: false } });
  });

  test('is listed by its slug', async () => {
    await savedRoute({ slug: 'zoo' });
    await savedRoute({ slug: 'abc' });
    expect((await ask('{ routes { slug } }')).data.routes).toEqual([{ slug: 'abc' }, { slug: 'zoo' }]);
  });
});

describe('a refusal is a member of the union', () => {
  test('for an unknown model, with its place and the nearest names', async () => {
    const rules = [{ name: 'always', targets: [{ model: 'sim/smal-1' }] }];
    const { data } = await ask(SAVE, { input: { ...input, rules } });
    expect(data.routeSave).toMatchObject({
      __typename: 'ValidationError',
      code: 'VALIDATION_FAILED',
      issues: [{ path: ['rules', '0', 'targets', '0', 'model'], suggestions: ['sim/small-1'] }],
    });
  });

  test('for a stale revision, with the current one', async () => {
    const id = await savedRoute();
    const { data } = await ask(PUBLISH, { id, version: 1, expectedRevision: 9 });
    expect(data.routePublish).toEqual({ __typename: 'ConflictError', code: 'CONFLICT', currentRevision: 1 });
  });

  test('for a key without the scope, which is not enough to publish what it may save', async () => {
    const writer = limitedTo('ROUTES_WRITE');
    const saved = (await ask(SAVE, { input }, writer)).data.routeSave;
    expect(saved).toMatchObject({ __typename: 'RouteSaved', route: { slug: 'support' } });
    const { id } = saved.route;
    const { data } = await ask(PUBLISH, { id, version: 1, expectedRevision: 1 }, writer);
    expect(data.routePublish).toEqual({ __typename: 'ForbiddenError', code: 'FORBIDDEN' });
  });
});

test('a stranger sees nothing: no route, no node, no list, and changes nothing', async () => {
  const id = await savedRoute();
  const stranger = house.stranger();
  const query = 'query ($id: ID!) { node(id: $id) { id } route(ref: { id: $id }) { id } routes { id } }';
  expect((await ask(query, { id }, stranger)).data).toEqual({ node: null, route: null, routes: [] });
  expect((await ask(PUBLISH, { id, version: 1, expectedRevision: 1 }, stranger)).data.routePublish.code).toBe(
    'NOT_FOUND',
  );
  expect((await ask(ROLLBACK, { id, toVersion: 1 }, stranger)).data.routeRollback.code).toBe('NOT_FOUND');
  expect((await ask(SAVE, { input: { ...input, id } }, stranger)).data.routeSave.code).toBe('NOT_FOUND');
});

test('reading routes needs a scope, by whichever way', async () => {
  const id = await savedRoute();
  const blind = limitedTo(...scopes.filter((scope) => !scope.startsWith('ROUTES_')));
  for (const query of [
    '{ routes { id } }',
    '{ route(ref: { slug: "support" }) { id } }',
    `{ node(id: "${id}") { id } }`,
  ]) {
    const { data, errors } = await ask(query, {}, blind);
    expect(errors?.[0]?.message).toContain('ROUTES_READ');
    expect(JSON.stringify(data)).not.toContain(id);
  }
});

describe('models', () => {
  test('are listed by name, page by page, with their prices', async () => {
    const query = /* GraphQL */ `
      query ($after: String) {
        models(first: 2, after: $after) {
          totalCount
          nodes { name provider prices { meter per amount { decimal } } }
          pageInfo { hasNextPage endCursor }
        }
      }
    `;
    const first = (await ask(query)).data.models;
    expect(first.totalCount).toBe(3);
    expect(first.nodes.map(({ name }: { name: string }) => name)).toEqual(['openai/gpt', 'sim/large-1']);
    expect(first.nodes[0].prices).toContainEqual({ meter: 'INPUT_TOKEN', per: 1_000_000, amount: { decimal: '3' } });
    const second = (await ask(query, { after: first.pageInfo.endCursor })).data.models;
    expect(second).toMatchObject({ nodes: [{ name: 'sim/small-1' }], pageInfo: { hasNextPage: false } });
  });

  test.each([
    ['by provider', { provider: ['sim'] }, ['sim/large-1', 'sim/small-1']],
    ['by words in any order', { search: 'LARGE sim' }, ['sim/large-1']],
    ['by both', { provider: ['openai'], search: 'large' }, []],
    ['by nothing', {}, ['openai/gpt', 'sim/large-1', 'sim/small-1']],
  ])('are filtered %s', async (_how, filter, names) => {
    const query = 'query ($filter: ModelFilter) { models(first: 10, filter: $filter) { totalCount nodes { name } } }';
    const { models } = (await ask(query, { filter })).data;
    expect(models).toEqual({ totalCount: names.length, nodes: names.map((name) => ({ name })) });
  });

  test('are found by name, unlisted ones too, and null when nobody offers them', async () => {
    const query = `{ listed: model(name: "sim/small-1") { name hasCredential }
      unlisted: model(name: "keyless/anything") { name hasCredential prices { per } } nobody: model(name: "sim/none") { name } }`;
    expect((await ask(query)).data).toEqual({
      listed: { name: 'sim/small-1', hasCredential: true },
      unlisted: { name: 'keyless/anything', hasCredential: false, prices: null },
      nobody: null,
    });
  });
});
