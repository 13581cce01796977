import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Scope, scopes } from '../../src/core/caller.ts';
import { anthropic } from '../../src/doors/anthropic/index.ts';
import { openai } from '../../src/doors/openai/index.ts';
import type { Vendor } from '../../src/doors/visit.ts';
import { type DoorRow, doorRights, showing } from '../security/authorization/door-rights.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { isShapeOf } from './asking.ts';

/** Everything that can be asked at `/v1` × every scope, and keys that open nothing. */
const matrix = doorRights.filter(([, , path]) => path.startsWith('/v1/'));

let gateway: TestGateway;
const keys = new Map<Scope, string>();
let revoked: string;
let trusted: string;
beforeAll(async () => {
  gateway = await openTestGateway();
  for (const scope of scopes) keys.set(scope, await gateway.keyWith(scope));
  revoked = await gateway.keyWith(...scopes);
  const { viewer } = await gateway.ask<{ viewer: { apiKey: { id: string }; projects: { id: string }[] } }>(
    '{ viewer { apiKey { id } projects { id } } }',
    {},
    revoked,
  );
  await gateway.ask('mutation ($id: ID!) { apiKeyRevoke(id: $id, reason: "test") { __typename } }', {
    id: viewer.apiKey.id,
  });
  const { apiKeyCreate } = await gateway.ask<{ apiKeyCreate: { secret: string } }>(
    'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { ... on ApiKeySaved { secret } } }',
    { input: { name: 'trusted', project: viewer.projects[0]!.id, scopes, documents: 'TRUSTED_ONLY' } },
  );
  trusted = apiKeyCreate.secret;
}, 60_000);
afterAll(() => gateway.close());

async function ask([speech, method, path]: DoorRow, key: string | null): Promise<number> {
  const vendor = speech === 'anthropic' ? 'anthropic' : 'openai';
  const version = vendor === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {};
  const keyed = key === null ? {} : showing(speech, key);
  const json = method === 'POST' ? { 'content-type': 'application/json' } : {};
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { ...version, ...keyed, ...json },
    ...(method === 'POST' && { body: '{}' }),
  });
  const said = await response.text();
  if (!response.ok) expect([said, isShapeOf(vendor, JSON.parse(said))]).toEqual([said, true]);
  return response.status;
}

test('nothing can be asked that is not in the table', () => {
  const missing = (vendor: Vendor, name: DoorRow[0]) =>
    vendor.endpoints.filter(
      ({ method, path }) => !matrix.some((row) => row[0] === name && row[1] === method && path.test(row[2])),
    );
  expect([...missing(openai, 'openai'), ...missing(anthropic, 'anthropic')]).toEqual([]);
});

describe.each(matrix)('%s: %s %s', (...row) => {
  const [, , , needed] = row;

  test('is answered to whoever has the scope, and nobody else', async () => {
    const met = await Promise.all(scopes.map(async (scope) => [scope, await ask(row, keys.get(scope)!)] as const));
    for (const [scope, status] of met) {
      const may = needed === null || scope === needed;
      expect([scope, may ? status !== 403 && status !== 401 : status]).toEqual([scope, may ? true : 403]);
    }
  });

  test('is not answered to strangers to everybody, nor under a key that has ended or may run documents only', async () => {
    const met = await Promise.all([null, 'gp_live_nobody', revoked, trusted].map((key) => ask(row, key)));
    expect(met).toEqual([401, 401, 401, 403]);
  });
});
