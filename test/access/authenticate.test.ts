import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newSecret } from '../../src/access/secrets.ts';
import { type Caller, scopes } from '../../src/core/caller.ts';
import { Unauthenticated, UnavailableProblem } from '../../src/core/problem.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { type Instance, newAdmin, openInstance, operatorOf } from './instance.ts';

let database: Database;
let house: Instance;
let operator: Caller;
let admin: Caller;

/** What the instance asks the database: how often for a key, and whether it gets an answer. */
const traffic = { lookups: 0, touches: 0, down: false, before: async () => {} };

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  house = openInstance({
    ...database,
    query: async (sql, parameters, timeoutMs) => {
      if (traffic.down) throw new UnavailableProblem('database', 'The database is away.');
      if (/^UPDATE api_key SET last_used_at/.test(sql)) traffic.touches++;
      if (!sql.includes('previous_hash = $1')) return database.query(sql, parameters, timeoutMs);
      traffic.lookups++;
      const rows = await database.query(sql, parameters, timeoutMs);
      await traffic.before();
      return rows as never;
    },
  });
  operator = await operatorOf(house);
  admin = await newAdmin(house, operator);
  traffic.lookups = 0;
});
afterEach(async () => {
  Object.assign(traffic, { down: false, before: async () => {} });
  await house.close();
  expect(house.runtime.clock.waiting).toBe(0);
});

const newKey = async (input: { expiresAt?: Date } = {}) => {
  const key = { name: 'app', project: admin.projectId, scopes: ['COMPLETIONS_WRITE' as const], ...input };
  const { apiKeyId, secret } = await house.access.apiKeyCreate(admin, key);
  return { id: apiKeyId, secret: secret!.reveal() };
};

test('a new key opens the door, as the caller it was made for', async () => {
  const { id, secret } = await newKey();
  const caller = await house.enter(secret, '192.0.2.7');
  expect(caller).toEqual({
    organizationId: admin.organizationId,
    teamId: admin.teamId,
    projectId: admin.projectId,
    apiKeyId: id,
    apiKeyName: 'app',
    scopes: new Set(['COMPLETIONS_WRITE']),
    documents: 'ANY',
    ip: '192.0.2.7',
  });
});

test('the same key from another address is the same caller, from there', async () => {
  const { id, secret } = await newKey();
  for (const ip of ['192.0.2.7', '192.0.2.8', '192.0.2.7']) {
    expect(await house.enter(secret, ip)).toMatchObject({ apiKeyId: id, ip });
  }
});

test('the operator may do everything, the admin of a tenant everything but found tenants', () => {
  expect([...operator.scopes].sort()).toEqual([...scopes].sort());
  expect([...admin.scopes].sort()).toEqual(scopes.filter((scope) => scope !== 'ORGANIZATIONS_WRITE').sort());
});

test('whatever is wrong with a key, the answer is the same', async () => {
  const revoked = await newKey();
  await house.access.apiKeyRevoke(admin, { id: revoked.id, reason: 'test' });
  const expired = await newKey({ expiresAt: new Date(house.runtime.clock.now() + 1000) });
  await house.runtime.clock.advance(1000);
  const { secret } = await newKey();
  const headers = [
    null,
    '',
    'Bearer',
    'Bearer ',
    `Basic ${secret}`,
    secret,
    `Bearer ${secret} x`,
    `Bearer ${secret}x`,
    `Bearer ${secret.slice(0, -1)}`,
    `Bearer ${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`,
    `Bearer ${newSecret().reveal()}`,
    `Bearer ${revoked.secret}`,
    `Bearer ${expired.secret}`,
    `Bearer ${'x'.repeat(100_000)}`,
    "Bearer ' OR 1=1 --",
    'Bearer \u0000',
  ];
  const answers = await Promise.all(
    headers.map((authorization) => house.access.authenticate({ authorization, ip: null }).catch((error) => error)),
  );
  for (const answer of answers) expect(answer).toBeInstanceOf(Unauthenticated);
  expect(new Set(answers.map(String)).size).toBe(1);
});

test('the word Bearer may be written in any case', async () => {
  const { secret } = await newKey();
  await expect(house.access.authenticate({ authorization: `bearer  ${secret}`, ip: null })).resolves.toBeDefined();
});

