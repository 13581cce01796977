import { parseArgs } from 'node:util';
import { accountOf, type BudgetRow, budgetOf } from '../../src/budgets/book.ts';
import { createTill } from '../../src/budgets/till.ts';
import { systemClock, systemRandom, timeSortedIds } from '../../src/core/runtime.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { openDatabase } from '../../src/platform/database/open.ts';
import { createLogger } from '../../src/platform/telemetry/log.ts';
import { administer, urlOf } from '../support/database-server.ts';

/**
 * How much one hot budget takes: reservations a second through one till, and whole rounds (hold as sent, settle),
 * each on one budget and on a chain of three; beside what a plain row takes on the same machine at the same
 * time. `npm run bench:money:rows -- --url postgres://… --seconds 3`
 */
const { values } = parseArgs({
  options: { url: { type: 'string' }, seconds: { type: 'string' }, callers: { type: 'string' } },
});
const seconds = Number(values.seconds ?? 3);
const callers = (values.callers ?? '64,500').split(',').map(Number);
const runtime = {
  clock: systemClock,
  ids: timeSortedIds(systemClock),
  random: systemRandom,
  log: createLogger('warn'),
};
const migrations = new URL('../../prisma/migrations', import.meta.url).pathname;
const name = `glidepath_bench_money_${process.pid}`;

if (values.url) await administer(values.url, `CREATE DATABASE ${name}`);
const database = values.url
  ? await openDatabase({ url: new Secret(urlOf(values.url, name)), maxConnections: 10, migrations }, runtime)
  : await openDatabase({ dataDir: `/tmp/${name}`, migrations }, runtime);
try {
  for (const depth of [1, 3]) {
    for (const count of callers) {
      for (const whole of [false, true]) {
        const { done, ms } = await hammer(database, await chain(database, depth), count, whole);
        const what = whole ? 'rounds (hold as sent, settle)' : 'reservations';
        const plain = await hammerRow(database, count);
        const [rate, row] = [perSecond(done, ms), perSecond(plain.done, plain.ms)];
        console.log(
          `${database.kind}, ${depth} budget(s), ${count} callers: ${rate.toLocaleString('en-US')} ${what}/s; ` +
            `a plain row takes ${row.toLocaleString('en-US')}/s: ${(rate / row).toFixed(1)} times as many`,
        );
      }
    }
  }
} finally {
  await database.close();
  if (values.url) await administer(values.url, `DROP DATABASE ${name} WITH (FORCE)`);
}

async function chain(database: Database, depth: number): Promise<BudgetRow[]> {
  const made: BudgetRow[] = [];
  for (let place = 0; place < depth; place++) {
    const id = runtime.ids.next('bud');
    await database.query(
      `INSERT INTO budget (id, organization_id, slug, name, scope_kind, scope_ref, limit_nanos, period, timezone,
         thresholds_percent, on_exceed, revision, created_at, updated_at)
       VALUES ($1, 'org_bench', $1, $1, 'ORGANIZATION', '', 1000000000000000, 'TOTAL', 'UTC', '{50}', 'BLOCK', 1, now(), now())`,
      [id],
    );
    made.push(
      budgetOf({
        ...{ id, slug: id, name: id, scopeKind: 'ORGANIZATION', scopeRef: '', limitNanos: '1000000000000000' },
        ...{
          period: 'TOTAL',
          timezone: 'UTC',
          thresholdsPercent: [50],
          onExceed: 'BLOCK',
          downgradeRoute: null,
          revision: 1,
        },
      }),
    );
  }
  return made;
}

function perSecond(done: number, ms: number): number {
  return Math.round((done / ms) * 1000);
}

/** What one would write first: a conditional update of one row for each call. */
async function hammerRow(database: Database, callers: number) {
  await database.query('CREATE TABLE IF NOT EXISTS plain (id int PRIMARY KEY, free bigint)');
  await database.query('INSERT INTO plain VALUES (1, 1000000000000000) ON CONFLICT DO NOTHING');
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  let done = 0;
  const caller = async () => {
    while (performance.now() < end) {
      // Who waits a second for one of the pool's connections gives up, as a call would.
      await database.query('UPDATE plain SET free = free - 1000 WHERE id = 1 AND free >= 1000').then(
        () => done++,
        () => {},
      );
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { done, ms: performance.now() - startedAt };
}

async function hammer(database: Database, budgets: readonly BudgetRow[], callers: number, whole: boolean) {
  const till = createTill(database, runtime);
  const payers = budgets.map((budget) => ({ account: accountOf(budget, '', Date.now()), hard: true }));
  const { signal } = new AbortController();
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  let done = 0;
  const caller = async () => {
    while (performance.now() < end) {
      const id = runtime.ids.next('hld');
      const amounts = { mostNanos: 1000n, leastNanos: 1000n, worstNanos: 1000n };
      const answer = await till.reserve(payers, { id, ...amounts, sent: whole, expiresInMs: 600_000 }, 0, signal);
      if (answer.kind !== 'held') throw new Error('the bench has money enough');
      if (whole) await till.settle({ holdId: id, costNanos: 700n, estimated: false }, payers);
      done++;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const ms = performance.now() - startedAt;
  await till.close();
  return { done, ms };
}
