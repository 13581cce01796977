import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtInRoles, type Role } from '../../../src/access/people/built-in.ts';
import { anthropic } from '../../../src/doors/anthropic/index.ts';
import { exports } from '../../../src/doors/exports/index.ts';
import { openai } from '../../../src/doors/openai/index.ts';
import { operations } from '../../../src/doors/operations/index.ts';
import type { Vendor } from '../../../src/doors/visit.ts';
import { openTestGateway, type TestGateway } from '../../support/gateway.ts';
import { operation } from '../../support/operations.ts';
import { heard, type Named, namedAtDoors, unreal } from './door-names.ts';
import { type DoorRow, doorRights, peopleToo, type Speech, showing } from './door-rights.ts';
import { blurred } from './likeness.ts';
import { signedIn } from './people.ts';
import { openTenant, type Tenant } from './tenants.ts';

/**
 * Every endpoint of every door that is no GraphQL × keys with each role's scopes, people with each role, nobody; and
 * whatever of one organization can be named there, asked by the admin of another.
 */

const secretKey = randomBytes(32).toString('hex');
let gateway: TestGateway;
let ours: Tenant;
let theirs: Tenant;
let all: readonly Named[];
/** Each with a key and a person of the first organization. */
let roles: readonly (Role & { readonly key: string; readonly session: string })[];
beforeAll(async () => {
  gateway = await openTestGateway({ environment: { GLIDEPATH_SECRET_KEY: secretKey } });
  ours = await openTenant(gateway, 'ours-canary');
  // Far from the other's, so that nothing of theirs is nearest to what they ask for.
  theirs = await openTenant(gateway, 'kumquat');
  all = await namedAtDoors(gateway, ours);
  roles = await Promise.all(
    builtInRoles.map(async (role) => {
      return { ...role, key: await gateway.keyWith(...role.scopes), session: await signedIn(gateway, secretKey, role) };
    }),
  );
}, 120_000);
afterAll(() => gateway.close());

test('every endpoint is in the table', () => {
  const doors: Readonly<Record<Speech, Vendor>> = {
    openai,
    anthropic,
    exports,
    operations: operations(async () => {}),
  };
  const missing = Object.entries(doors).flatMap(([speech, { endpoints }]) =>
    endpoints
      .filter((one) => !doorRights.some((row) => row[0] === speech && row[1] === one.method && one.path.test(row[2])))
      .map(({ method, path }) => `${speech}: ${method} ${path}`),
  );
  expect(missing).toEqual([]);
});

const ask = ([, method, path]: DoorRow, headers: Record<string, string>) =>
  heard(gateway.url + path, {
    method,
    headers: { ...headers, ...(method === 'POST' && { 'content-type': 'application/json' }) },
    ...(method === 'POST' && { body: '{}' }),
  });

/** As a browser brings it for a page of ours. */
const cookieOf = (session: string) => ({ cookie: `glidepath=${session}`, 'sec-fetch-site': 'same-origin' });

test('answers whoever has the scope, nobody else, and no person who is only signed in where keys alone may ask', {
  timeout: 120_000,
}, async () => {
  const wrong: string[] = [];
  let cells = 0;
  for (const row of doorRights) {
    const [speech, method, path, needed] = row;
    const told = (who: string, status: number, right: boolean) => {
      cells++;
      if (!right) wrong.push(`${speech} ${method} ${path} as ${who}: ${status}`);
    };
    for (const { name, scopes, key, session } of roles) {
      const may = needed === null || scopes.includes(needed);
      const fits = (status: number) => (may ? status !== 401 && status !== 403 : status === 403);
      const { status } = await ask(row, showing(speech, key));
      told(`a key of ${name}`, status, fits(status));
      const version = speech === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {};
      const asPerson = await ask(row, { ...version, ...cookieOf(session), origin: gateway.url });
      told(name, asPerson.status, peopleToo.includes(speech) ? fits(asPerson.status) : asPerson.status === 401);
    }
    const nobody = await ask(row, {});
    told('nobody', nobody.status, nobody.status === 401);
  }
  process.stdout.write(`  ${cells} cells\n`);
  expect(wrong).toEqual([]);
});

