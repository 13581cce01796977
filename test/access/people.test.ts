import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scopesOfKey } from '../../src/access/key-scopes.ts';
import { builtInRoles } from '../../src/access/people/built-in.ts';
import { hashOfToken } from '../../src/access/people/sessions.ts';
import { insertSession } from '../../src/access/people/store.ts';
import { RoleDeleteDocument, RoleSaveDocument, RolesDocument } from '../../src/client/index.ts';
import { type Caller, type Scope, scopes } from '../../src/core/caller.ts';
import { ForbiddenProblem, NotFoundProblem, Unauthenticated, ValidationProblem } from '../../src/core/problem.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createKeyring } from '../../src/platform/keyring.ts';
import { testDatabase } from '../support/database.ts';
import { openTestGateway } from '../support/gateway.ts';
import { deafBus, type Instance, newAdmin, openInstance, operatorOf, SECRET_KEY } from './instance.ts';

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

const only = (caller: Caller, ...allowed: readonly Scope[]): Caller => ({ ...caller, scopes: new Set(allowed) });

let invited = 0;
async function invite(caller: Caller, ...roles: readonly string[]): Promise<string> {
  const { userId } = await house.access.people.userSave(caller, {
    email: `p${++invited}@example.com`,
    roles: [...roles],
  });
  return userId;
}

describe('roles', () => {
  test('there are five, of which nobody but the operator is stronger than the admin', async () => {
    const admin = await newAdmin(house, operator);
    const { all } = await house.access.people.roles(admin.organizationId);
    expect(all.map(({ name }) => name)).toEqual(['Engineer', 'Product', 'Compliance', 'Finance', 'Admin']);
    expect(new Set(all.at(-1)!.scopes)).toEqual(admin.scopes);
    // Who watches is not who is watched, and neither pays.
    const allows = (id: string, scope: Scope) => all.find((role) => role.id === `role_${id}`)!.scopes.includes(scope);
    const who = (scope: Scope) => ['engineer', 'product', 'compliance', 'finance'].filter((id) => allows(id, scope));
    expect(who('POLICIES_WRITE')).toEqual(['compliance']);
    expect(who('CONTENT_READ')).toEqual(['compliance']);
    expect(who('AUDIT_READ')).toEqual(['compliance']);
    expect(who('BUDGETS_WRITE')).toEqual(['finance']);
    expect(who('ROUTES_PUBLISH')).toEqual(['engineer']);
    expect(who('PROVIDERS_WRITE')).toEqual([]);
    expect(who('MEMBERS_WRITE')).toEqual([]);
  });

  test('of an organization are made, changed and taken away when nobody has them; built-in ones stay', async () => {
    const gateway = await openTestGateway();
    // biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
    const ask = (document: { toString(): string }, variables?: object) => gateway.ask<any>(String(document), variables);
    const input = { name: 'Support', scopes: ['USAGE_READ', 'COMPLETIONS_READ'] };
    const { roleSave: made } = await ask(RoleSaveDocument, { input });
    expect(made).toMatchObject({ __typename: 'RoleSaved', role: { name: 'Support', builtIn: false } });
    const change = { input: { ...input, id: made.role.id, description: 'Answers people', scopes: ['USAGE_READ'] } };
    expect((await ask(RoleSaveDocument, change)).roleSave.role).toMatchObject({ scopes: ['USAGE_READ'] });
    expect((await ask(RolesDocument)).roles.map(({ name }: { name: string }) => name).at(-1)).toBe('Support');

    const again = await ask(RoleSaveDocument, { input });
    expect(again.roleSave).toMatchObject({
      __typename: 'ValidationError',
      message: expect.stringContaining('Support'),
    });
    const builtIn = { input: { ...input, id: 'role_finance' } };
    expect((await ask(RoleSaveDocument, builtIn)).roleSave).toMatchObject({ __typename: 'ValidationError' });
    expect((await ask(RoleDeleteDocument, { id: 'role_finance' })).roleDelete).toMatchObject({
      __typename: 'ValidationError',
    });

    const person = { email: 'support@example.com', roles: [made.role.id] };
    const userSave =
      'mutation ($input: UserSaveInput!) { userSave(input: $input) { __typename ... on UserSaved { user { id } } } }';
    const { userSave: user } = await ask(userSave, { input: person });
    expect((await ask(RoleDeleteDocument, { id: made.role.id })).roleDelete).toMatchObject({
      __typename: 'ValidationError',
    });
    await ask(userSave, { input: { ...person, id: user.user.id, roles: [] } });
    expect((await ask(RoleDeleteDocument, { id: made.role.id })).roleDelete).toMatchObject({ __typename: 'RoleSaved' });
    await gateway.close();
  });

  test('and people of another organization do not exist', async () => {
    const [owner, stranger] = [await newAdmin(house, operator), await newAdmin(house, operator)];
    const { people } = house.access;
    const { roleId } = await people.roleSave(owner, { name: 'Ours', scopes: ['USAGE_READ'] });
    const id = await invite(owner, roleId);
    const email = 'taken@example.com';
    await expect(people.roleDelete(stranger, { id: roleId })).rejects.toThrow(NotFoundProblem);
    await expect(people.roleSave(stranger, { id: roleId, name: 'Mine', scopes: [] })).rejects.toThrow(NotFoundProblem);
    await expect(people.userSave(stranger, { email, roles: [roleId] })).rejects.toThrow(ValidationProblem);
    await expect(people.userSave(stranger, { id, email, roles: [] })).rejects.toThrow(NotFoundProblem);
    await expect(people.userSave(stranger, { email, roles: [], project: owner.projectId })).rejects.toThrow(
      NotFoundProblem,
    );
    await expect(people.userDisable(stranger, { id, reason: 'no' })).rejects.toThrow(NotFoundProblem);
    await expect(people.userEnable(stranger, { id })).rejects.toThrow(NotFoundProblem);
  });
});

