import { parseArgs } from 'node:util';
import pg from 'pg';
import { EACH, openHouse, pause } from './kills/house.ts';

/**
 * Gateways, PostgreSQL and Redis are killed (SIGKILL) in a loop while calls are made; then everybody is left alone, and
 * the books are compared with what the provider was asked. Each kill waits until calls are answered again, so it hits
 * people at work. Servers of our own; the installed ones are not touched. `npm run bench:money:kills -- --kills 200`
 */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, gateways: { type: 'string', default: '3' } },
});
const kills = Number(values.kills);
/** Calls answered between two kills, so that each hits calls in all states. */
const BETWEEN = 5;
/** A machine that is this slow goes on without them. */
const PATIENCE_MS = 30_000;

const house = await openHouse(Number(values.gateways));
const { postgres, redis, provider } = house;
/** The one at the head is killed next. */
const gateways = [...house.gateways];
let asked = 0;
let answered = 0;
let over = false;
const ASK = 'mutation ($input: CompletionInput!) { completionCreate(input: $input) { __typename } }';

/** Asks one call after the other; where it gets no answer it waits, longer each time, as clients should. */
async function caller(): Promise<void> {
  for (let waitMs = 50; !over; ) {
    const up = gateways.filter(({ child }) => child);
    const gateway = up[Math.floor(Math.random() * up.length)];
    let done = false;
    if (gateway) {
      const text = `call-${++asked}`;
      const input = { target: { model: 'counting/m' }, messages: [{ role: 'USER', parts: [{ text }] }], endUser: text };
      try {
        const answer = await house.ask<{ completionCreate: { __typename: string } }>(gateway, ASK, { input });
        done = answer.completionCreate.__typename === 'CompletionAccepted';
      } catch {
        // Its gateway was killed, or what that needs.
      }
    }
    if (done) answered++;
    waitMs = done ? 50 : Math.min(1_000, waitMs * 2);
    if (!done) await pause(waitMs * Math.random());
  }
}

const killed = { gateway: 0, postgres: 0, redis: 0 };
try {
  await killAndCompare();
} finally {
  over = true;
  await house.close();
}

async function killAndCompare(): Promise<void> {
  const callers = Promise.all(Array.from({ length: 12 }, caller));
  const startedAt = performance.now();
  const restarts = new Set<Promise<void>>();
  for (let kill = 0; kill < kills; kill++) {
    if (kill > 0 && kill % 50 === 0) console.log(`${kill} kills, ${answered} of ${asked} calls answered`);
    const [seen, since] = [answered, performance.now()];
    while (answered < seen + BETWEEN && performance.now() < since + PATIENCE_MS) await pause(10);
    await pause(Math.random() * 100);
    const victim = gateways.filter(({ child }) => child)[0];
    if (kill % 10 === 3 || kill % 10 === 8) {
      await postgres.kill();
      killed.postgres++;
    } else if (kill % 10 === 6 || !victim) {
      await redis.kill();
      killed.redis++;
    } else {
      // To the end of the row, so that it is one of the others next.
      gateways.push(...gateways.splice(gateways.indexOf(victim), 1));
      await house.kill(victim);
      const restart = house.start(victim).finally(() => restarts.delete(restart));
      restarts.add(restart);
      killed.gateway++;
    }
  }
  await Promise.all(restarts);
  const tookMs = performance.now() - startedAt;
  over = true;
  await callers;

  // Left alone. The sweeper of whoever lives settles what the dead have left.
  const database = new pg.Client(postgres.url);
  await database.connect();
  const reserved = async () =>
    BigInt(
      (await database.query('SELECT coalesce(sum(reserved_nanos), 0)::text AS held FROM budget_account')).rows[0].held,
    );
  const leftAt = performance.now();
  while ((await reserved()) !== 0n && performance.now() - leftAt < 120_000) await pause(250);
  const freeMs = performance.now() - leftAt;
  await report(database, tookMs, freeMs);
  await database.end();
}

async function report(database: pg.Client, tookMs: number, freeMs: number): Promise<void> {
  const { rows: accounts } = await database.query<{ subject: string; posted: string; guessed: string; twice: string }>(
    `SELECT a.subject, a.posted_nanos::text AS posted,
            coalesce(sum(e.posted_nanos) FILTER (WHERE e.estimated), 0)::text AS guessed,
            (SELECT count(*) FROM (SELECT FROM ledger_entry t WHERE t.account_id = a.id AND t.kind IN ('post', 'void', 'expire')
               GROUP BY hold_id HAVING count(*) > 1) AS more)::text AS twice
     FROM budget_account a JOIN budget b ON b.id = a.budget_id AND b.slug = 'each' LEFT JOIN ledger_entry e ON e.account_id = a.id
     GROUP BY a.id`,
  );
  const { rows: wrong } = await database.query(
    `SELECT a.id FROM budget_account a JOIN ledger_entry e ON e.account_id = a.id GROUP BY a.id
     HAVING sum(e.posted_nanos) <> a.posted_nanos OR sum(e.reserved_nanos) <> a.reserved_nanos OR sum(e.limit_nanos) <> a.limit_nanos`,
  );
  const { rows: prefixes } = await database.query<{ over: string }>(
    `SELECT max(over)::text AS over FROM (SELECT sum(posted_nanos + reserved_nanos - limit_nanos)
       OVER (PARTITION BY account_id ORDER BY seq) AS over FROM ledger_entry) AS prefixes`,
  );
  const bySubject = new Map(accounts.map((account) => [account.subject, account]));
  const lost = [...provider.heard].filter(
    ([text, times]) => BigInt(bySubject.get(text)?.posted ?? 0) < BigInt(times) * EACH,
  );
  const doubled = accounts.filter(({ subject, posted, guessed, twice }) => {
    const truth = BigInt(provider.heard.get(subject) ?? 0) * EACH;
    return twice !== '0' || BigInt(posted) - BigInt(guessed) > truth;
  });
  const truth = [...provider.heard.values()].reduce((sum, times) => sum + BigInt(times) * EACH, 0n);
  const posted = accounts.reduce((sum, account) => sum + BigInt(account.posted), 0n);
  const overNanos = BigInt(prefixes[0]!.over);
  console.log(
    `${killed.gateway} gateways, ${killed.postgres} PostgreSQL, ${killed.redis} Redis killed in ${Math.round(tookMs / 1000)} s; ` +
      `${asked} calls, ${answered} answered, ${provider.heard.size} heard by the provider\n` +
      `charges lost: ${lost.length}; doubled: ${doubled.length}; balances that do not add up: ${wrong.length}; ` +
      `over at any prefix: ${overNanos > 0n ? overNanos : 0n}; all free again after ${(freeMs / 1000).toFixed(1)} s\n` +
      `billed ${truth} nanos, in the books ${posted} (guesses included); gateways that fell by themselves: ${house.fell()}`,
  );
  const sound = lost.length + doubled.length + wrong.length + house.fell() === 0 && overNanos <= 0n && freeMs <= 60_000;
  if (!sound || answered === 0) process.exitCode = 1;
}
