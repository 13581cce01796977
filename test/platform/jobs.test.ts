import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import type { Database } from '../../src/platform/database/database.ts';
import { createJobs, type Jobs } from '../../src/platform/jobs.ts';
import { testDatabase } from '../support/database.ts';
import { type TestRuntime, testRuntime } from '../support/manual-clock.ts';

let database: Database;
let runtime: TestRuntime;
let jobs: Jobs;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database.close());

beforeEach(() => {
  runtime = testRuntime();
  jobs = createJobs(database, runtime);
});

afterEach(async () => {
  await jobs.close();
  expect(runtime.clock.waiting).toBe(0);
});

/** One more turn: time moves on and the job has ended, and waits for the next. */
async function turn(): Promise<void> {
  await runtime.clock.advance(1_000);
  await runtime.clock.sleepers(1);
}

const note = 'INSERT INTO revision (topic, revision) VALUES ($1, 1)';

it('does its work at every turn, in a transaction', async () => {
  let turns = 0;
  jobs.every('count', 1_000, async (tx) => {
    await tx.query(note, [`turn ${++turns}`]);
  });

  await turn();
  await turn();
  expect(await database.query(`SELECT topic FROM revision WHERE topic LIKE 'turn %' ORDER BY topic`)).toEqual([
    { topic: 'turn 1' },
    { topic: 'turn 2' },
  ]);
});

it('logs a turn that fails, keeps nothing of it and comes round again', async () => {
  let turns = 0;
  jobs.every('stumble', 1_000, async (tx) => {
    await tx.query(note, [`stumble ${++turns}`]);
    if (turns === 1) throw new Error('stumbled');
  });

  await turn();
  await turn();
  expect(runtime.log.lines).toMatchObject([{ level: 'error', fields: { job: 'stumble' }, message: 'a job failed' }]);
  expect(await database.query(`SELECT topic FROM revision WHERE topic LIKE 'stumble %'`)).toEqual([
    { topic: 'stumble 2' },
  ]);
});

// On the embedded database there is one process, and turns queue for its connection.
it.runIf(inject('databaseServer'))('leaves out a turn that another instance has', async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const elsewhere = testRuntime();
  const others = createJobs(database, elsewhere);
  others.every('sweep', 1_000, async () => {
    begun.resolve();
    await end.promise;
  });
  let here = 0;
  jobs.every('sweep', 1_000, async () => {
    here++;
  });

  await elsewhere.clock.advance(1_000);
  await begun.promise;
  await turn();
  expect(here).toBe(0);

  end.resolve();
  await others.close();
  await turn();
  expect(here).toBe(1);
});

it('waits at its close for the turn under way, and begins no other', async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  jobs.every('slow', 1_000, async () => {
    begun.resolve();
    await end.promise;
  });
  await runtime.clock.advance(1_000);
  await begun.promise;

  let closed = false;
  const closing = jobs.close().then(() => {
    closed = true;
  });
  await runtime.clock.advance(60_000);
  expect(closed).toBe(false);

  end.resolve();
  await closing;
  expect(runtime.clock.waiting).toBe(0);
});