describe('nobody makes anybody stronger than himself', () => {
  /** All that can come in, with what it may do and how it comes in. */
  async function principals(
    organizationId: string,
  ): Promise<Map<string, { scopes: readonly Scope[]; comesIn: string }>> {
    const roles = await house.access.people.roles(organizationId);
    const users = await database.prisma.user.findMany({ where: { organizationId, disabledAt: null } });
    const keys = await database.prisma.apiKey.findMany({ where: { organizationId } });
    const provider = await house.access.people.provider(organizationId);
    const found = new Map<string, { scopes: readonly Scope[]; comesIn: string }>();
    for (const group of ['a', 'b']) {
      const comesIn = `${provider?.issuer} ${provider?.clientId}`;
      found.set(`group ${group}`, { scopes: roles.scopesOf({ roles: [], groups: [group] }), comesIn });
    }
    for (const user of users) {
      found.set(user.id, { scopes: roles.scopesOf(user), comesIn: `${user.email} ${provider?.issuer}` });
    }
    for (const { id, scopes: allowed, everyScope, hash } of keys) {
      found.set(id, { scopes: scopesOfKey(allowed, everyScope), comesIn: Buffer.from(hash).toString('hex') });
    }
    return found;
  }

  test('by no sequence of writes, with any set of scopes', { timeout: 120_000 }, async () => {
    const { access } = house;
    const { people } = access;
    const someScopes = fc.subarray([...scopes]);
    const anyRole = fc.integer({ min: 0, max: 9 });
    const step = fc.oneof(
      fc.record({ do: fc.constant('apiKeyCreate' as const), scopes: someScopes }),
      fc.record({ do: fc.constant('apiKeyRotate' as const), nth: anyRole }),
      fc.record({ do: fc.constant('roleSave' as const), scopes: someScopes, nth: fc.option(anyRole) }),
      fc.record({
        do: fc.constant('userSave' as const),
        roles: fc.array(anyRole, { maxLength: 2 }),
        nth: fc.option(anyRole),
      }),
      fc.record({ do: fc.constant('userEnable' as const), nth: anyRole }),
      fc.record({ do: fc.constant('userDisable' as const), nth: anyRole }),
      fc.record({ do: fc.constant('identityProviderSave' as const), roles: fc.array(anyRole, { maxLength: 2 }) }),
      fc.record({ do: fc.constant('organizationCreate' as const) }),
    );
    let changed = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(someScopes, fc.array(step, { minLength: 1, maxLength: 4 }), async (mine, steps) => {
        const admin = await newAdmin(house, operator);
        const { organizationId } = admin;
        const strong = await people.roleSave(admin, {
          name: 'Strong',
          scopes: ['AUDIT_READ', 'CONTENT_READ', 'MEMBERS_WRITE'],
        });
        const weak = await people.roleSave(admin, { name: 'Weak', scopes: ['USAGE_READ'] });
        const users = [
          await invite(admin, 'role_admin'),
          await invite(admin, strong.roleId),
          await invite(admin, weak.roleId),
        ];
        const asleep = await invite(admin, strong.roleId);
        await people.userDisable(admin, { id: asleep, reason: 'test' });
        users.push(asleep);
        const roles = [...builtInRoles.map(({ id }) => id), strong.roleId, weak.roleId];
        const keys = [admin.apiKeyId];
        // Who manages keys and people, and whatever else.
        const me = only(admin, ...new Set<Scope>([...mine, 'KEYS_WRITE', 'MEMBERS_WRITE']));
        const pick = <T>(list: readonly T[], nth: number): T => list[nth % list.length]!;

        const act = async (one: (typeof steps)[number]): Promise<void> => {
          switch (one.do) {
            case 'apiKeyCreate': {
              const made = await access.apiKeyCreate(me, { name: 'k', project: me.projectId, scopes: one.scopes });
              keys.push(made.apiKeyId);
              return;
            }
            case 'apiKeyRotate':
              return void (await access.apiKeyRotate(me, { id: pick(keys, one.nth) }));
            case 'roleSave': {
              const id = one.nth === null ? null : pick(roles, one.nth);
              const saved = await people.roleSave(me, { id, name: `r${++invited}`, scopes: one.scopes });
              roles.push(saved.roleId);
              return;
            }
            case 'userSave': {
              const id = one.nth === null ? null : pick(users, one.nth);
              const given = one.roles.map((nth) => pick(roles, nth));
              const saved = await people.userSave(me, { id, email: `p${++invited}@example.com`, roles: given });
              users.push(saved.userId);
              return;
            }
            case 'userEnable':
              return void (await people.userEnable(me, { id: pick(users, one.nth) }));
            case 'userDisable':
              return void (await people.userDisable(me, { id: pick(users, one.nth), reason: 'test' }));
            case 'identityProviderSave': {
              const groupRoles = one.roles.map((nth, at) => ({ group: 'ab'[at]!, role: pick(roles, nth) }));
              const issuer = `https://issuer-${++invited}.example`;
              return void (await people.identityProviderSave(me, { issuer, clientId: 'x', groupRoles }));
            }
            case 'organizationCreate': {
              const { secret } = await access.organizationCreate(me, { slug: `new-${++invited}`, name: 'New' });
              expect([...(await house.enter(secret)).scopes].filter((scope) => !me.scopes.has(scope))).toEqual([]);
            }
          }
        };

        for (const one of steps) {
          const before = await principals(organizationId);
          await act(one).then(
            () => changed++,
            (error: unknown) => {
              if (!(error instanceof ForbiddenProblem || error instanceof ValidationProblem)) throw error;
              refused++;
            },
          );
          for (const [id, now] of await principals(organizationId)) {
            const then = before.get(id);
            const same = then?.comesIn === now.comesIn && now.scopes.every((scope) => then.scopes.includes(scope));
            const stronger = now.scopes.filter((scope) => !me.scopes.has(scope));
            expect({ after: one, id, stronger: same ? [] : stronger }).toEqual({ after: one, id, stronger: [] });
          }
        }
      }),
      { numRuns: 120, seed: 20261126, examples: [[[...scopes], [{ do: 'identityProviderSave', roles: [4] }]]] },
    );
    // Neither all nothing nor all anything.
    expect(changed).toBeGreaterThan(40);
    expect(refused).toBeGreaterThan(40);
  });

  test('nor does a key that may run registered documents only make people, who may run any', async () => {
    const admin: Caller = { ...(await newAdmin(house, operator)), documents: 'TRUSTED_ONLY' };
    await expect(invite(admin, 'role_product')).rejects.toThrow(ValidationProblem);
    await expect(house.access.people.roleSave(admin, { name: 'x', scopes: [] })).rejects.toThrow(ValidationProblem);
    const provider = { issuer: 'https://issuer.example', clientId: 'x' };
    await expect(house.access.people.identityProviderSave(admin, provider)).rejects.toThrow(ValidationProblem);
  });
});

