import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { administer, urlOf } from '../test/support/database-server.ts';
import { operation } from '../test/support/operations.ts';
import { freePort } from '../test/support/ports.ts';
import { type Contestant, type Door, openaiDoor, post, promptOf } from './contestants.ts';
import { KEY } from './load.ts';
import { answering, start } from './processes.ts';

const START = resolve(import.meta.dirname, '../src/start.mjs');
const LOOP_DELAY = resolve(import.meta.dirname, 'loop-delay.mjs');
const POSTGRES = process.env.GLIDEPATH_TEST_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const REDIS = process.env.GLIDEPATH_TEST_REDIS_URL ?? 'redis://127.0.0.1:6379/11';

export interface Setting {
  readonly name: string;
  readonly storage: 'embedded' | 'servers';
  /** Policies with redaction both ways, limits, hard budgets, a route; keys, request log and audit always are. */
  readonly all: boolean;
  readonly upstreamPort: number;
  readonly home: string;
  /** Processes, on all cores; null: one, on the measured core. */
  readonly workers: number | null;
  /** A folder for a CPU profile; null: none is taken. */
  readonly profileTo: string | null;
}

/** A gateway as a user starts it, with the upstream as its OpenAI. */
export async function openGlidepath({ name, storage, all, upstreamPort, home, workers, profileTo }: Setting) {
  await mkdir(home, { recursive: true });
  const key = `gp_live_${randomBytes(24).toString('hex')}`;
  const port = await freePort();
  const loopDelay = join(home, 'loop-delay');
  const database = `glidepath_bench_${process.pid}_${name.replaceAll(/\W/g, '_')}`;
  if (storage === 'servers') await administer(POSTGRES, `CREATE DATABASE ${database}`);
  const profiling = profileTo ? ['--cpu-prof', `--cpu-prof-dir=${profileTo}`] : [];
  const from = performance.now();
  const args = [...profiling, ...(await startOptions()), '--import', LOOP_DELAY, START];
  const env = {
    PORT: String(port),
    GLIDEPATH_WORKERS: String(workers ?? 1),
    GLIDEPATH_DATA_DIR: join(home, 'data'),
    GLIDEPATH_ADMIN_KEY: key,
    GLIDEPATH_LOG_LEVEL: 'warn',
    GLIDEPATH_EGRESS_ALLOW: '127.0.0.1',
    BENCH_LOOP_DELAY: loopDelay,
    ...(storage === 'servers' && {
      DATABASE_URL: urlOf(POSTGRES, database),
      REDIS_URL: REDIS,
      GLIDEPATH_SECRET_KEY: randomBytes(32).toString('hex'),
    }),
  };
  const process_ = start(process.execPath, args, env, workers === null ? 'measured' : 'all');
  await answering(port);
  const startupMs = performance.now() - from;
  const ask = asking(port, key);
  await furnish(ask, upstreamPort, all);

  const contestant: Contestant = {
    name,
    port,
    process: process_,
    startupMs,
    onAllCores: workers !== null,
    doors: [graphqlDoor(key, all), socketDoor(key, all), openaiDoor({ authorization: `Bearer ${key}` })],
    // Of several processes the one that was started answers nothing.
    ...((workers ?? 1) === 1 && { loopDelayMs: () => loopDelayOf(process_.pid, loopDelay) }),
  };
  return {
    contestant,
    async close() {
      await process_.end();
      if (storage !== 'servers') return;
      await administer(POSTGRES, `DROP DATABASE ${database} WITH (FORCE)`);
      await forgetRuns();
    },
  };
}

/** Those of Node in `npm start`. */
async function startOptions(): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(resolve(import.meta.dirname, '../package.json'), 'utf8'));
  return scripts.start.split(' ').filter((word: string) => word.startsWith('--'));
}

/** What calls said would stay in Redis for an hour: some GB after a long bench. */
async function forgetRuns(): Promise<void> {
  const redis = new Redis(REDIS);
  try {
    for await (const keys of redis.scanStream({ match: 'glidepath:run:*', count: 1000 })) {
      if (keys.length > 0) await redis.unlink(...(keys as string[]));
    }
  } finally {
    redis.disconnect();
  }
}

async function loopDelayOf(pid: number, file: string): Promise<number> {
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (let tries = 0; tries < 100; tries++) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return Number(text);
    await new Promise((done) => setTimeout(done, 20));
  }
  return Number.NaN;
}

type Ask = (document: string, variables: object) => Promise<Record<string, { readonly [field: string]: unknown }>>;

function asking(port: number, key: string): Ask {
  return async (query, variables) => {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Awaited<ReturnType<Ask>>; errors?: object[] };
    const refused = Object.values(data ?? {}).find((result) => typeof result.message === 'string');
    if (errors || refused) throw new Error(JSON.stringify(errors ?? refused));
    return data;
  };
}

