import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newSecret } from '../../src/access/secrets.ts';
import { scopes } from '../../src/core/caller.ts';
import { Unauthenticated } from '../../src/core/problem.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { type Instance, openInstance } from './instance.ts';

let database: Database;
let house: Instance;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query('TRUNCATE organization, team, project, api_key, audit_event, revision CASCADE');
  house = openInstance(database);
});
afterEach(() => house.close());

const operatorsKey = new Secret('an-admin-key-the-operator-chose');
const anotherKey = new Secret('another-key-the-operator-chose');
const keys = () => database.prisma.apiKey.findMany({ orderBy: { id: 'asc' } });

test('the first start makes an organization, a team, a project and a key that may do everything', async () => {
  const { organizationId, newAdminKey } = await house.access.firstStart(null);
  const caller = await house.enter(newAdminKey);
  expect(caller.organizationId).toBe(organizationId);
  expect(caller.scopes).toEqual(new Set(scopes));
  const slugs = [
    await database.prisma.organization.findMany({ select: { slug: true } }),
    await database.prisma.team.findMany({ select: { slug: true } }),
    await database.prisma.project.findMany({ select: { slug: true } }),
  ];
  expect(slugs).toEqual([[{ slug: 'default' }], [{ slug: 'default' }], [{ slug: 'default' }]]);
  const [event] = await database.prisma.auditEvent.findMany();
  expect(event).toMatchObject({ actorId: 'system', action: 'organization.create', resourceId: organizationId });
});

test('a later start finds what is there and makes nothing', async () => {
  const first = await house.access.firstStart(null);
  const second = await house.access.firstStart(null);
  expect(second).toEqual({ organizationId: first.organizationId, newAdminKey: null });
  expect(await database.prisma.auditEvent.count()).toBe(1);
});

test('of instances that start at once one makes the house, and the others find it', async () => {
  const instances = [house, ...Array.from({ length: 4 }, () => openInstance(database))];
  const starts = await Promise.all(instances.map(({ access }) => access.firstStart(null)));
  expect(new Set(starts.map(({ organizationId }) => organizationId)).size).toBe(1);
  const made = starts.filter(({ newAdminKey }) => newAdminKey);
  expect(made).toHaveLength(1);
  expect(await keys()).toHaveLength(1);
  for (const { enter } of instances) await enter(made[0]!.newAdminKey);
  await Promise.all(instances.slice(1).map((instance) => instance.close()));
});

test("the operator's key is used instead of a generated one, and is not shown again", async () => {
  const { newAdminKey } = await house.access.firstStart(operatorsKey);
  expect(newAdminKey).toBeNull();
  expect((await house.enter(operatorsKey)).scopes).toEqual(new Set(scopes));
  expect(await keys()).toHaveLength(1);
});

test("the operator's key can be added to a house that has one already", async () => {
  const { newAdminKey } = await house.access.firstStart(null);
  await house.access.firstStart(operatorsKey);
  const [own, operators] = [await house.enter(newAdminKey), await house.enter(operatorsKey)];
  expect(operators.scopes).toEqual(own.scopes);
  expect(operators.organizationId).toBe(own.organizationId);
});

test('another value of the variable replaces the one before, at once and with a record', async () => {
  await house.access.firstStart(operatorsKey);
  await house.enter(operatorsKey);
  await house.access.firstStart(anotherKey);
  await expect(house.enter(operatorsKey)).rejects.toThrow(Unauthenticated);
  await house.enter(anotherKey);
  const [event] = await database.prisma.auditEvent.findMany({ orderBy: { id: 'desc' } });
  expect(event).toMatchObject({ actorId: 'system', action: 'apiKey.rotate', reason: 'GLIDEPATH_ADMIN_KEY' });
});

test('instances that start at once with the same new value register it once', async () => {
  await house.access.firstStart(null);
  const instances = [house, openInstance(database), openInstance(database)];
  await Promise.all(instances.map(({ access }) => access.firstStart(operatorsKey)));
  expect(await keys()).toHaveLength(2);
  expect(await database.prisma.auditEvent.count()).toBe(2);
  await Promise.all(instances.slice(1).map((instance) => instance.close()));
});

test('the generated key given back as the variable stays the key it is', async () => {
  const { newAdminKey } = await house.access.firstStart(null);
  await house.access.firstStart(newAdminKey);
  expect(await keys()).toHaveLength(1);
});

test('a revoked key stays revoked though the variable still names it, and the log says so', async () => {
  await house.access.firstStart(operatorsKey);
  const operator = await house.enter(operatorsKey);
  await house.access.apiKeyRevoke(operator, { id: operator.apiKeyId, reason: 'leaked' });
  await house.access.firstStart(operatorsKey);
  await expect(house.enter(operatorsKey)).rejects.toThrow(Unauthenticated);
  expect(house.runtime.log.lines).toContainEqual(
    expect.objectContaining({ level: 'warn', message: expect.stringContaining('GLIDEPATH_ADMIN_KEY') }),
  );

  await house.access.firstStart(anotherKey);
  await expect(house.enter(anotherKey)).resolves.toBeDefined();
});

test('a mistyped key of our own form is refused before anything is made', async () => {
  const secret = newSecret().reveal();
  const typed = new Secret(secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0'));
  await expect(house.access.firstStart(typed)).rejects.toThrow('checksum');
  expect(await database.prisma.organization.count()).toBe(0);
});
