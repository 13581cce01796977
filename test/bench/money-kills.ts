import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { BILLED, countingProvider } from './kills/provider.ts';
import { freePort, listening, ownPostgres, ownRedis } from './kills/servers.ts';

/**
 * Gateways, PostgreSQL and Redis are killed (SIGKILL) in a loop while calls are made; then everybody is left alone, and
 * the books are compared with what the provider was asked. Each kill waits until calls are answered again, so it hits
 * people at work. Servers of our own; the installed ones are not touched. `npm run bench:money:kills -- --kills 200`
 */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, gateways: { type: 'string', default: '3' } },
});
const kills = Number(values.kills);
const key = `gp_live_kills_${randomBytes(16).toString('hex')}`;
/** Nanos a token; see `prepare`. */
const [INPUT, OUTPUT] = [1_000n, 4_000n];
const EACH = BigInt(BILLED.prompt_tokens) * INPUT + BigInt(BILLED.completion_tokens) * OUTPUT;

const [postgres, redis, provider] = await Promise.all([ownPostgres(), ownRedis(), countingProvider()]);
const compiled = mkdtempSync(join(tmpdir(), 'glidepath-compiled-'));
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const environment = {
  PATH: process.env.PATH,
  ...{ GLIDEPATH_ADMIN_KEY: key, GLIDEPATH_SECRET_KEY: randomBytes(32).toString('hex') },
  ...{ GLIDEPATH_LOG_LEVEL: 'silent', GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' },
  ...{ DATABASE_URL: postgres.url, REDIS_URL: redis.url, NODE_COMPILE_CACHE: compiled },
};

interface Running {
  readonly port: number;
  /** Null while it is down. */
  child: ChildProcess | null;
}

/** Calls answered between two kills, so that each hits calls in all states. */
const BETWEEN = 5;
/** A machine that is this slow goes on without them. */
const PATIENCE_MS = 30_000;

/** Those that died without having been killed. */
let fell = 0;
let over = false;

/** Up when it resolves. Falls once: whoever killed it starts it again. */
async function start(running: Running): Promise<void> {
  while (!over) {
    const child = spawn(process.execPath, [main], {
      env: { ...environment, PORT: String(running.port) },
      stdio: 'ignore',
    });
    const ended = new Promise<'ended'>((resolve) => child.once('exit', () => resolve('ended')));
    if ((await Promise.race([listening(running.port), ended])) !== 'ended') {
      running.child = child;
      child.once('exit', (_code, signal) => {
        running.child = null;
        if (signal !== 'SIGKILL') fell++;
      });
      return;
    }
    // It does not start while PostgreSQL is down: then again.
    await pause(100);
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const gateways: Running[] = await Promise.all(
  Array.from({ length: Number(values.gateways) }, async () => ({ port: await freePort(), child: null })),
);
// One makes the tables, and leaves its compiled code to those that come after it: they start in half the time.
const first = { port: await freePort(), child: null as ChildProcess | null };
await start(first);
const ended = once(first.child!, 'exit');
first.child!.kill('SIGTERM');
await ended;
fell = 0;
await Promise.all(gateways.map(start));

async function ask<Data>(port: number, query: string, variables: object): Promise<Data> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(20_000),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: { message: string }[] };
  if (errors) throw new Error(errors[0]!.message);
  return data;
}

async function prepare(port: number): Promise<void> {
  const saying = 'mutation ($input: ';
  const { providerSave } = await ask<{ providerSave: { provider: { id: string } } }>(
    port,
    `${saying}ProviderSaveInput!) { providerSave(input: $input) { ... on ProviderSaved { provider { id } } ... on Error { message } } }`,
    { input: { slug: 'counting', kind: 'OPENAI_COMPATIBLE', baseUrl: provider.baseUrl } },
  );
  const credential = { provider: providerSave.provider.id, label: 'bench', secret: { value: 'not-a-real-key-0000' } };
  await ask(port, `${saying}CredentialSaveInput!) { credentialSave(input: $input) { __typename } }`, {
    input: credential,
  });
  await ask(port, `${saying}ModelSaveInput!) { modelSave(input: $input) { __typename } }`, {
    input: { model: 'counting/m', contextTokens: 8_000, maxOutputTokens: 100 },
  });
  for (const [meter, nanos] of [
    ['INPUT_TOKEN', INPUT],
    ['OUTPUT_TOKEN', OUTPUT],
  ] as const) {
    const input = { model: 'counting/m', meter, amount: String(Number(nanos) / 1_000) };
    await ask(port, `${saying}PriceSetInput!) { priceSet(input: $input) { __typename ... on Error { message } } }`, {
      input,
    });
  }
  for (const [slug, scope, dollars] of [
    ['all', { organization: true }, 1_000n],
    ['each', { endUser: '*' }, 1n],
  ] as const) {
    const limit = { nanos: String(dollars * 1_000_000_000n) };
    const input = { slug, name: slug, scope, limit, period: 'TOTAL' };
    await ask(
      port,
      `${saying}BudgetSaveInput!) { budgetSave(input: $input) { __typename ... on Error { message } } }`,
      { input },
    );
  }
}

let asked = 0;
let answered = 0;
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
        const answer = await ask<{ completionCreate: { __typename: string } }>(gateway.port, ASK, { input });
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
  await prepare(gateways[0]!.port);
  await killAndCompare();
} finally {
  over = true;
  for (const { child } of gateways) child?.kill('SIGKILL');
  provider.close();
  await Promise.all([postgres.stop(), redis.stop()]);
  rmSync(compiled, { recursive: true });
}

async function killAndCompare(): Promise<void> {
  const callers = Promise.all(Array.from({ length: 12 }, caller));
  const startedAt = performance.now();
  const restarts = new Set<Promise<void>>();
  for (let kill = 0; kill < kills; kill++) {
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
      const gone = once(victim.child!, 'exit');
      victim.child!.kill('SIGKILL');
      await gone;
      const restart = start(victim).finally(() => restarts.delete(restart));
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
      `billed ${truth} nanos, in the books ${posted} (guesses included); gateways that fell by themselves: ${fell}`,
  );
  const sound = lost.length + doubled.length + wrong.length + fell === 0 && overNanos <= 0n && freeMs <= 60_000;
  if (!sound || answered === 0) process.exitCode = 1;
}
