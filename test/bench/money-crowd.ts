import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createBalances } from '../../src/budgets/balances.ts';
import { loadBook } from '../../src/budgets/book.ts';
import { createCalibration } from '../../src/budgets/calibration.ts';
import { discrepancies } from '../../src/budgets/check.ts';
import { LEASE_MS, sweep } from '../../src/budgets/ledger.ts';
import { openPurse } from '../../src/budgets/purse.ts';
import { createTill } from '../../src/budgets/till.ts';
import { BudgetExceededProblem, UnavailableProblem } from '../../src/core/problem.ts';
import { systemClock, systemRandom, timeSortedIds } from '../../src/core/runtime.ts';
import { Secret } from '../../src/core/secret.ts';
import { openDatabase } from '../../src/platform/database/open.ts';
import { createLogger } from '../../src/platform/telemetry/log.ts';
import { highestOver } from '../budgets/money.ts';
import { aSpending, failed, insertBudget, started, succeeded } from '../budgets/rig.ts';
import { administer, urlOf } from '../support/database-server.ts';

/**
 * Several processes spend from the same three budgets on PostgreSQL, with retries and calls that are given up. With
 * `--kills` they are killed (SIGKILL) at random and started again; at the end a sweeper ends what they left behind. Then the
 * books are read: $0 over at every prefix, balances that add up, nothing held, every charge that a provider could have
 * heard of in the ledger. `node test/bench/money-crowd.ts --url postgres://… --calls 10000 --processes 4 --kills 0`
 */
const options = {
  url: { type: 'string', default: 'postgres://postgres@127.0.0.1:5432/postgres' },
  calls: { type: 'string', default: '10000' },
  processes: { type: 'string', default: '4' },
  kills: { type: 'string', default: '0' },
  limit: { type: 'string', default: '1000000000' },
  worker: { type: 'string' },
} as const;
const { values } = parseArgs({ options });
const runtime = {
  clock: systemClock,
  ids: timeSortedIds(systemClock),
  random: systemRandom,
  log: createLogger('error'),
};
const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const open = (url: string) => openDatabase({ url: new Secret(url), maxConnections: 4, migrations }, runtime);
const limit = BigInt(values.limit);

if (values.worker) await work(values.worker);
else await lead();

/** Three levels, of which the outermost is the tightest. */
async function lead() {
  const name = `glidepath_crowd_${process.pid}`;
  await administer(values.url, `CREATE DATABASE ${name}`);
  const url = urlOf(values.url, name);
  const database = await open(url);
  try {
    for (const [place, level] of ['org', 'team', 'key'].entries()) {
      await insertBudget(database, 'org_crowd', `bud_${level}`, limit * BigInt(place + 1));
    }
    await database.query('CREATE TABLE heard (hold_id text PRIMARY KEY, cost bigint)');
    const startedAt = performance.now();
    const figures = await crowd(url);
    const tookMs = performance.now() - startedAt;
    if (figures.killed > 0) {
      await database.query("UPDATE budget_owner SET alive_until = now() - interval '1 s'");
      console.log(`leases ended by hand; left alone they end after ${LEASE_MS / 1000} s`);
    }
    while ((await database.transaction(sweep)) > 0);
    await report(database, figures, tookMs);
  } finally {
    await database.close();
    await administer(values.url, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

interface Figures {
  done: number;
  refused: number;
  slowestMs: number;
  killed: number;
}

async function crowd(url: string): Promise<Figures> {
  const figures: Figures = { done: 0, refused: 0, slowestMs: 0, killed: 0 };
  const kills = Number(values.kills);
  const share = Math.ceil(Number(values.calls) / Number(values.processes));
  const live = async (): Promise<void> => {
    for (;;) {
      const args = ['--worker', url, '--calls', String(share), '--kills', String(kills), '--limit', values.limit];
      const child: ChildProcess = fork(fileURLToPath(import.meta.url), args);
      child.on('message', (message) => {
        const { waitedMs, refused } = message as { waitedMs: number; refused: boolean };
        figures.done++;
        if (refused) figures.refused++;
        figures.slowestMs = Math.max(figures.slowestMs, waitedMs);
        if (figures.killed < kills && Math.random() < 0.02) child.kill('SIGKILL');
      });
      const code = await new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal ?? 'done')));
      if (code !== 'SIGKILL') return;
      figures.killed++;
      if (figures.killed >= kills) return;
    }
  };
  await Promise.all(Array.from({ length: Number(values.processes) }, live));
  return figures;
}

