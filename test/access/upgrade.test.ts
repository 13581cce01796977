import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller, Scope } from '../../src/core/caller.ts';
import { scopes } from '../../src/core/caller.ts';
import { ForbiddenProblem } from '../../src/core/problem.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { migrations, testDatabase } from '../support/database.ts';
import { type Instance, openInstance } from './instance.ts';

/** Keys that were made by a release that knew fewer scopes, and less of who had been shown which secret. */

let database: Database;
let house: Instance;
beforeAll(async () => {
  database = await testDatabase();
  house = openInstance(database);
});
afterAll(async () => {
  await house.close();
  await database.close();
});

/** What this release brings. */
const LATER: Scope = 'FILES_READ';

test('keys that organizations begin with get the scopes of later releases, others keep what was chosen', async () => {
  const { access, enter } = house;
  const { newAdminKey } = await access.firstStart(null);
  const operator = await enter(newAdminKey);
  const { secret: adminKey } = await access.organizationCreate(operator, { slug: 'tenant', name: 'Tenant' });
  const admin = await enter(adminKey);
  const chosen = scopes.filter((scope) => scope !== 'ORGANIZATIONS_WRITE' && scope !== LATER);
  const made = await access.apiKeyCreate(admin, { name: 'all', project: admin.projectId, scopes: chosen });
  const weaker: Caller = { ...operator, scopes: new Set(scopes.filter((scope) => scope !== LATER)) };
  const { secret: weakerKey } = await access.organizationCreate(weaker, { slug: 'weaker', name: 'Weaker' });

  await database.query('UPDATE api_key SET scopes = array_remove(scopes, $1)', [LATER]);
  await house.runtime.clock.advance(10_000);
  expect((await enter(newAdminKey)).scopes).toEqual(new Set(scopes));
  expect((await enter(adminKey)).scopes).toEqual(admin.scopes);
  for (const secret of [made.secret, weakerKey]) expect((await enter(secret)).scopes).toEqual(new Set(chosen));

  // Its secret is as strong as the key has become.
  const all = await enter(made.secret);
  await expect(access.apiKeyRotate(all, { id: admin.apiKeyId })).rejects.toThrow(ForbiddenProblem);
  await access.apiKeyRotate(admin, { id: admin.apiKeyId });
});

test('an update finds in the audit log which keys those are, and who has seen the secrets of the others', async () => {
  const { access, enter } = house;
  await access.firstStart(new Secret('the-key-of-the-environment'));
  const operator = await enter('the-key-of-the-environment');
  const { secret } = await access.organizationCreate(operator, { slug: 'again', name: 'Again' });
  const admin = await enter(secret);
  const key = { name: 'admin', project: admin.projectId, scopes: ['KEYS_WRITE', 'USAGE_READ'] as const };
  const first = await access.apiKeyCreate(admin, { ...key, scopes: [...key.scopes] });
  const { userId } = await access.people.userSave(admin, { email: 'ada@example.com', roles: ['role_engineer'] });
  const person: Caller = { ...admin, apiKeyId: userId, apiKeyName: 'Ada', sessionId: 'ses_1' };
  await access.apiKeyRotate(person, { id: first.apiKeyId });
  await access.apiKeyCreate(person, { ...key, scopes: ['USAGE_READ'] });
  const known = () =>
    database.query('SELECT id, every_scope, issued_to FROM api_key WHERE organization_id = $1 ORDER BY id', [
      admin.organizationId,
    ]);
  const before = await known();
  expect(before).toMatchObject([
    { id: admin.apiKeyId, every_scope: true, issued_to: null },
    { every_scope: false, issued_to: userId },
    { every_scope: false, issued_to: userId },
  ]);

  await database.query('ALTER TABLE api_key DROP COLUMN every_scope, DROP COLUMN issued_to');
  const sql = await readFile(join(migrations, '20261126152128_key_holders', 'migration.sql'), 'utf8');
  for (const statement of sql.split(/;\n/)) if (statement.trim()) await database.query(statement);
  expect(await known()).toEqual(before);
});