describe('keys that a person made', () => {
  const key = (admin: Caller) => ({ name: 'k', project: admin.projectId, scopes: ['KEYS_WRITE' as const] });

  /** An engineer with a key, a key made by that key, and one rotated by itself. */
  async function engineer() {
    const { access, enter } = house;
    const admin = await newAdmin(house, operator);
    const id = await invite(admin, 'role_engineer');
    const person: Caller = { ...only(admin, 'KEYS_WRITE'), apiKeyId: id, sessionId: 'ses_1' };
    const first = await access.apiKeyCreate(person, key(admin));
    const byKey = await access.apiKeyCreate(await enter(first.secret), key(admin));
    const itself = await enter(byKey.secret);
    const rotated = await access.apiKeyRotate(itself, { id: byKey.apiKeyId, grace: 'PT0S' });
    const others = await access.apiKeyCreate(admin, key(admin));
    return { admin, id, mine: [first.secret, rotated.secret], others: others.secret };
  }
  const workingKeys = async ({ organizationId }: Caller, id: string) =>
    (await house.access.people.workingKeys(organizationId, [id]))[0];

  test('are the projects’: they go on when the person is disabled, and are counted', async () => {
    const { admin, id, mine } = await engineer();
    await house.access.people.userDisable(admin, { id, reason: 'left' });
    for (const secret of mine) await house.enter(secret);
    expect(await workingKeys(admin, id)).toBe(2);
  });

  test('end with the person where that is said, those made by his keys too, each with a record', async () => {
    const { admin, id, mine, others } = await engineer();
    await expect(
      house.access.people.userDisable(only(admin, 'MEMBERS_WRITE'), { id, reason: 'left', revokeKeys: true }),
    ).rejects.toThrow('KEYS_WRITE');
    await house.access.people.userDisable(admin, { id, reason: 'left', revokeKeys: true });
    for (const secret of mine) await expect(house.enter(secret)).rejects.toThrow(Unauthenticated);
    await house.enter(others);
    expect(await workingKeys(admin, id)).toBe(0);
    const { organizationId } = admin;
    const entries = await database.prisma.auditEvent.findMany({ where: { organizationId, reason: 'left' } });
    expect(entries.map(({ action }) => action).toSorted()).toEqual(['apiKey.revoke', 'apiKey.revoke', 'user.disable']);
    // Done again, there is nothing left to do.
    await house.access.people.userDisable(admin, { id, reason: 'again', revokeKeys: true });
    expect(await database.prisma.auditEvent.count({ where: { organizationId, reason: 'again' } })).toBe(1);
  });

  test('are another’s once he has rotated them', async () => {
    const { admin, id } = await engineer();
    const [apiKey] = await database.prisma.apiKey.findMany({ where: { issuedTo: id } });
    await house.access.apiKeyRotate(admin, { id: apiKey!.id });
    expect(await workingKeys(admin, id)).toBe(1);
    const rotated = await database.prisma.apiKey.findUniqueOrThrow({ where: { id: apiKey!.id } });
    expect(rotated.issuedTo).toBe(admin.apiKeyId);
  });
});