async function work(url: string) {
  const database = await open(url);
  const till = createTill(database, runtime);
  const balances = createBalances(database, runtime);
  const counter = { till, calibration: createCalibration(), balances, runtime };
  const budgets = await loadBook(database, 'org_crowd');
  const hear = (holdId: string, cost: bigint | null) =>
    database.query('INSERT INTO heard VALUES ($1, $2) ON CONFLICT (hold_id) DO UPDATE SET cost = excluded.cost', [
      holdId,
      cost === null ? null : String(cost),
    ]);
  const noting = Number(values.kills) > 0;

  const call = async () => {
    const id = runtime.ids.next('req');
    const startedAt = performance.now();
    let waitedMs = 0;
    let refused = false;
    try {
      const spending = { ...aSpending('org_crowd', id), deadlineMs: systemClock.monotonic() + 60_000 };
      const opening = await openPurse(counter, budgets, spending, new AbortController().signal);
      waitedMs = performance.now() - startedAt;
      if (!('purse' in opening)) throw new Error('nobody downgrades here');
      const { purse } = opening;
      const tokens = () => Math.min(purse.request.sampling.maxOutputTokens!, 10 + Math.floor(Math.random() * 50));
      try {
        for (let attempt = 1; attempt <= 2; attempt++) {
          await purse.see(started(attempt));
          if (noting) await hear(`${id}/${attempt}`, null);
          await systemClock.sleep(2 + Math.random() * 20);
          const fate = Math.random();
          if (fate > 0.95) break;
          const event = fate < 0.2 && attempt === 1 ? failed(attempt, tokens(), true) : succeeded(attempt, tokens());
          if (noting && 'attempt' in event) await hear(`${id}/${attempt}`, event.attempt.cost.totalNanos);
          await purse.see(event);
          if (event.kind === 'attemptSucceeded') break;
        }
      } finally {
        await purse.close();
      }
    } catch (error) {
      // A database that is too busy to answer in time is no answer either: the call has not begun.
      if (!(error instanceof BudgetExceededProblem || error instanceof UnavailableProblem)) throw error;
      refused = true;
      waitedMs ||= performance.now() - startedAt;
    }
    process.send!({ waitedMs, refused });
  };

  // Ten times as many at once as the database has connections for.
  let left = Number(values.calls);
  await Promise.all(
    Array.from({ length: noting ? 20 : 250 }, async () => {
      while (left-- > 0) await call();
    }),
  );
  balances.close();
  await till.close();
  await database.close();
  process.disconnect();
}

async function report(database: Awaited<ReturnType<typeof open>>, figures: Figures, tookMs: number) {
  const over = await highestOver(database);
  const wrong = await discrepancies(database, 'org_crowd');
  const [sums] = await database.query<{ posted: string; reserved: string }>(
    "SELECT posted_nanos AS posted, reserved_nanos AS reserved FROM budget_account WHERE budget_id = 'bud_org'",
  );
  const [books] = await database.query<{ lost: string; doubled: string; entries: string }>(
    `SELECT (SELECT count(*) FROM heard h WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE e.hold_id = h.hold_id
               AND e.kind IN ('post', 'expire') AND e.posted_nanos >= coalesce(h.cost, 1))) AS lost,
            (SELECT count(*) FROM (SELECT FROM ledger_entry WHERE kind IN ('post', 'void', 'expire')
               GROUP BY hold_id, account_id HAVING count(*) > 1) AS twice) AS doubled,
            (SELECT count(*) FROM ledger_entry) AS entries`,
  );
  const used = (Number(sums!.posted) / Number(limit)) * 100;
  console.log(
    `${figures.done} calls (${figures.refused} refused) in ${values.processes} processes, ${figures.killed} killed, ` +
      `${(tookMs / 1000).toFixed(1)} s, ${books!.entries} entries\n` +
      `highest over the cap at any prefix: ${over > 0n ? over : 0n} nanos; used ${used.toFixed(2)} % of the tightest; ` +
      `still held ${sums!.reserved}\n` +
      `balances that do not add up: ${wrong.length}; charges lost: ${books!.lost}; doubled: ${books!.doubled}; ` +
      `longest wait: ${Math.round(figures.slowestMs)} ms`,
  );
  const sound =
    over <= 0n && wrong.length === 0 && sums!.reserved === '0' && books!.lost === '0' && books!.doubled === '0';
  if (!sound) process.exitCode = 1;
}
