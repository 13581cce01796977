import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Caller, type Scope, scopes } from '../../src/core/caller.ts';
import {
  ForbiddenProblem,
  IdempotencyConflictProblem,
  NotFoundProblem,
  Unauthenticated,
  ValidationProblem,
} from '../../src/core/problem.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { type Instance, newAdmin, openInstance, operatorOf } from './instance.ts';

let database: Database;
let house: Instance;
let admin: Caller;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  house = openInstance(database);
  admin = await newAdmin(house, await operatorOf(house));
});
afterEach(async () => {
  await house.close();
  expect(house.runtime.clock.waiting).toBe(0);
});

const newKey = async (held: readonly Scope[] = ['COMPLETIONS_WRITE'], by: Caller = admin) => {
  const made = await house.access.apiKeyCreate(by, { name: 'app', project: by.projectId, scopes: [...held] });
  return { id: made.apiKeyId, secret: made.secret!.reveal() };
};
const auditOf = (id: string) =>
  database.prisma.auditEvent.findMany({ where: { resourceId: id }, orderBy: { id: 'asc' } });

// ---------------------------------------------------------------- what is stored

test('no table holds the secret, in any shape', async () => {
  const { id, secret } = await newKey();
  await house.access.apiKeyRotate(admin, { id });
  await house.access.apiKeyRevoke(admin, { id, reason: 'scan' });
  const tables = ['organization', 'team', 'project', 'api_key', 'audit_event', 'revision'];
  const rows = await Promise.all(
    tables.map((table) => database.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`)),
  );
  const dump = rows
    .flat()
    .map(({ row }) => row)
    .join('\n');
  const bytes = Buffer.from(secret);
  const random = secret.slice(12);
  const shapes = {
    whole: secret,
    'first half': random.slice(0, 20),
    'second half': random.slice(20),
    base64: bytes.toString('base64').slice(16, -4),
    hex: bytes.toString('hex').slice(24),
    reversed: [...random].reverse().join(''),
  };
  expect(dump).toContain(secret.slice(0, 12));
  for (const shape of Object.values(shapes)) expect(dump).not.toContain(shape);
});

test('the audit log tells who made, rotated and revoked a key, and masks the secret', async () => {
  const { id } = await newKey();
  await house.access.apiKeyRotate(admin, { id });
  await house.access.apiKeyRevoke(admin, { id, reason: 'left the company' });
  const events = await auditOf(id);
  expect(events.map(({ action }) => action)).toEqual(['apiKey.create', 'apiKey.rotate', 'apiKey.revoke']);
  expect(events.map(({ actorId }) => actorId)).toEqual([admin.apiKeyId, admin.apiKeyId, admin.apiKeyId]);
  expect(events[2]!.reason).toBe('left the company');
  for (const { diff } of events.slice(0, 2)) {
    expect(diff).toContainEqual({ path: ['secret'], op: expect.any(String), before: null, after: null, masked: true });
  }
});

// ---------------------------------------------------------------- rotate and revoke

test('after a rotation the old secret works until the grace ends, the new one on', async () => {
  const { id, secret: old } = await newKey();
  const { secret: next } = await house.access.apiKeyRotate(admin, { id, grace: 'PT1H' });
  await house.runtime.clock.advance(3_599_999);
  expect((await house.enter(old)).apiKeyId).toBe(id);
  await house.runtime.clock.advance(1);
  await expect(house.enter(old)).rejects.toThrow(Unauthenticated);
  expect((await house.enter(next)).apiKeyId).toBe(id);
});

test('the grace is a day unless told otherwise', async () => {
  const { id } = await newKey();
  await house.access.apiKeyRotate(admin, { id });
  const { graceUntil } = await database.prisma.apiKey.findUniqueOrThrow({ where: { id } });
  expect(graceUntil!.getTime() - house.runtime.clock.now()).toBe(24 * 60 * 60 * 1000);
});

test('without grace the old secret ends at once, also where it is remembered', async () => {
  const { id, secret: old } = await newKey();
  await house.enter(old);
  await house.access.apiKeyRotate(admin, { id, grace: 'PT0S' });
  await expect(house.enter(old)).rejects.toThrow(Unauthenticated);
});

test('a second rotation ends the secret before the old one, whatever grace it had', async () => {
  const { id, secret: first } = await newKey();
  const { secret: second } = await house.access.apiKeyRotate(admin, { id });
  await house.access.apiKeyRotate(admin, { id });
  await expect(house.enter(first)).rejects.toThrow(Unauthenticated);
  await expect(house.enter(second)).resolves.toBeDefined();
});

test('a revocation ends both secrets, and is not undone by another one', async () => {
  const { id, secret: old } = await newKey();
  const { secret: next } = await house.access.apiKeyRotate(admin, { id });
  await house.enter(old);
  await house.enter(next);
  await house.access.apiKeyRevoke(admin, { id, reason: 'leaked' });
  await expect(house.enter(old)).rejects.toThrow(Unauthenticated);
  await expect(house.enter(next)).rejects.toThrow(Unauthenticated);

  const { revokedAt } = await database.prisma.apiKey.findUniqueOrThrow({ where: { id } });
  await house.runtime.clock.advance(5000);
  await house.access.apiKeyRevoke(admin, { id, reason: 'once more' });
  expect((await database.prisma.apiKey.findUniqueOrThrow({ where: { id } })).revokedAt).toEqual(revokedAt);
});

test('a key that was revoked or has expired cannot be rotated into a new one', async () => {
  const revoked = await newKey();
  await house.access.apiKeyRevoke(admin, { id: revoked.id, reason: 'leaked' });
  await expect(house.access.apiKeyRotate(admin, { id: revoked.id })).rejects.toThrow('has been revoked');

  const expiresAt = new Date(house.runtime.clock.now() + 1000);
  const key = { name: 'app', project: admin.projectId, scopes: ['USAGE_READ' as const], expiresAt };
  const { apiKeyId } = await house.access.apiKeyCreate(admin, key);
  await house.runtime.clock.advance(1000);
  await expect(house.access.apiKeyRotate(admin, { id: apiKeyId })).rejects.toThrow('has expired');
});

// ---------------------------------------------------------------- who may

test('nobody can make a key that may do more than his own, nor get one by rotating', async () => {
  const powerful = await newKey(['KEYS_WRITE', 'CONTENT_READ', 'AUDIT_READ']);
  await fc.assert(
    fc.asyncProperty(fc.subarray([...scopes]), fc.subarray([...scopes], { minLength: 1 }), async (held, wanted) => {
      const actor: Caller = { ...admin, scopes: new Set<Scope>(['KEYS_WRITE', ...held]) };
      const missing = wanted.filter((scope) => !actor.scopes.has(scope));
      const outcome = await newKey(wanted, actor).catch((error: unknown) => error);
      if (missing.length > 0) {
        expect(outcome).toBeInstanceOf(ForbiddenProblem);
        expect([...(outcome as ForbiddenProblem).missingScopes].sort()).toEqual(missing.sort());
      } else expect((await house.enter((outcome as { secret: string }).secret)).scopes).toEqual(new Set(wanted));

      const rotation = await house.access.apiKeyRotate(actor, { id: powerful.id }).catch((error: unknown) => error);
      const mayRotate = actor.scopes.has('CONTENT_READ') && actor.scopes.has('AUDIT_READ');
      expect(rotation instanceof ForbiddenProblem).toBe(!mayRotate);
    }),
    { numRuns: 40 },
  );
});

test('without KEYS_WRITE no key can be made, rotated or revoked', async () => {
  const { id } = await newKey();
  const actor: Caller = { ...admin, scopes: new Set<Scope>(scopes.filter((scope) => scope !== 'KEYS_WRITE')) };
  const { access } = house;
  await expect(newKey(['USAGE_READ'], actor)).rejects.toThrow('KEYS_WRITE');
  await expect(access.apiKeyRotate(actor, { id })).rejects.toThrow('KEYS_WRITE');
  await expect(access.apiKeyRevoke(actor, { id, reason: 'no' })).rejects.toThrow('KEYS_WRITE');
});

test("another organization's key or project is answered exactly as if it did not exist", async () => {
  const { id } = await newKey();
  const stranger = await newAdmin(house, await operatorOf(house));
  const { access } = house;
  const attempts = (keyId: string, project: string) => [
    access.apiKeyCreate(stranger, { name: 'app', project, scopes: ['USAGE_READ'] }),
    access.apiKeyRotate(stranger, { id: keyId }),
    access.apiKeyRevoke(stranger, { id: keyId, reason: 'mischief' }),
  ];
  const answersTo = async (keyId: string, project: string) => {
    const errors = await Promise.all(attempts(keyId, project).map((attempt) => attempt.catch((error) => error)));
    for (const error of errors) expect(error).toBeInstanceOf(NotFoundProblem);
    return errors.map((error: NotFoundProblem) => error.message.replace(error.reference, '…'));
  };
  expect(await answersTo(id, admin.projectId)).toEqual(await answersTo('key_nowhere', 'prj_nowhere'));
  expect((await auditOf(id)).map(({ action }) => action)).toEqual(['apiKey.create']);
});

// ---------------------------------------------------------------- input

test('mistakes in the input are told all at once, each with its place', async () => {
  const wrong = { name: ' ', project: '', scopes: ['USAGE_READ', 'EVERYTHING'] as Scope[], idempotencyKey: '' };
  const problem = await house.access.apiKeyCreate(admin, wrong).catch((error) => error);
  expect(problem).toBeInstanceOf(ValidationProblem);
  expect(problem.issues.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
    'name',
    'project',
    'scopes.1',
    'idempotencyKey',
  ]);
});

test.each([
  ['a name with a line break', { name: 'a\nb' }, 'name'],
  ['a name with half a character', { name: 'a\ud800' }, 'name'],
  ['no scopes', { scopes: [] }, 'scopes'],
  ['an expiry in the past', { expiresAt: new Date(0) }, 'expiresAt'],
])('%s is refused', async (_what, input, place) => {
  const key = { name: 'app', project: admin.projectId, scopes: ['USAGE_READ' as const], ...input };
  const problem = await house.access.apiKeyCreate(admin, key).catch((error) => error);
  expect(problem).toBeInstanceOf(ValidationProblem);
  expect(problem.issues[0].path).toEqual([place]);
});

test('a grace longer than thirty days is refused', async () => {
  const { id } = await newKey();
  await expect(house.access.apiKeyRotate(admin, { id, grace: 'P31D' })).rejects.toThrow('at most P30D');
});

// ---------------------------------------------------------------- idempotency

test('an idempotency key makes one key, however often it comes, and shows the secret once', async () => {
  const input = {
    name: 'app',
    project: admin.projectId,
    scopes: ['USAGE_READ' as const],
    expiresAt: new Date(house.runtime.clock.now() + 1000),
    idempotencyKey: 'once',
  };
  const answers = await Promise.all([1, 2, 3].map(() => house.access.apiKeyCreate(admin, input)));
  await house.runtime.clock.advance(2000);
  answers.push(await house.access.apiKeyCreate(admin, input));
  expect(new Set(answers.map(({ apiKeyId }) => apiKeyId)).size).toBe(1);
  expect(answers.filter(({ secret }) => secret)).toHaveLength(1);
  expect(answers.filter(({ change }) => change.replayed)).toHaveLength(3);
});

test('the same idempotency key with another input, or for another operation, is a conflict', async () => {
  const input = { name: 'app', project: admin.projectId, scopes: ['USAGE_READ' as const], idempotencyKey: 'twice' };
  const { apiKeyId } = await house.access.apiKeyCreate(admin, input);
  const { access } = house;
  const others = [
    access.apiKeyCreate(admin, { ...input, expiresAt: new Date(house.runtime.clock.now() + 1000) }),
    access.apiKeyRotate(admin, { id: apiKeyId, idempotencyKey: 'twice' }),
    access.teamSave(admin, { slug: 'team', name: 'Team', idempotencyKey: 'twice' }),
  ];
  const problems = await Promise.all(others.map((other) => other.catch((error) => error)));
  for (const problem of problems) expect(problem).toBeInstanceOf(IdempotencyConflictProblem);
});