test('a key works up to the moment it expires, also when it is remembered', async () => {
  const { secret } = await newKey({ expiresAt: new Date(house.runtime.clock.now() + 2000) });
  await house.runtime.clock.advance(1999);
  await house.enter(secret);
  await house.runtime.clock.advance(1);
  await expect(house.enter(secret)).rejects.toThrow(Unauthenticated);
});

test('the database is asked once for a key that is used often, and once for calls at the same time', async () => {
  const { secret } = await newKey();
  await Promise.all([house.enter(secret), house.enter(secret), house.enter(secret)]);
  await house.enter(secret);
  expect(traffic.lookups).toBe(1);
});

test('a wrong key that comes again and again is looked up once a second', async () => {
  const wrong = newSecret();
  for (let call = 0; call < 5; call++) await house.enter(wrong).catch(() => {});
  expect(traffic.lookups).toBe(1);
  await house.runtime.clock.advance(1000);
  await house.enter(wrong).catch(() => {});
  expect(traffic.lookups).toBe(2);
});

test('a mistyped key is refused without a look at the database', async () => {
  const secret = newSecret().reveal();
  await expect(house.enter(secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0'))).rejects.toThrow(Unauthenticated);
  expect(traffic.lookups).toBe(0);
});

test('without the database a remembered key works for five seconds; then nobody can tell', async () => {
  const { secret } = await newKey();
  await house.enter(secret);
  traffic.down = true;
  await house.runtime.clock.advance(4999);
  await house.enter(secret);
  await house.runtime.clock.advance(1);
  await expect(house.enter(secret)).rejects.toThrow(UnavailableProblem);
  traffic.down = false;
  await expect(house.enter(secret)).resolves.toBeDefined();
});

test('a row read before a change and received after it is not remembered', async () => {
  const { id, secret } = await newKey();
  traffic.before = async () => {
    traffic.before = async () => {};
    await house.access.apiKeyRevoke(admin, { id, reason: 'meanwhile' });
  };
  await house.enter(secret).catch(() => {});
  await expect(house.enter(secret)).rejects.toThrow(Unauthenticated);
});

test('a project that moves to another team takes its callers along', async () => {
  const { secret } = await newKey();
  await house.enter(secret);
  const { teamId } = await house.access.teamSave(admin, { slug: 'other', name: 'Other' });
  const project = { id: admin.projectId, team: teamId, slug: 'default', name: 'Default' };
  await house.access.projectSave(admin, project);
  expect((await house.enter(secret)).teamId).toBe(teamId);
});

test('another secret key of the house makes every stored key unknown', async () => {
  const { secret } = await newKey();
  const stranger = openInstance(database, { secretKey: 'not the secret key of this house' });
  await expect(stranger.enter(secret)).rejects.toThrow(Unauthenticated);
  await stranger.close();
});

const lastUsed = async (id: string) => {
  const [row] = await database.query<{ at: Date | null }>('SELECT last_used_at AS at FROM api_key WHERE id = $1', [id]);
  return row!.at;
};

test('the last use is written once a minute, not with the call', async () => {
  const { secret } = await newKey();
  traffic.touches = 0;
  for (let call = 0; call < 3; call++) await house.enter(secret);
  await house.runtime.clock.advance(59_000);
  await house.enter(secret);
  expect(traffic.touches).toBe(0);
  await house.runtime.clock.advance(1000);
  expect(traffic.touches).toBe(1);
});

test('the last use is written at the end, and a later one that another instance wrote stays', async () => {
  const [early, late] = [await newKey(), await newKey()];
  const now = house.runtime.clock.now();
  await house.enter(early.secret);
  await house.enter(late.secret);
  expect(await lastUsed(early.id)).toBeNull();
  await database.query('UPDATE api_key SET last_used_at = $2 WHERE id = $1', [late.id, new Date(now + 5000)]);
  await house.access.close();
  expect(await lastUsed(early.id)).toEqual(new Date(now));
  expect(await lastUsed(late.id)).toEqual(new Date(now + 5000));
});

test('a last use that cannot be written is noted in the log, and harms nobody', async () => {
  const { secret } = await newKey();
  await house.enter(secret);
  traffic.down = true;
  await house.access.close();
  expect(house.runtime.log.lines).toContainEqual(expect.objectContaining({ level: 'warn' }));
});
