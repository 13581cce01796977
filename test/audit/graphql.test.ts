import { GraphQLSchema, graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import '../../src/audit/graphql.ts';
import { appendAudit } from '../../src/audit/index.ts';
import { type Caller, type Scope, scopes } from '../../src/core/caller.ts';
import { type Change, diffOf } from '../../src/core/change.ts';
import { builder } from '../../src/graphql/builder.ts';
import type { Context } from '../../src/graphql/context.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import { createChanges } from '../../src/platform/changes.ts';
import type { Database } from '../../src/platform/database/database.ts';
import type { Rooms } from '../../src/rooms.ts';
import { testDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { noAudit } from '../support/no-audit.ts';

// A part of the house's schema: without the rooms that bring subscriptions it is not a valid one by itself.
const schema = new GraphQLSchema({ ...builder.toSchema().toConfig(), assumeValid: true });

const runtime = testRuntime();
let database: Database;
let caller: Caller;
let organizations = 0;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  caller = newCaller();
});

function newCaller(): Caller {
  const organizationId = `org_${++organizations}`;
  const ids = { organizationId, teamId: 'team_1', projectId: 'prj_1', apiKeyId: 'key_1', apiKeyName: 'admin' };
  return { ...ids, scopes: new Set(scopes), ip: '192.0.2.7' };
}

const make = (change: Partial<Change> = {}) =>
  createChanges(database, createMemoryBus(runtime.log), appendAudit(runtime, testKeyring)).make(
    `things:${caller.organizationId}`,
    async () => ({
      organizationId: caller.organizationId,
      actor: { id: caller.apiKeyId, name: caller.apiKeyName, ip: caller.ip },
      action: 'thing.save',
      resourceType: 'Thing',
      resourceId: 'thg_1',
      diff: diffOf({ name: 'old', token: 'a' }, { name: 'new', token: 'b', size: 7 }, ['token']),
      ...change,
    }),
  );

// biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
async function ask(source: string, variableValues: Record<string, unknown> = {}, by = caller): Promise<any> {
  const { signal } = new AbortController();
  const contextValue: Context = {
    caller: by,
    rooms: { audit: noAudit } as unknown as Rooms,
    runtime,
    prisma: database.prisma,
    trace: null,
    signal,
  };
  return JSON.parse(JSON.stringify(await graphql({ schema, source, contextValue, variableValues })));
}
const List = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: AuditFilter) {
  auditEvents(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
    nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`;
const idsOf = async (variables: object) =>
  (await ask(List, { first: 100, ...variables })).data.auditEvents.nodes.map(({ id }: { id: string }) => id);

test('an event tells who changed what, when, from where and how, with secrets masked', async () => {
  const { auditEventId: id, revision } = await make({ reason: 'tidying up' });
  const { data } = await ask(
    `query ($id: ID!) { node(id: $id) { ... on AuditEvent {
      id at actor { id name } action resourceType resourceId reason ip revision diff { path op before after masked } } } }`,
    { id },
  );
  expect(data.node).toEqual({
    id,
    at: new Date(runtime.clock.now()).toISOString(),
    actor: { id: 'key_1', name: 'admin' },
    action: 'thing.save',
    resourceType: 'Thing',
    resourceId: 'thg_1',
    reason: 'tidying up',
    ip: '192.0.2.7',
    revision: revision.toString(),
    diff: [
      { path: ['name'], op: 'REPLACE', before: 'old', after: 'new', masked: false },
      { path: ['token'], op: 'REPLACE', before: null, after: null, masked: true },
      { path: ['size'], op: 'ADD', before: null, after: 7, masked: false },
    ],
  });
});

test('events come newest first, page by page in both directions, without gaps or doubles', async () => {
  const made: string[] = [];
  for (let count = 0; count < 7; count++) made.unshift((await make()).auditEventId);
  const page = async (variables: Record<string, unknown>) => (await ask(List, variables)).data.auditEvents;

  const forwards: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { nodes, pageInfo } = await page({ first: 3, after });
    forwards.push(...nodes.map(({ id }: { id: string }) => id));
    [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
  }
  expect(forwards).toEqual(made);

  const backwards: string[] = [];
  for (let before: string | null = null, more = true; more; ) {
    const { nodes, pageInfo } = await page({ last: 3, before });
    backwards.unshift(...nodes.map(({ id }: { id: string }) => id));
    [before, more] = [pageInfo.startCursor, pageInfo.hasPreviousPage];
  }
  expect(backwards).toEqual(made);
});

test('every filter lets its own through and nothing else', async () => {
  const at = runtime.clock.now();
  const { auditEventId: route } = await make({ action: 'route.publish', resourceType: 'Route', resourceId: 'rte_1' });
  await runtime.clock.advance(60_000);
  const { auditEventId: key } = await make({ action: 'apiKey.create', resourceType: 'ApiKey', resourceId: 'key_2' });
  const { auditEventId: other } = await make({ actor: { id: 'key_9', name: 'other', ip: null } });
  const all = [other, key, route];

  expect(await idsOf({})).toEqual(all);
  expect(await idsOf({ filter: { action: ['route.publish', 'apiKey.create'] } })).toEqual([key, route]);
  expect(await idsOf({ filter: { resourceType: ['Route'] } })).toEqual([route]);
  expect(await idsOf({ filter: { resourceId: 'key_2' } })).toEqual([key]);
  expect(await idsOf({ filter: { actorId: ['key_9'] } })).toEqual([other]);
  const day = { from: new Date(at).toISOString(), to: new Date(at + 60_000).toISOString() };
  expect(await idsOf({ filter: { range: { between: day } } })).toEqual([route]);
  expect(await idsOf({ filter: { actorId: ['key_9'], action: ['route.publish'] } })).toEqual([]);
});

test('a range that ends before it starts is refused', async () => {
  const between = { from: '2026-02-01T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' };
  const { errors } = await ask(List, { first: 1, filter: { range: { between } } });
  expect(errors[0].message).toContain('range');
});

test("another organization's events do not exist", async () => {
  const { auditEventId: id } = await make();
  const stranger = newCaller();
  const seen = await ask(
    'query ($id: ID!) { node(id: $id) { id } auditEvents(first: 9) { nodes { id } } }',
    { id },
    stranger,
  );
  expect(seen).toEqual({ data: { node: null, auditEvents: { nodes: [] } } });
});

test('without AUDIT_READ there is nothing to read', async () => {
  const { auditEventId: id } = await make();
  const weak = { ...caller, scopes: new Set<Scope>(['USAGE_READ']) };
  for (const source of [
    '{ auditEvents(first: 1) { nodes { id } } }',
    `{ node(id: "${id}") { ... on AuditEvent { action } } }`,
  ]) {
    const { errors } = await ask(source, {}, weak);
    expect(errors[0].message).toContain('AUDIT_READ');
  }
});

test('a change that fails leaves no event, and an event that fails leaves no change', async () => {
  await expect(make({ diff: undefined as never, action: null as never })).rejects.toThrow();
  expect(await idsOf({})).toEqual([]);
  const revisions = await database.prisma.revision.count({ where: { topic: `things:${caller.organizationId}` } });
  expect(revisions).toBe(0);
});
