import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/ports.ts';
import { BILLED, type CountingProvider, countingProvider } from './provider.ts';
import { listening, type OwnServer, ownPostgres, ownRedis } from './servers.ts';

/** Gateways over PostgreSQL, Redis and a provider of their own, each in a process that may be killed. */
export interface House {
  readonly gateways: readonly Running[];
  readonly postgres: OwnServer;
  readonly redis: OwnServer;
  readonly provider: CountingProvider;
  /** Gateways that died without having been killed. */
  fell(): number;
  /** SIGKILL; resolves when it is dead. */
  kill(gateway: Running): Promise<void>;
  /** Up when it resolves, or when the house is closed. */
  start(gateway: Running): Promise<void>;
  /** @throws when nothing answers within 20 s, or as told, or with the first error */
  ask<Data>(gateway: Running, query: string, variables: object, limitMs?: number): Promise<Data>;
  close(): Promise<void>;
}

export interface Running {
  readonly port: number;
  /** Null while it is down. */
  child: ChildProcess | null;
}

/** Nanos a token; see `prepare`. */
const [INPUT, OUTPUT] = [1_000n, 4_000n];
/** What each call costs. */
export const EACH = BigInt(BILLED.prompt_tokens) * INPUT + BigInt(BILLED.completion_tokens) * OUTPUT;

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Model `counting/m`, a budget `all` of the organization, and one `each` for every end user. */
export async function openHouse(count: number): Promise<House> {
  const key = `gp_live_kills_${randomBytes(16).toString('hex')}`;
  const [postgres, redis, provider] = await Promise.all([ownPostgres(), ownRedis(), countingProvider()]);
  const gateways: Running[] = [];
  const compiled = mkdtempSync(join(tmpdir(), 'glidepath-compiled-'));
  const main = fileURLToPath(new URL('../../../src/start.mjs', import.meta.url));
  const environment = {
    PATH: process.env.PATH,
    ...{ GLIDEPATH_ADMIN_KEY: key, GLIDEPATH_SECRET_KEY: randomBytes(32).toString('hex') },
    ...{ GLIDEPATH_LOG_LEVEL: 'silent', GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' },
    ...{ DATABASE_URL: postgres.url, REDIS_URL: redis.url, NODE_COMPILE_CACHE: compiled },
  };
  // Whoever stops this program stops what it has started.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.once('exit', () => {
    for (const { child } of gateways) child?.kill('SIGKILL');
  });
  const killed = new WeakSet<ChildProcess>();
  let [fell, closed] = [0, false];

  const start = async (gateway: Running) => {
    while (!closed) {
      const child = spawn(process.execPath, [main], {
        env: { ...environment, PORT: String(gateway.port) },
        stdio: 'ignore',
      });
      const ended = new Promise<'ended'>((resolve) => child.once('exit', () => resolve('ended')));
      if ((await Promise.race([listening(gateway.port), ended])) !== 'ended') {
        gateway.child = child;
        child.once('exit', () => {
          gateway.child = null;
          if (!killed.has(child)) fell++;
        });
        return;
      }
      // It does not start while PostgreSQL is down: then again.
      await pause(100);
    }
  };
  const end = async (gateway: Running, signal: NodeJS.Signals) => {
    const { child } = gateway;
    if (!child) return;
    killed.add(child);
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  const ask: House['ask'] = async (gateway, query, variables, limitMs = 20_000) => {
    const response = await fetch(`http://127.0.0.1:${gateway.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(limitMs),
    });
    const { data, errors } = (await response.json()) as { data: never; errors?: { message: string }[] };
    if (errors) throw new Error(errors[0]!.message);
    return data;
  };

  for (let made = 0; made < count; made++) gateways.push({ port: await freePort(), child: null });
  const house: House = {
    ...{ gateways, postgres, redis, provider, start, ask },
    fell: () => fell,
    kill: (gateway) => end(gateway, 'SIGKILL'),
    async close() {
      closed = true;
      await Promise.all(gateways.map((gateway) => end(gateway, 'SIGKILL')));
      provider.close();
      await Promise.all([postgres.stop(), redis.stop()]);
      rmSync(compiled, { recursive: true, force: true });
    },
  };
  // One makes the tables, and leaves its compiled code to those that come after it: they start in half the time.
  const [first] = gateways;
  await start(first!);
  await prepare(house, first!);
  await end(first!, 'SIGTERM');
  await Promise.all(gateways.map(start));
  return house;
}

async function prepare({ ask, provider }: House, gateway: Running): Promise<void> {
  const saying = 'mutation ($input: ';
  const { providerSave } = await ask<{ providerSave: { provider: { id: string } } }>(
    gateway,
    `${saying}ProviderSaveInput!) { providerSave(input: $input) { ... on ProviderSaved { provider { id } } ... on Error { message } } }`,
    { input: { slug: 'counting', kind: 'OPENAI_COMPATIBLE', baseUrl: provider.baseUrl } },
  );
  const credential = { provider: providerSave.provider.id, label: 'bench', secret: { value: 'not-a-real-key-0000' } };
  await ask(gateway, `${saying}CredentialSaveInput!) { credentialSave(input: $input) { __typename } }`, {
    input: credential,
  });
  await ask(gateway, `${saying}ModelSaveInput!) { modelSave(input: $input) { __typename } }`, {
    input: { model: 'counting/m', contextTokens: 8_000, maxOutputTokens: 100 },
  });
  for (const [meter, nanos] of [
    ['INPUT_TOKEN', INPUT],
    ['OUTPUT_TOKEN', OUTPUT],
  ] as const) {
    const input = { model: 'counting/m', meter, amount: String(Number(nanos) / 1_000) };
    await ask(gateway, `${saying}PriceSetInput!) { priceSet(input: $input) { __typename ... on Error { message } } }`, {
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
      gateway,
      `${saying}BudgetSaveInput!) { budgetSave(input: $input) { __typename ... on Error { message } } }`,
      { input },
    );
  }
}
