import { type GraphQLObjectType, GraphQLSchema, graphql } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import '../../src/access/graphql.ts';
import '../../src/audit/graphql.ts';
import type { Caller, Scope } from '../../src/core/caller.ts';
import { builder } from '../../src/graphql/builder.ts';
import type { Context } from '../../src/graphql/context.ts';
import type { Database } from '../../src/platform/database/database.ts';
import type { Rooms } from '../../src/rooms.ts';
import { testDatabase } from '../support/database.ts';
import { noAudit } from '../support/no-audit.ts';
import { type Instance, newAdmin, openInstance, operatorOf } from './instance.ts';

// A part of the house's schema: without the rooms that bring subscriptions it is not a valid one by itself.
const schema = new GraphQLSchema({ ...builder.toSchema().toConfig(), assumeValid: true });

let database: Database;
let house: Instance;
let operator: Caller;

beforeAll(async () => {
  database = await testDatabase();
  house = openInstance(database);
  operator = await operatorOf(house);
});
afterAll(async () => {
  await house.close();
  await database.close();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
type Answer = any;

async function ask(
  caller: Caller,
  source: string,
  variableValues: Record<string, unknown> = {},
  prisma = database.prisma,
): Promise<Answer> {
  const contextValue: Context = {
    caller,
    rooms: { audit: noAudit, access: house.access } as Rooms,
    runtime: house.runtime,
    prisma,
    trace: null,
    signal: new AbortController().signal,
  };
  const result = await graphql({ schema, source, contextValue, variableValues });
  return JSON.parse(JSON.stringify(result));
}
const only = (caller: Caller, ...scopes: Scope[]): Caller => ({ ...caller, scopes: new Set(scopes) });

const Create = `mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) {
  __typename
  ... on ApiKeySaved { secret apiKey { id name prefix scopes project { id } } change { replayed revision auditEventId auditEvent { action diff { path masked } } } }
  ... on ForbiddenError { code missingScopes }
  ... on Error { code message }
} }`;
const create = async (caller: Caller, input: object = {}) => {
  const full = { name: 'app', project: caller.projectId, scopes: ['USAGE_READ'], ...input };
  const { data } = await ask(caller, Create, { input: full });
  return data.apiKeyCreate;
};

test('the viewer sees his key, organization, scopes and projects', async () => {
  const admin = await newAdmin(house, operator);
  const { data } = await ask(
    only(admin, 'USAGE_READ'),
    '{ viewer { apiKey { id name prefix } organization { id teams { slug projects { slug } } } scopes projects { id team { slug } } } }',
  );
  expect(data.viewer).toEqual({
    apiKey: { id: admin.apiKeyId, name: 'admin', prefix: expect.stringMatching(/^gp_live_.{4}$/) },
    organization: { id: admin.organizationId, teams: [{ slug: 'default', projects: [{ slug: 'default' }] }] },
    scopes: ['USAGE_READ'],
    projects: [{ id: admin.projectId, team: { slug: 'default' } }],
  });
});

test('a key is made, shown once, rotated and revoked', async () => {
  const admin = await newAdmin(house, operator);
  const made = await create(admin);
  expect(made).toMatchObject({
    __typename: 'ApiKeySaved',
    secret: expect.stringMatching(/^gp_live_/),
    apiKey: { name: 'app', scopes: ['USAGE_READ'], project: { id: admin.projectId } },
    change: { replayed: false, auditEvent: { action: 'apiKey.create' } },
  });
  await expect(house.enter(made.secret)).resolves.toMatchObject({ apiKeyId: made.apiKey.id });

  const rotated = await ask(
    admin,
    'mutation ($id: ID!) { apiKeyRotate(input: { id: $id }) { ... on ApiKeySaved { secret apiKey { graceUntil } } } }',
    { id: made.apiKey.id },
  );
  expect(rotated.data.apiKeyRotate.secret).not.toBe(made.secret);
  const tomorrow = new Date(house.runtime.clock.now() + 24 * 60 * 60 * 1000).toISOString();
  expect(rotated.data.apiKeyRotate.apiKey.graceUntil).toBe(tomorrow);

  const revoked = await ask(
    admin,
    'mutation ($id: ID!) { apiKeyRevoke(id: $id, reason: "over") { ... on ApiKeySaved { secret apiKey { revokedAt graceUntil } } } }',
    { id: made.apiKey.id },
  );
  expect(revoked.data.apiKeyRevoke).toEqual({
    secret: null,
    apiKey: { revokedAt: new Date(house.runtime.clock.now()).toISOString(), graceUntil: null },
  });
});

test('failures are members of the result, not errors', async () => {
  const admin = await newAdmin(house, operator);
  expect(await create(admin, { name: '' })).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION_FAILED' });
  expect(await create(admin, { project: 'prj_x' })).toMatchObject({ __typename: 'NotFoundError' });
  expect(await create(admin, { scopes: ['ORGANIZATIONS_WRITE'] })).toMatchObject({
    __typename: 'ForbiddenError',
    missingScopes: ['ORGANIZATIONS_WRITE'],
  });
  expect(await create(only(admin, 'USAGE_READ'))).toMatchObject({
    __typename: 'ForbiddenError',
    missingScopes: ['KEYS_WRITE'],
  });
});

test('who may manage keys but not read the audit log gets the receipt without the event', async () => {
  const admin = await newAdmin(house, operator);
  const made = await create(only(admin, 'KEYS_WRITE', 'USAGE_READ'));
  expect(made.change).toMatchObject({ auditEvent: null, auditEventId: expect.stringMatching(/^aud_/) });
});

test('keys are listed newest first, page by page in both directions, revoked ones only when asked for', async () => {
  const admin = await newAdmin(house, operator);
  const made: string[] = [];
  for (let count = 0; count < 5; count++) {
    await house.runtime.clock.advance(1);
    made.unshift((await create(admin)).apiKey.id);
  }
  const ids = [...made, admin.apiKeyId];
  const List = `query ($first: Int, $after: String, $last: Int, $before: String, $revoked: Boolean) {
    apiKeys(first: $first, after: $after, last: $last, before: $before, includeRevoked: $revoked) {
      totalCount nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`;
  const page = async (variables: object) => (await ask(admin, List, { revoked: false, ...variables })).data.apiKeys;
  const idsOf = ({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => id);

  const first = await page({ first: 4 });
  const second = await page({ first: 4, after: first.pageInfo.endCursor });
  expect(first.totalCount).toBe(6);
  expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);

  const last = await page({ last: 2 });
  const beforeIt = await page({ last: 3, before: last.pageInfo.startCursor });
  expect([...idsOf(beforeIt), ...idsOf(last)]).toEqual(ids.slice(1));
  expect(beforeIt.pageInfo.hasPreviousPage).toBe(true);

  await house.access.apiKeyRevoke(admin, { id: made[0]!, reason: 'list' });
  expect(idsOf(await page({ first: 10 }))).toEqual(ids.slice(1));
  expect(idsOf(await page({ first: 10, revoked: true }))).toEqual(ids);
});

test('a cursor with the id of another organization is answered like a cursor with no id', async () => {
  const [owner, stranger] = [await newAdmin(house, operator), await newAdmin(house, operator)];
  await house.runtime.clock.advance(1);
  const made = await create(owner);
  const cursor = (id: string) => Buffer.from(`GPC:S:${id}`).toString('base64');
  const List = 'query ($after: String) { apiKeys(first: 10, after: $after) { nodes { id } } }';
  const real = await ask(stranger, List, { after: cursor(made.apiKey.id) });
  const unreal = await ask(stranger, List, { after: cursor(`${made.apiKey.id.slice(0, -1)}!`) });
  expect(real).toEqual(unreal);
  expect(real).toEqual({ data: { apiKeys: { nodes: [{ id: stranger.apiKeyId }] } } });
});

test('a stranger sees nothing: not by id, not in lists, not through changes', async () => {
  const [owner, stranger] = [await newAdmin(house, operator), await newAdmin(house, operator)];
  const { apiKey, change } = await create(owner);
  const Look = `query ($org: ID!, $team: ID!, $project: ID!, $key: ID!, $event: ID!) {
    organization: node(id: $org) { id } team: node(id: $team) { id } prj: node(id: $project) { id }
    key: node(id: $key) { id } event: node(id: $event) { id } project(id: $project) { id }
    apiKeys(first: 10, project: $project, includeRevoked: true) { totalCount nodes { id } }
    auditEvents(first: 10, filter: { resourceId: $key }) { nodes { id } }
    teams { id }
  }`;
  const { organizationId: org, teamId: team, projectId: project } = owner;
  const ids = { org, team, project, key: apiKey.id, event: change.auditEventId };
  const nowhere = { org: 'org_x', team: 'team_x', project: 'prj_x', key: 'key_x', event: 'aud_x' };
  const seen = await ask(stranger, Look, ids);
  expect(seen).toEqual(await ask(stranger, Look, nowhere));
  expect(seen.errors).toBeUndefined();
  expect(seen.data).toEqual({
    organization: null,
    team: null,
    prj: null,
    key: null,
    event: null,
    project: null,
    apiKeys: { totalCount: 0, nodes: [] },
    auditEvents: { nodes: [] },
    teams: [{ id: stranger.teamId }],
  });
  const own = await ask(owner, Look, ids);
  expect(own.errors).toBeUndefined();
  expect(Object.values(own.data)).not.toContain(null);
});

test('other keys and audit events are for those whose scopes say so, also by node(id)', async () => {
  const admin = await newAdmin(house, operator);
  const { apiKey, change } = await create(admin);
  const weak = only(admin, 'COMPLETIONS_WRITE');
  const Look = 'query ($id: ID!) { node(id: $id) { ... on ApiKey { name } ... on AuditEvent { action } } }';
  for (const id of [apiKey.id, change.auditEventId]) {
    const { data, errors } = await ask(weak, Look, { id });
    expect(data.node).toBeNull();
    expect(errors[0].message).toMatch(/KEYS_READ|AUDIT_READ/);
  }
  expect((await ask(weak, Look, { id: admin.apiKeyId })).data.node).toEqual({ name: 'admin' });
});

test('reading keys reads no hash from the table', async () => {
  const admin = await newAdmin(house, operator);
  const rows: object[] = [];
  const prisma = database.prisma.$extends({
    query: {
      apiKey: {
        async $allOperations({ args, query }) {
          const result = await query(args);
          rows.push(...[result].flat().filter((row): row is object => typeof row === 'object' && row !== null));
          return result;
        },
      },
    },
  });
  const fields = 'id name prefix scopes createdAt expiresAt lastUsedAt revokedAt graceUntil project { slug }';
  const source = `{ viewer { apiKey { ${fields} } } apiKeys(first: 5) { nodes { ${fields} } } }`;
  const { errors } = await ask(admin, source, {}, prisma as unknown as Database['prisma']);
  expect(errors).toBeUndefined();
  expect(rows.length).toBeGreaterThanOrEqual(2);
  expect(rows.flatMap((row) => Object.keys(row)).filter((name) => /hash/i.test(name))).toEqual([]);
});

test('no field of the schema leads to a hash, but for those of the audit chain', () => {
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => 'getFields' in type)
    .flatMap((type) => Object.keys((type as GraphQLObjectType).getFields()));
  expect(fields.filter((field) => /hash/i.test(field)).toSorted()).toEqual(['hash', 'headHash', 'prevHash']);
});

test('teams, projects and organizations are saved over GraphQL', async () => {
  const admin = await newAdmin(house, operator);
  const team = await ask(
    admin,
    'mutation { teamSave(input: { slug: "search", name: "Search" }) { ... on AccessSaved { team { id slug } project { id } } } }',
  );
  expect(team.data.teamSave).toMatchObject({ team: { slug: 'search' }, project: null });
  const project = await ask(
    admin,
    `mutation ($team: ID!) { projectSave(input: { team: $team, slug: "bot", name: "Bot" }) {
      ... on AccessSaved { project { slug team { slug } } } } }`,
    { team: team.data.teamSave.team.id },
  );
  expect(project.data.projectSave.project).toEqual({ slug: 'bot', team: { slug: 'search' } });

  const Found = `mutation { organizationCreate(input: { slug: "over-graphql", name: "Over GraphQL" }) {
    __typename ... on OrganizationCreated { organizationId secret } } }`;
  expect((await ask(admin, Found)).data.organizationCreate).toEqual({ __typename: 'ForbiddenError' });
  const founded = (await ask(operator, Found)).data.organizationCreate;
  expect((await house.enter(founded.secret)).organizationId).toBe(founded.organizationId);
});
