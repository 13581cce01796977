import { spawnSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { certified } from '../../src/erasure/certificate.ts';
import { type House, openHouse, verdictsOf } from '../policies/calls.ts';
import { encodingsOf } from '../security/canaries.ts';
import { databaseDump, redisDump } from '../support/dump.ts';
import { operation } from '../support/operations.ts';
import { type Card, ended, erase, foundIn, livesHere, viewer } from './asking.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await house.bind('keep', [{ logging: { level: 'FULL' } }], 'ENFORCE');
  await house.gateway.ask(await operation('BudgetSave'), {
    input: {
      slug: 'each',
      name: 'each',
      scope: { endUser: '*' },
      period: 'MONTH',
      limit: { nanos: '100000000000' },
      onExceed: 'BLOCK',
    },
  });
  await house.gateway.ask('mutation ($input: RateLimitSaveInput!) { rateLimitSave(input: $input) { __typename } }', {
    input: { scope: { endUser: '*' }, metric: 'REQUESTS', amount: 1000, windowMs: 3_600_000 },
  });
});
afterAll(() => house.close());

async function everything(): Promise<string> {
  return [await databaseDump(house.gateway.gateway), await redisDump()].join('\n');
}

async function content(id: string) {
  const { request } = await house.gateway.ask<{ request: { content: Content; endUser: string | null } }>(
    'query ($id: ID!) { request(id: $id) { endUser content { input withheld { reason until } } } }',
    { id },
  );
  return request;
}
interface Content {
  readonly input: unknown;
  readonly withheld: { readonly reason: string } | null;
}

describe('an end user who is erased', () => {
  let dry: Card;
  let card: Card;
  let anns: readonly string[] = [];
  let bobs: readonly string[] = [];
  const tookAtMostMs = 60_000;

  beforeAll(async () => {
    anns = await livesHere(house, 'ann-3f9a71c2', 'my code word is heliotrope-1187');
    bobs = await livesHere(house, 'bob-77d0e5b8', 'my code word is ultramarine-2290');
    const before = await everything();
    expect(before).toContain('ann-3f9a71c2');
    dry = await erase(house, { endUser: 'ann-3f9a71c2' }, { dryRun: true });
    expect(await everything()).toContain('ann-3f9a71c2');
    const startedAt = performance.now();
    card = await erase(house, { endUser: 'ann-3f9a71c2' });
    expect(performance.now() - startedAt).toBeLessThan(tookAtMostMs);
  }, 120_000);

  test('is counted in every store by a dry run, which changes nothing and certifies nothing', () => {
    expect(dry).toMatchObject({ status: 'SUCCEEDED', calls: 2, certificate: null, blockedBy: [] });
    expect(foundIn(dry)).toEqual({
      requests: 2,
      content: 2,
      runLogs: 2,
      idempotencyKeys: 2,
      agentRuns: 1,
      scores: 1,
      files: 1,
      budgetAccounts: 1,
      answers: 2,
    });
  });

  test('is gone from every store, with the key of the person and those of the calls', () => {
    expect(card).toMatchObject({ status: 'SUCCEEDED', calls: 2, blockedBy: [] });
    expect(foundIn(card)).toEqual({ ...foundIn(dry), contentKeys: 3 });
  });

  test('has left nothing in database and Redis, in any encoding', async () => {
    const now = await everything();
    for (const canary of ['ann-3f9a71c2', 'heliotrope-1187']) {
      expect(encodingsOf(canary).filter((text) => now.includes(text))).toEqual([]);
    }
    expect(now).toContain('bob-77d0e5b8');
  });

  test('is withheld as erased where somebody asks, and what calls cost stays in the sums', async () => {
    expect(await content(anns[0]!)).toEqual({
      endUser: null,
      content: { input: null, withheld: { reason: 'ERASED', until: expect.any(String) } },
    });
    const { requests } = await house.gateway.ask<{ requests: { nodes: { id: string }[] } }>(
      '{ requests(first: 50) { nodes { id } } }',
    );
    expect(requests.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining([...anns, ...bobs]));
    expect(await verdictsOf(house.gateway, anns[0]!)).toEqual([]);
  });

  test('cannot be asked for by run or by key any more', async () => {
    const { completion, completionByKey } = await house.gateway.ask<Record<string, { text: string | null } | null>>(
      'query ($id: ID!, $key: String!) { completion(id: $id) { text } completionByKey(idempotencyKey: $key) { text } }',
      { id: anns[0]!.replace('req_', 'cmp_'), key: 'ann-3f9a71c2.1' },
    );
    expect(completion?.text ?? null).toBeNull();
    expect(completionByKey).toBeNull();
  });

  test('leaves everybody else as they were', async () => {
    const bob = await content(bobs[0]!);
    expect(bob.endUser).toBe('bob-77d0e5b8');
    expect(JSON.stringify(bob.content.input)).toContain('ultramarine-2290');
  });

  test('is certified by a signature that anybody can check with the public key alone', async () => {
    const said = certified(card.certificate!, card.certificateKey);
    expect(said).toMatchObject({
      erasure: card.id,
      subject: { kind: 'END_USER', hash: card.subjectHash },
      calls: 2,
      held: {},
    });
    expect(said!.things.content).toEqual({ found: 2, erased: 2, anonymized: 0 });
    const [head, body, signature] = card.certificate!.split('.');
    const other = Buffer.from(JSON.stringify({ ...said, calls: 3 })).toString('base64url');
    expect(certified([head, other, signature].join('.'), card.certificateKey)).toBeNull();
    expect(certified([head, body].join('.'), card.certificateKey)).toBeNull();
    const folder = await mkdtemp(join(tmpdir(), 'certificate-'));
    const [file, key] = [join(folder, 'certificate.jws'), join(folder, 'key.pem')];
    await writeFile(file, card.certificate!);
    await writeFile(key, card.certificateKey);
    const run = (path: string) =>
      spawnSync(process.execPath, ['src/erasure/verify-file.ts', path, key], { encoding: 'utf8' });
    expect(run(file)).toMatchObject({ status: 0, stdout: expect.stringContaining(card.id) });
    await writeFile(file, [head, other, signature].join('.'));
    expect(run(file).status).toBe(1);
  });

  test('is in the audit log without being named, and the chain is whole', async () => {
    const { auditVerify } = await house.gateway.ask<{ auditVerify: { ok: boolean } }>('{ auditVerify { ok } }');
    expect(auditVerify.ok).toBe(true);
    const { auditEvents } = await house.gateway.ask<{
      auditEvents: { nodes: { action: string; resourceId: string }[] };
    }>('{ auditEvents(first: 50) { nodes { action resourceId } } }');
    const about = auditEvents.nodes.filter(({ resourceId }) => resourceId === card.id).map(({ action }) => action);
    expect(about).toEqual(['erasure.finish', 'erasure.create']);
  });
});

