import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { erase, livesHere } from '../erasure/asking.ts';
import { type House, openHouse } from '../policies/calls.ts';
import { encodingsOf } from '../security/canaries.ts';
import { databaseDump } from '../support/dump.ts';
import { operation } from '../support/operations.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await house.bind('keep', [{ logging: { level: 'FULL' } }], 'ENFORCE');
  await livesHere(house, 'ann-5d', 'kumquat-3311');
  await livesHere(house, 'bob-5e', 'papaya-4422');
});
afterAll(() => house.close());

interface Job {
  readonly id: string;
  readonly status: string;
  readonly rows: number;
  readonly path: string | null;
  readonly sizeBytes: number;
}

let keys = 0;
async function start(input: object, key?: string): Promise<{ __typename: string; id: string; message?: string }> {
  const { exportStart } = await house.gateway.ask<{ exportStart: { __typename: string; id: string } }>(
    await operation('ExportStart'),
    { input: { idempotencyKey: `export ${++keys}`, ...input } },
    key,
  );
  return exportStart;
}

async function made(input: object): Promise<Job> {
  const { id, message } = await start(input);
  expect(message).toBeUndefined();
  const document = await operation('ExportJob');
  const job = async () => (await house.gateway.ask<{ exportJob: Job }>(document, { id })).exportJob;
  await expect.poll(async () => (await job()).status, { timeout: 60_000 }).not.toBe('RUNNING');
  expect(await job()).toMatchObject({ status: 'SUCCEEDED', path: `/exports/${id}` });
  return job();
}

function fetched(path: string, key: string = house.gateway.key): Promise<Response> {
  return fetch(`${house.gateway.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
}

async function linesOf({ path }: Job): Promise<Record<string, unknown>[]> {
  const text = await (await fetched(path!)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('calls are written out line by line, in a range, of a scope', async () => {
  const job = await made({ what: 'REQUESTS', scope: { endUser: 'ann-5d' }, range: { last: 'PT1H' } });
  const lines = await linesOf(job);
  expect(lines).toHaveLength(2);
  expect(job).toMatchObject({ rows: 2, sizeBytes: expect.any(Number) });
  expect(lines[0]).toMatchObject({ endUser: 'ann-5d', status: 'SUCCEEDED', tags: { customer: 'ann-5d' } });
  expect(await linesOf(await made({ what: 'REQUESTS', range: { last: 'PT1H' } }))).toHaveLength(4);
});

test('sums are written out as a table, in which nothing can be taken for a formula', async () => {
  house.says('Fine.');
  await livesHere(house, '=HYPERLINK(1)', 'nothing');
  const { path } = await made({ what: 'USAGE', format: 'CSV' });
  const [head, ...rows] = (await (await fetched(path!)).text()).trim().split('\r\n');
  expect(head).toBe('day,projectId,model,requests,errors,inputTokens,outputTokens,costNanos');
  expect(rows.length).toBeGreaterThan(0);
  const calls = await fetched((await made({ what: 'REQUESTS', format: 'CSV' })).path!);
  expect(calls.headers.get('content-type')).toContain('text/csv');
  expect(calls.headers.get('content-disposition')).toMatch(/^attachment; filename="requests-xpo_.*\.csv"$/);
  expect(await calls.text()).toContain(`,'=HYPERLINK(1),`);
});

test('the audit log is written out as its chain, and whoever exports is in it', async () => {
  await made({ what: 'AUDIT' });
  const lines = await linesOf(await made({ what: 'AUDIT' }));
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_line, place) => String(place + 1)));
  expect(lines.map(({ action }) => action)).toEqual(expect.arrayContaining(['export.start', 'policy.bind']));
});

