import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
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
async function turn(clock = runtime.clock): Promise<void> {
  await clock.advance(1_000);
  await clock.sleepers(1);
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

it('leaves out a turn that another instance has', async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const elsewhere = testRuntime();
  const others = createJobs(database, elsewhere);
  let here = 0;
  others.every('sweep', 1_000, async () => {
    begun.resolve();
    await end.promise;
  });
  jobs.every('sweep', 1_000, async () => {
    here++;
  });

  await elsewhere.clock.advance(1_000);
  await begun.promise;
  await runtime.clock.advance(1_000);
  if (database.kind === 'postgres') {
    await runtime.clock.sleepers(1);
    expect(here).toBe(0);
  }
  end.resolve();
  await others.close();
  await turn();
  expect(here).toBeGreaterThan(0);
});

it('waits at its close for the turn under way, and begins no other', async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  let ended = false;
  jobs.every('slow', 1_000, async () => {
    begun.resolve();
    await end.promise;
    ended = true;
  });
  await runtime.clock.advance(1_000);
  await begun.promise;

  const closed = jobs.close();
  end.resolve();
  await closed;
  expect(ended).toBe(true);
  expect(runtime.clock.waiting).toBe(0);
});