test('a tag, a list of calls and a key can be erased too, with their numbers if that is wanted', async () => {
  const carols = await livesHere(house, 'carol-41', 'plum-7714');
  const daves = await livesHere(house, 'dave-42', 'fig-8825');
  const byTag = await erase(house, { tag: { key: 'customer', value: 'carol-41' } });
  expect(foundIn(byTag)).toMatchObject({ requests: 2, content: 2, contentKeys: 3 });
  expect((await content(carols[1]!)).content.withheld).toMatchObject({ reason: 'ERASED' });

  const byId = await erase(house, { requestIds: [daves[0]] }, { keepAggregates: false });
  expect(foundIn(byId)).toMatchObject({ requests: 1, content: 1, contentKeys: 1 });
  expect((await house.gateway.ask<{ request: null }>(`{ request(id: "${daves[0]}") { id } }`)).request).toBeNull();
  expect((await content(daves[1]!)).content.withheld).toBeNull();

  const { apiKeyId } = await viewer(house);
  const byKey = await erase(house, { apiKey: apiKeyId });
  expect(byKey.stores.find(({ store }) => store === 'files')?.erased).toBeGreaterThan(0);
  expect((await content(daves[1]!)).content.withheld).toMatchObject({ reason: 'ERASED' });
});

test('what a policy holds stays, and is said to', async () => {
  const [held] = await livesHere(house, 'erin-43', 'pear-9936');
  await house.under('court', [{ retention: { legalHold: true } }], 'ENFORCE', async () => {
    const card = await erase(house, { endUser: 'erin-43' });
    expect(card).toMatchObject({ status: 'SUCCEEDED', calls: 0, blockedBy: [{ policy: 'court', calls: 2 }] });
    expect(certified(card.certificate!, card.certificateKey)).toMatchObject({ held: { court: 2 } });
    expect((await content(held!)).endUser).toBe('erin-43');
    expect((await content(held!)).content.withheld).toBeNull();
  });
  expect(await erase(house, { endUser: 'erin-43' })).toMatchObject({ calls: 2, blockedBy: [] });
  expect((await content(held!)).content.withheld).toMatchObject({ reason: 'ERASED' });
});

test('only keys that may erase can ask, nobody sees another organization’s, and a repeated key does nothing', async () => {
  const document = await operation('ErasureCreate');
  const input = { subject: { endUser: 'gil-45' }, reason: 'Asked.', idempotencyKey: 'once', dryRun: true };
  const reader = await house.gateway.keyWith('USAGE_READ', 'CONTENT_READ');
  expect(await house.gateway.ask(document, { input }, reader)).toMatchObject({
    erasureCreate: { __typename: 'ForbiddenError' },
  });
  const created = await house.gateway.ask<{ erasureCreate: { id: string } }>(document, { input });
  const { id } = created.erasureCreate;
  expect(await house.gateway.ask(document, { input })).toMatchObject({
    erasureCreate: { id, change: { replayed: true } },
  });
  expect(await house.gateway.ask(document, { input: { ...input, subject: { endUser: 'hal-46' } } })).toMatchObject({
    erasureCreate: { __typename: 'IdempotencyConflictError' },
  });
  const stranger = await house.gateway.stranger();
  const read = await operation('ErasureRequest');
  expect(await house.gateway.ask(read, { id }, stranger)).toEqual({ erasureRequest: null });
  expect(await house.gateway.ask(await operation('ErasureRequests'), { first: 10 }, stranger)).toMatchObject({
    erasureRequests: { nodes: [] },
  });
  await ended(house, id);
});