test('scores are written out with what answered, by when they were given', async () => {
  const score = 'mutation ($input: ScoreCreateInput!) { scoreCreate(input: $input) { __typename } }';
  const subject = { run: 'run-of-bob-5e' };
  for (const value of [{ number: 0.25 }, { category: 'rude, "short"' }]) {
    await house.gateway.ask(score, { input: { subject, name: 'tone', value } });
  }
  const lines = await linesOf(await made({ what: 'SCORES' }));
  const call = { projectId: expect.any(String), route: null, model: null, endUser: null };
  const ofRun = { ...call, requestId: null, runId: 'run-of-bob-5e', name: 'tone', comment: null, source: 'END_USER' };
  expect(lines.slice(-2)).toMatchObject([
    { ...ofRun, number: 0.25, passed: null, category: null },
    { ...ofRun, number: null, passed: null, category: 'rude, "short"' },
  ]);
  const helpful = lines.filter(({ name }) => name === 'helpful');
  expect(helpful[0]).toMatchObject({
    ...{ passed: true, number: null, comment: 'ann-5d says that kumquat-3311' },
    ...{ projectId: call.projectId, endUser: 'ann-5d', model: expect.any(String), provider: expect.any(String) },
  });

  const table = await fetched((await made({ what: 'SCORES', format: 'CSV', range: { last: 'PT1H' } })).path!);
  const text = await table.text();
  expect(text.split('\r\n')[0]).toMatch(/^id,createdAt,requestId,runId,name,number,passed,category,comment,/);
  expect(text).toContain('"rude, ""short"""');
  const between = { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' };
  expect(await linesOf(await made({ what: 'SCORES', range: { between } }))).toEqual([]);
  const narrow = await start({ what: 'SCORES', scope: { endUser: 'bob-5e' } });
  expect(narrow).toMatchObject({ __typename: 'ValidationError' });

  const stranger = await house.gateway.stranger();
  const { id } = await start({ what: 'SCORES' }, stranger);
  await expect.poll(async () => (await fetched(`/exports/${id}`, stranger)).status).toBe(200);
  expect(await (await fetched(`/exports/${id}`, stranger)).text()).toBe('');
});

test('a person gets all that is kept about them, and nothing about others', async () => {
  const lines = await linesOf(await made({ what: 'SUBJECT_ACCESS', subject: { endUser: 'ann-5d' } }));
  const records = lines.map(({ record }) => record);
  expect(records.filter((record) => record === 'request')).toHaveLength(2);
  expect(records.filter((record) => record === 'content')).toHaveLength(2);
  expect(records.filter((record) => record === 'score')).toHaveLength(1);
  expect(records.filter((record) => record === 'file')).toHaveLength(1);
  const all = JSON.stringify(lines);
  expect(all).toContain('kumquat-3311');
  expect(all).toContain(Buffer.from('kumquat-3311').toString('base64'));
  expect(all).not.toContain('papaya-4422');
});

describe('a file', () => {
  test('lies sealed, and is fetched by those alone who may see what is in it', async () => {
    const { path } = await made({ what: 'SUBJECT_ACCESS', subject: { endUser: 'bob-5e' } });
    // What they wrote about an answer is no part of the file; it stands with the score.
    const dump = (await databaseDump(house.gateway.gateway)).replaceAll(/^score .*$/gm, '');
    expect(encodingsOf('papaya-4422').filter((text) => dump.includes(text))).toEqual([]);
    const reader = await house.gateway.keyWith('USAGE_READ');
    const stranger = await house.gateway.stranger();
    const answers = [await fetched(path!, reader), await fetched(path!, stranger), await fetched('/exports/xpo_none')];
    expect(answers.map(({ status }) => status)).toEqual([403, 404, 404]);
    expect(await answers[1]!.text()).not.toContain('papaya');
    expect((await fetch(`${house.gateway.url}${path}`)).status).toBe(401);
    expect(await start({ what: 'AUDIT' }, reader)).toMatchObject({ __typename: 'ForbiddenError' });
    expect(await start({ what: 'SUBJECT_ACCESS', subject: { endUser: 'bob-5e' } }, reader)).toMatchObject({
      __typename: 'ForbiddenError',
    });
    expect(await start({ what: 'SUBJECT_ACCESS' })).toMatchObject({ __typename: 'ValidationError' });
  });

  test('goes with an erasure of anybody, since it may hold their words', async () => {
    const { path } = await made({ what: 'REQUESTS' });
    const card = await erase(house, { endUser: 'ann-5d' });
    expect(card.stores.find(({ store }) => store === 'exports')!.erased).toBeGreaterThan(0);
    expect((await fetched(path!)).status).toBe(404);
    expect(await linesOf(await made({ what: 'SUBJECT_ACCESS', subject: { endUser: 'ann-5d' } }))).toEqual([]);
  });
});
