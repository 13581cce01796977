import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendAudit } from '../../src/audit/index.ts';
import { type Caller, scopes } from '../../src/core/caller.ts';
import type { ExportLine } from '../../src/core/export.ts';
import { createExports } from '../../src/exports/index.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import { createChanges } from '../../src/platform/changes.ts';
import { createDataKeys } from '../../src/platform/data-keys.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createJobs } from '../../src/platform/jobs.ts';
import { testDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { testRuntime } from '../support/manual-clock.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const caller: Caller = {
  ...{ organizationId: 'org_exported', teamId: 't', projectId: 'p', apiKeyId: 'k', apiKeyName: 'k' },
  scopes: new Set(scopes),
  ip: null,
};
/** Each fills a chunk of its own. */
const lines = Array.from({ length: 6 }, (_, n): ExportLine => ({ n, filling: 'x'.repeat(1_000_000) }));
const runtime = testRuntime();

/** One process. @param stopsBefore its source gives so many lines, and no more until it is let go on */
function process(stopsBefore = lines.length) {
  const gate = Promise.withResolvers<void>();
  let given = 0;
  const source = async function* () {
    for (const line of lines) {
      if (given === stopsBefore) await gate.promise;
      given += 1;
      yield [line];
    }
  };
  const jobs = createJobs(database, runtime);
  const exports = createExports({
    ...{ database, jobs, keyring: testKeyring, runtime },
    changes: createChanges(database, createMemoryBus(runtime.log), appendAudit(runtime, testKeyring)),
    dataKeys: createDataKeys(database, testKeyring, runtime),
    sources: { REQUESTS: source, USAGE: source, AUDIT: source, SCORES: source, SUBJECT_ACCESS: source },
    audit: async () => {},
  });
  return { exports, jobs, given: () => given, goOn: gate.resolve };
}

async function started({ exports }: ReturnType<typeof process>, idempotencyKey: string): Promise<string> {
  const question = { from: 0, to: 1, scope: null, subject: null };
  return (await exports.start(caller, { what: 'REQUESTS', format: 'JSONL', question, idempotencyKey })).exportId;
}

async function stateOf(id: string) {
  const [row] = await database.query<{ status: string; rows: number; error: string | null; chunks: number }>(
    `SELECT status, rows, error, (SELECT count(*)::int FROM export_chunk WHERE export_id = id) AS chunks
     FROM export_job WHERE id = $1`,
    [id],
  );
  return row ?? null;
}

/** What the state is after so much time more, for `expect.poll`. */
const after = (ms: number, id: string) => async () => {
  await runtime.clock.advance(ms);
  return stateOf(id);
};

async function fileOf({ exports }: ReturnType<typeof process>, id: string): Promise<unknown[]> {
  const pieces: Buffer[] = [];
  for await (const piece of (await exports.read(caller, id)).pieces()) pieces.push(piece);
  const text = Buffer.concat(pieces).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).n);
}

test('an export whose process stands still is made by another one, and what the first still writes counts for nothing', async () => {
  const first = process(3);
  const id = await started(first, 'one');
  await expect.poll(() => stateOf(id), { timeout: 10_000 }).toMatchObject({ status: 'RUNNING', rows: 3, chunks: 3 });
  await first.jobs.close();
  await expect(first.exports.read(caller, id)).rejects.toThrow('not finished');

  const second = process(5);
  await expect.poll(after(11_000, id), { timeout: 30_000 }).toMatchObject({ status: 'RUNNING', rows: 5, chunks: 5 });
  // The first one was only slow, as it turns out.
  first.goOn();
  await first.exports.close();
  expect(await stateOf(id)).toMatchObject({ status: 'RUNNING', rows: 5, chunks: 5 });
  second.goOn();
  await expect.poll(() => stateOf(id), { timeout: 10_000 }).toMatchObject({ status: 'SUCCEEDED', rows: 6 });
  expect(await fileOf(second, id)).toEqual(lines.map(({ n }) => n));
  await second.jobs.close();
  await second.exports.close();
});

test('one that loses its process again and again is given up, says so, and is gone after its day', async () => {
  const processes = [process(1)];
  const id = await started(processes[0]!, 'two');
  for (let beginnings = 1; beginnings <= 5; beginnings++) {
    const last = processes.at(-1)!;
    const begun = async () => {
      if (beginnings > 1) await runtime.clock.advance(11_000);
      return last.given();
    };
    await expect.poll(begun, { timeout: 30_000 }).toBe(1);
    await last.jobs.close();
    processes.push(process(1));
  }
  await expect.poll(after(11_000, id), { timeout: 30_000 }).toMatchObject({
    status: 'FAILED',
    error: 'It lost its process 5 times. Ask for a shorter range.',
  });
  await expect.poll(after(60 * 60 * 1000, id), { timeout: 30_000 }).toBe(null);
  const left = await database.query('SELECT FROM export_chunk WHERE export_id = $1', [id]);
  expect(left).toEqual([]);
  const keys = await database.query('SELECT FROM content_key WHERE organization_id = $1', [caller.organizationId]);
  expect(keys).toEqual([]);
  for (const one of processes) {
    one.goOn();
    await one.jobs.close();
    await one.exports.close();
  }
});