async function furnish(ask: Ask, upstreamPort: number, all: boolean): Promise<void> {
  const { providerSave } = await ask(
    `mutation ($input: ProviderSaveInput!) { providerSave(input: $input) {
      ... on ProviderSaved { provider { id } } ... on Error { message } } }`,
    { input: { slug: 'openai', kind: 'OPENAI_CHAT', baseUrl: `http://127.0.0.1:${upstreamPort}/v1` } },
  );
  const provider = (providerSave!.provider as { id: string }).id;
  await ask(
    'mutation ($input: CredentialSaveInput!) { credentialSave(input: $input) { __typename ... on Error { message } } }',
    { input: { provider, label: 'main', secret: { value: 'sk-not-a-real-key-of-anybody' } } },
  );
  if (!all) return;

  const organization = { organization: true };
  const target = { model: 'openai/gpt-4o-mini', weight: 1 };
  const { routeSave } = await ask(
    `mutation ($input: RouteSaveInput!) { routeSave(input: $input) {
      ... on RouteSaved { route { id revision draft { version } } } ... on Error { message } } }`,
    {
      input: {
        slug: 'bench',
        name: 'Bench',
        rules: [
          { name: 'code', when: { all: [{ hasTools: true }, { task: { in: ['CODE'] } }] }, targets: [target] },
          { name: 'the rest', strategy: 'WEIGHTED', targets: [target, { ...target, weight: 3 }] },
        ],
      },
    },
  ).catch((error: Error) => Promise.reject(new Error(`routeSave: ${error.message}`)));
  const route = routeSave!.route as { id: string; revision: number; draft: { version: number } };
  await ask(
    `mutation ($id: ID!, $revision: Int!, $version: Int!) {
      routePublish(id: $id, expectedRevision: $revision, version: $version) { __typename ... on Error { message } } }`,
    { id: route.id, revision: route.revision, version: route.draft.version },
  );
  const policySave = await operation('PolicySave');
  const policyBind = await operation('PolicyBind');
  const saved = await ask(policySave, {
    input: {
      slug: 'bench',
      name: 'Bench',
      rules: [
        {
          redaction: {
            detectors: ['EMAIL', 'PHONE', 'CREDIT_CARD', 'IBAN', 'API_KEY'],
            direction: 'BOTH',
            action: 'MASK',
          },
        },
        {
          guardrail: {
            name: 'words',
            check: 'KEYWORDS',
            forbid: ['Operation Moonlight'],
            direction: 'INPUT',
            onFail: 'BLOCK',
          },
        },
      ],
    },
  });
  await ask(policyBind, { input: { policy: saved.policySave!.id, scope: organization, mode: 'ENFORCE' } });
  for (const [metric, amount] of [
    ['REQUESTS', 1_000_000_000],
    ['TOTAL_TOKENS', 1_000_000_000_000],
    ['CONCURRENT', 100_000],
  ] as const) {
    await ask(
      'mutation ($input: RateLimitSaveInput!) { rateLimitSave(input: $input) { __typename ... on Error { message } } }',
      { input: { scope: organization, metric, amount } },
    );
  }
  for (const period of ['DAY', 'MONTH'] as const) {
    await ask(
      'mutation ($input: BudgetSaveInput!) { budgetSave(input: $input) { __typename ... on Error { message } } }',
      {
        input: {
          ...{ slug: `bench-${period.toLowerCase()}`, name: period, scope: organization, period },
          limit: { nanos: '1000000000000000' },
        },
      },
    );
  }
}

const MUTATION = `mutation Complete($input: CompletionInput!) { completionCreate(input: $input, waitMs: 10000) {
  ... on CompletionAccepted { completion { id text finishReason model { name } usage { inputTokens outputTokens } cost { total { nanos } } } }
  ... on Error { code message } } }`;
const SUBSCRIPTION = `subscription Stream($input: CompletionInput!) { completionStream(input: $input) {
  __typename ... on TextDelta { text } ... on CompletionFinished { completion { finishReason } } ... on CompletionFailed { error { code message } } } }`;

function payload(query: string, all: boolean, words: number, everyMs: number, keyed: boolean): string {
  const input = {
    target: all ? { route: 'bench' } : { model: 'openai/gpt-4o-mini' },
    messages: [
      { role: 'SYSTEM', parts: [{ text: 'You answer in one sentence.' }] },
      { role: 'USER', parts: [{ text: promptOf(words, everyMs) }] },
    ],
    sampling: { maxOutputTokens: 1024 },
    ...(keyed && { idempotencyKey: KEY }),
  };
  return JSON.stringify({ query, variables: { input } });
}

function graphqlDoor(key: string, all: boolean): Door {
  const authorization = `Bearer ${key}`;
  return {
    name: 'GraphQL',
    answer: {
      request: (words, everyMs) => post('/graphql', { authorization }, payload(MUTATION, all, words, everyMs, false)),
      expect: 'A control tower sees every plane',
    },
    stream: {
      request: (words, everyMs) =>
        post(
          '/graphql',
          { authorization, accept: 'text/event-stream' },
          payload(SUBSCRIPTION, all, words, everyMs, true),
        ),
      expect: '"CompletionFinished"',
    },
  };
}

function socketDoor(key: string, all: boolean): Door {
  const socket = { path: '/graphql', authorization: `Bearer ${key}` };
  const { answer, stream } = graphqlDoor(key, all);
  return {
    name: 'WebSocket',
    answer: { ...answer, socket, request: (words, everyMs) => payload(MUTATION, all, words, everyMs, false) },
    stream: { ...stream, socket, request: (words, everyMs) => payload(SUBSCRIPTION, all, words, everyMs, true) },
  };
}