describe('a session', () => {
  const HOUR_MS = 60 * 60 * 1000;

  /** One that goes unused for an hour at most, and ends after twelve. */
  async function openSession(admin: Caller, userId: string): Promise<string> {
    const token = `gps_${++invited}`;
    const hash = hashOfToken(createKeyring(new Secret(SECRET_KEY)), token);
    const now = house.runtime.clock.now();
    await insertSession(database, admin.organizationId, {
      id: `ses_${invited}`,
      userId,
      hash,
      createdAt: new Date(now),
      expiresAt: new Date(now + 12 * HOUR_MS),
      idleMs: HOUR_MS,
      ip: null,
      userAgent: null,
    });
    return token;
  }
  const enter = (session: string, instance = house) =>
    instance.access.authenticate({ authorization: null, session, ip: null });

  test('is a caller as strong as its person', async () => {
    const admin = await newAdmin(house, operator);
    const id = await invite(admin, 'role_product');
    const caller = await enter(await openSession(admin, id));
    const { organizationId, projectId, teamId } = admin;
    expect(caller).toMatchObject({ organizationId, projectId, teamId, apiKeyId: id, sessionId: expect.any(String) });
    expect([...caller.scopes]).toEqual(builtInRoles.find(({ id: role }) => role === 'role_product')!.scopes);
  });

  test('ends on all instances when its person is disabled, whether news come or not', async () => {
    const { clock } = house.runtime;
    const deaf = openInstance(database, { clock, bus: deafBus });
    const admin = await newAdmin(house, operator);
    const id = await invite(admin, 'role_product');
    const token = await openSession(admin, id);
    let ended = 0;
    for (const instance of [house, deaf]) {
      instance.access.onRevoked(await enter(token, instance), () => ended++);
    }
    await house.access.people.userDisable(admin, { id, reason: 'left' });
    await expect(enter(token)).rejects.toThrow(Unauthenticated);
    await clock.advance(500);
    await expect.poll(() => enter(token, deaf).catch((error) => error)).toBeInstanceOf(Unauthenticated);
    await expect.poll(() => ended).toBe(2);
    await deaf.close();
  });

  test('of somebody who was disabled makes no more keys, where that is not yet known either', async () => {
    const deaf = openInstance(database, { clock: house.runtime.clock, bus: deafBus });
    const admin = await newAdmin(house, operator);
    const id = await invite(admin, 'role_engineer');
    const person = await enter(await openSession(admin, id), deaf);
    const key = { name: 'k', project: admin.projectId, scopes: ['USAGE_READ' as const] };
    const { apiKeyId } = await deaf.access.apiKeyCreate(person, key);
    await house.access.people.userDisable(admin, { id, reason: 'left' });
    await expect(deaf.access.apiKeyCreate(person, key)).rejects.toThrow(Unauthenticated);
    await expect(deaf.access.apiKeyRotate(person, { id: apiKeyId })).rejects.toThrow(Unauthenticated);
    await deaf.close();
  });

  test('ends when it went unused, is kept by use, and ends all the same after its time', async () => {
    const { clock } = house.runtime;
    const admin = await newAdmin(house, operator);
    const [used, unused] = [
      await openSession(admin, await invite(admin, 'role_product')),
      await openSession(admin, await invite(admin, 'role_product')),
    ];
    const lastUse = async () =>
      (await database.prisma.userSession.findMany({ where: { organizationId: admin.organizationId } }))
        .map(({ lastUsedAt }) => lastUsedAt.getTime())
        .toSorted()
        .at(-1);
    for (let hours = 0; hours < 11.5; hours += 0.5) {
      await enter(used);
      await expect.poll(lastUse).toBe(clock.now());
      await clock.advance(HOUR_MS / 2);
    }
    await expect(enter(unused)).rejects.toThrow(Unauthenticated);
    await enter(used);
    await clock.advance(HOUR_MS / 2);
    await expect(enter(used)).rejects.toThrow(Unauthenticated);
  });
});
