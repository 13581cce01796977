import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, type Scope, scopes } from '../../src/core/caller.ts';
import {
  ForbiddenProblem,
  IdempotencyConflictProblem,
  NotFoundProblem,
  ValidationProblem,
} from '../../src/core/problem.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { type Instance, newAdmin, openInstance, operatorOf } from './instance.ts';

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

const diffsOf = async (resourceId: string) => {
  const events = await database.prisma.auditEvent.findMany({ where: { resourceId }, orderBy: { id: 'asc' } });
  return events.map(({ action, diff }) => ({
    action,
    changed: (diff as { path: string[] }[]).map(({ path }) => path[0]),
  }));
};

test('a team is made, then changed by its id, and the audit log tells field by field', async () => {
  const admin = await newAdmin(house, operator);
  const { teamId } = await house.access.teamSave(admin, { slug: 'search', name: 'Search' });
  const again = await house.access.teamSave(admin, { id: teamId, slug: 'search', name: 'Search and Find' });
  expect(again.teamId).toBe(teamId);
  expect(again.change.revision).toBeGreaterThan(0n);
  expect(await database.prisma.team.findUnique({ where: { id: teamId } })).toMatchObject({
    organizationId: admin.organizationId,
    name: 'Search and Find',
  });
  expect(await diffsOf(teamId)).toEqual([
    { action: 'team.create', changed: ['slug', 'name'] },
    { action: 'team.update', changed: ['name'] },
  ]);
});

test('a project is made in a team and may move to another', async () => {
  const admin = await newAdmin(house, operator);
  const { teamId } = await house.access.teamSave(admin, { slug: 'search', name: 'Search' });
  const project = { slug: 'bot', name: 'Bot' };
  const { projectId } = await house.access.projectSave(admin, { ...project, team: admin.teamId });
  await house.access.projectSave(admin, { ...project, id: projectId, team: teamId });
  expect(await database.prisma.project.findUnique({ where: { id: projectId } })).toMatchObject({ teamId });
  expect(await diffsOf(projectId)).toEqual([
    { action: 'project.create', changed: ['team', 'slug', 'name'] },
    { action: 'project.update', changed: ['team'] },
  ]);
});

test('a taken slug is a mistake in the input, and leaves no trace', async () => {
  const admin = await newAdmin(house, operator);
  const events = await database.prisma.auditEvent.count();
  const { slug } = await database.prisma.organization.findUniqueOrThrow({ where: { id: admin.organizationId } });
  const attempts = [
    house.access.teamSave(admin, { slug: 'default', name: 'Another' }),
    house.access.projectSave(admin, { team: admin.teamId, slug: 'default', name: 'Another' }),
    house.access.organizationCreate(operator, { slug, name: 'Another' }),
  ];
  const problems = await Promise.all(attempts.map((attempt) => attempt.catch((error) => error)));
  for (const problem of problems) {
    expect(problem).toBeInstanceOf(ValidationProblem);
    expect(problem.issues).toMatchObject([{ path: ['slug'], code: 'SLUG_TAKEN' }]);
  }
  expect(await database.prisma.auditEvent.count()).toBe(events);
});

test('two organizations may use the same slugs', async () => {
  const [one, two] = [await newAdmin(house, operator), await newAdmin(house, operator)];
  await house.access.teamSave(one, { slug: 'search', name: 'Search' });
  await expect(house.access.teamSave(two, { slug: 'search', name: 'Search' })).resolves.toBeDefined();
});

test.each(['Upper', 'two words', '-dash', 'dash-', 'a--b', 'ümlaut', '', 'x'.repeat(64)])(
  'the slug %j is refused',
  async (slug) => {
    await expect(house.access.teamSave(operator, { slug, name: 'Team' })).rejects.toThrow(ValidationProblem);
  },
);

test("another organization's team or project is answered exactly as if it did not exist", async () => {
  const [owner, stranger] = [await newAdmin(house, operator), await newAdmin(house, operator)];
  const { access } = house;
  const fields = { slug: 'mine-now', name: 'Mine now' };
  const answersTo = async (team: string, project: string) => {
    const attempts = [
      access.teamSave(stranger, { id: team, ...fields }),
      access.projectSave(stranger, { team, ...fields }),
      access.projectSave(stranger, { id: project, team: stranger.teamId, ...fields }),
    ];
    const errors = await Promise.all(attempts.map((attempt) => attempt.catch((error) => error)));
    for (const error of errors) expect(error).toBeInstanceOf(NotFoundProblem);
    return errors.map((error: NotFoundProblem) => error.message.replace(error.reference, '…'));
  };
  expect(await answersTo(owner.teamId, owner.projectId)).toEqual(await answersTo('team_nowhere', 'prj_nowhere'));
});

test('an organization comes with a team, a project and an admin key that works', async () => {
  const { organizationId, secret } = await house.access.organizationCreate(operator, { slug: 'acme', name: 'Acme' });
  const admin = await house.enter(secret);
  expect(admin.organizationId).toBe(organizationId);
  await expect(house.access.teamSave(admin, { slug: 'search', name: 'Search' })).resolves.toBeDefined();
  const [event] = await database.prisma.auditEvent.findMany({ where: { resourceId: organizationId } });
  expect(event).toMatchObject({ organizationId: operator.organizationId, action: 'organization.create' });
});

test('an idempotency key founds one organization and shows its secret once', async () => {
  const input = { slug: 'once', name: 'Once', idempotencyKey: 'found-once' };
  const first = await house.access.organizationCreate(operator, input);
  const second = await house.access.organizationCreate(operator, input);
  expect(second).toMatchObject({ organizationId: first.organizationId, secret: null, change: { replayed: true } });
});

test('an idempotency key means one operation: the same fields for another one are a conflict', async () => {
  const input = { slug: 'either', name: 'Either', idempotencyKey: 'either-or' };
  await house.access.organizationCreate(operator, input);
  await expect(house.access.teamSave(operator, input)).rejects.toThrow(IdempotencyConflictProblem);
});

test('who founds an organization hands on no scope he lacks', async () => {
  const founder: Caller = { ...operator, scopes: new Set<Scope>(['ORGANIZATIONS_WRITE', 'KEYS_WRITE']) };
  const { secret } = await house.access.organizationCreate(founder, { slug: 'small', name: 'Small' });
  expect((await house.enter(secret)).scopes).toEqual(new Set(['KEYS_WRITE']));
});

test('organizations, teams and projects each need their scope', async () => {
  const without = (scope: Scope): Caller => ({ ...operator, scopes: new Set(scopes.filter((one) => one !== scope)) });
  const { access } = house;
  const attempts = [
    access.organizationCreate(without('ORGANIZATIONS_WRITE'), { slug: 'no', name: 'No' }),
    access.teamSave(without('MEMBERS_WRITE'), { slug: 'no', name: 'No' }),
    access.projectSave(without('MEMBERS_WRITE'), { team: operator.teamId, slug: 'no', name: 'No' }),
  ];
  const problems = await Promise.all(attempts.map((attempt) => attempt.catch((error) => error)));
  for (const problem of problems) expect(problem).toBeInstanceOf(ForbiddenProblem);
});
