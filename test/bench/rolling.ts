import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { freePort } from '../support/ports.ts';
import { ownPostgres, ownRedis } from './kills/servers.ts';
import { type GatewayProcess, startGateway } from './process.ts';

/**
 * A rolling restart of two instances under load: `npm run bench:rolling`. A hundred workers ask over kept connections,
 * and streams are open at both, while each instance in turn is told to stop (SIGTERM) and started again. Behind what every
 * balancer does: an instance whose /ready says no gets no new calls, and a connection that is refused is tried at the
 * other one. Every call must be answered, and every stream must end with its last word or a typed failure.
 * `-- 20 50` has twenty workers and fifty streams: where the machine cannot follow, connections are lost in its backlog.
 */
const [WORKERS = 100, STREAMS = 250] = process.argv.slice(2).map(Number);
const ROUNDS = 2;
const KEY = 'gp_live_rolling_0123456789abcdef';

const HEADERS = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
const CALL = JSON.stringify({
  query: `mutation { completionCreate(input: { target: { model: "sim/echo-1" }, messages: [{ role: USER, parts: [{ text: "Hi" }] }],
    debug: { simulate: { reply: "Hello there", tokensPerSecond: 20 } } }) {
      __typename ... on CompletionAccepted { completion { status } } ... on Error { code } } }`,
});

const [postgres, redis] = await Promise.all([ownPostgres(), ownRedis()]);
const ports = [await freePort(), await freePort()];
const start = (port: number) =>
  startGateway({
    PORT: String(port),
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    GLIDEPATH_ADMIN_KEY: KEY,
    GLIDEPATH_SECRET_KEY: '0'.repeat(64),
    GLIDEPATH_LOG_LEVEL: 'silent',
    GLIDEPATH_DATABASE_POOL: '8',
  });
interface Instance {
  process: GatewayProcess;
  pool: Pool;
  ready: boolean;
}
const instances: Instance[] = [];
for (const port of ports) {
  const process = await start(port);
  instances.push({ process, pool: new Pool(process.url, { connections: 200 }), ready: true });
}

const calls = { answered: 0, elsewhere: 0, failed: new Map<string, number>() };
const streams = { whole: 0, typed: 0, broken: new Map<string, number>() };
let over = false;
let turn = 0;

const watching = watch();
const workers = Array.from({ length: WORKERS }, work);
const listeners = Array.from({ length: STREAMS }, (_, at) => listen(at));
await pause(3000);
for (let round = 0; round < ROUNDS; round++) {
  for (const [at, instance] of instances.entries()) {
    const from = performance.now();
    const code = await instance.process.stop();
    console.log(`instance ${at + 1} left with code ${code} after ${((performance.now() - from) / 1000).toFixed(1)} s`);
    instance.process = await start(ports[at]!);
    await pause(3000);
  }
}
over = true;
await Promise.all([watching, ...workers, ...listeners]);
console.log(
  `${calls.answered} calls answered, ${calls.elsewhere} of them after a refused connection; failed:`,
  told(calls.failed),
);
console.log(
  `${streams.whole} streams whole, ${streams.typed} ended with a typed failure; broken:`,
  told(streams.broken),
);
console.log(`with the machine at a load of ${loadavg()[0]!.toFixed(2)}`);
for (const { process, pool } of instances) {
  await pool.destroy();
  await process.close();
}
await Promise.all([postgres.stop(), redis.stop()]);
if (calls.failed.size + streams.broken.size > 0) process.exitCode = 1;

function told(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([what, count]) => `${count} × ${what}`).join(', ') || 'none';
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

async function watch(): Promise<void> {
  while (!over) {
    for (const instance of instances) {
      const status = await fetch(`${instance.process.url}/ready`).then(
        ({ status }) => status,
        () => 0,
      );
      instance.ready = status === 200;
    }
    await pause(100);
  }
}

/** Ready ones in turn; when none is, the one after the other all the same. */
function choose(not: Instance | null = null): Instance {
  const able = instances.filter((one) => one.ready && one !== not);
  const among = able.length > 0 ? able : instances.filter((one) => one !== not);
  return among[turn++ % among.length]!;
}

async function work(): Promise<void> {
  while (!over) {
    const first = choose();
    const end = await call(first);
    if (end === 'refused') {
      calls.elsewhere++;
      const again = await call(choose(first));
      if (again === null) calls.answered++;
      else count(calls.failed, again);
    } else if (end === null) calls.answered++;
    else count(calls.failed, end);
  }
}

/** @returns what went wrong; null when it was answered */
async function call({ pool }: Instance): Promise<string | null> {
  try {
    const { statusCode, body } = await pool.request({ path: '/graphql', method: 'POST', headers: HEADERS, body: CALL });
    const { data, errors } = (await body.json()) as {
      data?: { completionCreate?: { completion?: { status: string }; code?: string } };
      errors?: { message: string }[];
    };
    const answer = data?.completionCreate;
    if (answer?.completion?.status === 'SUCCEEDED') return null;
    return `${statusCode} ${answer?.code ?? answer?.completion?.status ?? errors?.[0]?.message}`;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code === 'ECONNREFUSED' ? 'refused' : (code ?? message);
  }
}

/** One stream after the other, each of some ten seconds. */
async function listen(at: number): Promise<void> {
  await pause(at * 10);
  for (let number = 0; !over; number++) {
    const query = `subscription { completionStream(input: { idempotencyKey: "${at}-${number}-${Date.now()}", target: { model: "sim/echo-1" },
      messages: [{ role: USER, parts: [{ text: "Hi" }] }],
      debug: { simulate: { reply: "${'word '.repeat(20).trim()}", tokensPerSecond: 2 } } }) { __typename } }`;
    const end = await ending(choose(), query);
    if (end === 'CompletionFinished') streams.whole++;
    else if (end === 'CompletionFailed' || /^[A-Z_]+$/.test(end)) streams.typed++;
    else if (end !== 'refused') count(streams.broken, end);
    if (end === 'refused') await pause(200);
  }
}

async function ending({ process }: Instance, query: string): Promise<string> {
  const from = performance.now();
  let last = 'nothing';
  const after = () => `after ${last}`;
  try {
    const response = await fetch(`${process.url}/graphql`, {
      method: 'POST',
      headers: { ...HEADERS, accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    });
    last = `status ${response.status}`;
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      for (const [, name, code] of text.matchAll(/"__typename":"(\w+)"|"code":"(\w+)"/g)) last = name ?? code!;
    }
    return last;
  } catch (error) {
    const cause = (error as Error).cause as { code?: string } | undefined;
    if (cause?.code === 'ECONNREFUSED') return 'refused';
    return `${cause?.code ?? error} ${after()} ${Math.round((performance.now() - from) / 1000)} s`;
  }
}
