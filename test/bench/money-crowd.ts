import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readConfig } from '../../src/config.ts';
import { nanosFromUsd, usdFromNanos } from '../../src/core/money.ts';
import { Secret } from '../../src/core/secret.ts';
import { furnish, type OpenGateway } from '../../src/gateway.ts';
import { openDatabase } from '../../src/platform/database/open.ts';
import { audit, sound, type Throng, threeLevels, throng } from '../budgets/throng.ts';
import { administer, urlOf } from '../support/database-server.ts';
import { seededRandom } from '../support/manual-clock.ts';
import { hastyRuntime } from '../support/runtime.ts';

/**
 * Calls of all kinds (streams, tools, retries, fallbacks, breaks, failures, cancels) through whole gateways in several
 * processes, on three levels of budgets; then the books are read: $0 over at every prefix, balances that add up, nothing
 * held, nothing doubled, the same sum in ledger and history, and the cap used to its end.
 * `node test/bench/money-crowd.ts --url postgres://… --calls 10000 --processes 4 --at-once 250 --limit 10`; without a
 * URL it is one process on the embedded database.
 */
const options = {
  url: { type: 'string' },
  calls: { type: 'string', default: '10000' },
  processes: { type: 'string', default: '4' },
  'at-once': { type: 'string', default: '64' },
  limit: { type: 'string', default: '10.00' },
  seed: { type: 'string', default: '7' },
  worker: { type: 'string' },
} as const;
const { values } = parseArgs({ options });
const [calls, seed] = [Number(values.calls), Number(values.seed)];
const processes = values.url ? Number(values.processes) : 1;
const limitNanos = nanosFromUsd(values.limit);
const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const config = readConfig({
  GLIDEPATH_ADMIN_KEY: 'gp_live_crowd_00000000000000000000000000000000',
  GLIDEPATH_SECRET_KEY: '0'.repeat(64),
  GLIDEPATH_LOG_LEVEL: 'silent',
});

if (values.worker) await work(values.url!, values.worker);
else await lead();

async function lead() {
  const name = `glidepath_crowd_${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), name));
  if (values.url) await administer(values.url, `CREATE DATABASE ${name}`);
  const url = values.url && urlOf(values.url, name);
  const database = await openDatabase(
    url ? { url: new Secret(url), maxConnections: 10, migrations } : { dataDir: folder, migrations },
    hastyRuntime,
  );
  const gateway = await furnish(database, config, hastyRuntime);
  try {
    const caller = await callerOf(gateway);
    await threeLevels(gateway, caller, limitNanos);
    const startedAt = performance.now();
    const throngs = await Promise.all(
      Array.from({ length: processes }, (_, place) =>
        url && processes > 1 ? aside(url, place) : crowd(gateway, `${seed}`),
      ),
    );
    const tookMs = performance.now() - startedAt;
    // What those who waited too long have left is there for those who come after them, until nothing is.
    let late = 0;
    const { float: chance } = seededRandom(seed + 1);
    for (let turned = 0; turned < 50 && late < calls; late += 100) {
      turned = countOf((await throng(gateway, caller, { calls: 100, atOnce: 10, chance })).ends, /BUDGET_EXCEEDED$/);
    }
    const books = await audit(database, gateway, caller.organizationId);
    const ends: Record<string, number> = {};
    for (const each of throngs)
      for (const [end, count] of Object.entries(each.ends)) ends[end] = (ends[end] ?? 0) + count;
    const slowestMs = Math.max(...throngs.map((each) => each.slowestMs));
    const refused = countOf(ends, /BUDGET_EXCEEDED$/);
    console.log(
      `${database.kind}: ${calls} calls in ${processes} process(es), seed ${seed}, against $${usdFromNanos(limitNanos)}: ` +
        `${(tookMs / 1000).toFixed(1)} s, ${refused} refused; ${late} more afterwards\n` +
        `highest over the cap at any prefix: ${books.overNanos > 0n ? books.overNanos : 0n} nanos; used ` +
        `${books.usedPercent.toFixed(2)} % of it; still held ${books.heldNanos}; balances that do not add up: ` +
        `${books.unbalanced}; doubled: ${books.doubled}; history less ledger: ${books.driftNanos} nanos; ` +
        `longest wait: ${Math.round(slowestMs)} ms\n${JSON.stringify(ends)}`,
    );
    if (!sound(books)) process.exitCode = 1;
  } finally {
    await gateway.close(1_000);
    rmSync(folder, { recursive: true });
    if (values.url) await administer(values.url, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

function countOf(ends: Readonly<Record<string, number>>, pattern: RegExp): number {
  return Object.entries(ends).reduce((sum, [end, count]) => sum + (pattern.test(end) ? count : 0), 0);
}

function callerOf({ rooms }: OpenGateway) {
  return rooms.access.authenticate({ authorization: `Bearer ${config.adminKey!.reveal()}`, ip: null });
}

async function crowd(gateway: OpenGateway, chanceOf: string): Promise<Throng> {
  const { float: chance } = seededRandom(Number(chanceOf));
  const share = Math.ceil(calls / processes);
  return throng(gateway, await callerOf(gateway), { calls: share, atOnce: Number(values['at-once']), chance });
}

/** In a process of its own. */
function aside(url: string, place: number): Promise<Throng> {
  const { worker: _, ...given } = values;
  const args = Object.entries({ ...given, url, worker: `${seed * 1_000 + place}` });
  const child: ChildProcess = fork(
    fileURLToPath(import.meta.url),
    args.map(([name, value]) => `--${name}=${value}`),
  );
  return new Promise((resolve, reject) => {
    child.once('message', (throng) => resolve(throng as Throng));
    child.once('exit', (code) => reject(new Error(`a process of the crowd ended with ${code}`)));
  });
}

async function work(url: string, chanceOf: string) {
  const database = await openDatabase({ url: new Secret(url), maxConnections: 10, migrations }, hastyRuntime);
  const gateway = await furnish(database, config, hastyRuntime);
  const seen = await crowd(gateway, chanceOf);
  await gateway.close(1_000);
  process.send!(seen);
  process.disconnect();
}