test('gives an export to the people and keys that may see what is in it, by a page of ours only', {
  timeout: 60_000,
}, async () => {
  const { exportStart } = await gateway.ask<{ exportStart: { id: string } }>(await operation('ExportStart'), {
    input: { what: 'AUDIT', idempotencyKey: 'for people' },
  });
  const file = (id: string, headers: Record<string, string>) => fetch(`${gateway.url}/exports/${id}`, { headers });
  const ready = async () => (await file(exportStart.id, showing('exports', gateway.key))).status;
  await expect.poll(ready, { timeout: 30_000 }).toBe(200);
  const wrong: string[] = [];
  for (const { name, scopes, key, session } of roles) {
    const asKey = await file(exportStart.id, showing('exports', key));
    const asPerson = await file(exportStart.id, cookieOf(session));
    const expected = scopes.includes('AUDIT_READ') ? 200 : 403;
    if (asKey.status !== expected || asPerson.status !== expected)
      wrong.push(`${name}: ${asKey.status} by key, ${asPerson.status} signed in, instead of ${expected}`);
    const headers = ['content-type', 'content-disposition', 'cache-control', 'x-content-type-options'];
    const [byKey, bySession] = [asKey, asPerson].map((answer) => headers.map((name) => answer.headers.get(name)));
    expect(bySession).toEqual(byKey);
    if (expected === 200) expect(await asPerson.text()).toBe(await asKey.text());
  }
  expect(wrong).toEqual([]);

  const { session } = roles.find(({ scopes }) => scopes.includes('AUDIT_READ'))!;
  const theirExport = all.find(({ what }) => what === 'exports: a file')!.name;
  expect((await file(theirExport, cookieOf(session))).status).toBe(404);
  const elsewhere: Record<string, string>[] = [
    {},
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
  ];
  for (const headers of elsewhere) {
    expect((await file(exportStart.id, { cookie: `glidepath=${session}`, ...headers })).status).toBe(401);
  }
  // A key that is shown counts, and no session in its place.
  expect((await file(exportStart.id, { ...cookieOf(session), authorization: 'Bearer gp_none' })).status).toBe(401);
});

/** A route is named with and without the word for it. */
function alike(text: string, name: string): string {
  return blurred(text, name.replace('route/', ''));
}

describe("another organization's things are answered like those that do not exist", () => {
  test('by every door', { timeout: 120_000 }, async () => {
    const wrong: string[] = [];
    for (const { what, name, ask: of } of all) {
      const real = await of(name, theirs);
      const none = await of(unreal(name), theirs);
      const [seen, expected] = [alike(real.text, name), alike(none.text, unreal(name))];
      if (seen !== expected) wrong.push(`${what}: ${seen.slice(0, 400)}\ninstead of ${expected.slice(0, 400)}`);
      if (alike(real.body, name).includes(ours.canary)) wrong.push(`${what} says ${real.body}`);
    }
    process.stdout.write(`  ${all.length} pairs\n`);
    expect(wrong).toEqual([]);
  });

  test('and to their own organization as what they are', { timeout: 60_000 }, async () => {
    const same: string[] = [];
    // A cursor is a place in a list, and no name.
    for (const { what, name, ask: of } of all.filter((one) => !one.what.endsWith('files after one'))) {
      const [own, none] = [await of(name, ours), await of(unreal(name), ours)];
      if (alike(own.text, name) === alike(none.text, unreal(name))) same.push(what);
    }
    // Counting tokens does not look for the files, of whoever they are.
    expect(same).toEqual(['document', 'image'].map((type) => `${type} at /v1/messages/count_tokens`));
  });
});
