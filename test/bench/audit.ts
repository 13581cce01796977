import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { verifyStored } from '../../src/audit/chain.ts';
import { writeCheckpoints } from '../../src/audit/checkpoint.ts';
import { type Entry, GENESIS, hashOf } from '../../src/audit/entry.ts';
import { systemClock, systemRandom, timeSortedIds } from '../../src/core/runtime.ts';
import { Secret } from '../../src/core/secret.ts';
import { openDatabase } from '../../src/platform/database/open.ts';
import { createKeyring } from '../../src/platform/keyring.ts';
import { createLogger } from '../../src/platform/telemetry/log.ts';
import { administer, urlOf } from '../support/database-server.ts';

/**
 * How long a long audit log takes to verify from the database, and whether one changed entry in its middle is found:
 * `npm run bench:audit -- --url postgres://… --entries 1000000`
 */
const { values } = parseArgs({ options: { url: { type: 'string' }, entries: { type: 'string' } } });
const entries = Number(values.entries ?? 1_000_000);
const BATCH = 2000;
const runtime = {
  clock: systemClock,
  ids: timeSortedIds(systemClock),
  random: systemRandom,
  log: createLogger('warn'),
};
const migrations = new URL('../../prisma/migrations', import.meta.url).pathname;
const name = `glidepath_bench_audit_${process.pid}`;
const keyring = createKeyring(new Secret('the secret of a bench that nobody else shares'));
const organizationId = 'org_bench';

if (values.url) await administer(values.url, `CREATE DATABASE ${name}`);
const database = values.url
  ? await openDatabase({ url: new Secret(urlOf(values.url, name)), maxConnections: 4, migrations }, runtime)
  : await openDatabase({ dataDir: `/tmp/${name}`, migrations }, runtime);
try {
  const written = await timed(write);
  console.log(`${entries} entries written in ${written.seconds.toFixed(1)} s (${database.kind}), load ${load()}`);
  await database.transaction((tx) => writeCheckpoints(tx, keyring.signer('audit'), '/dev/null', runtime));

  const whole = await timed(() => verifyStored(database, keyring, null, organizationId, null));
  const { ok, checked } = whole.value;
  console.log(`verified in ${whole.seconds.toFixed(1)} s (goal 60): ok ${ok}, checked ${checked}, load ${load()}`);

  const middle = Math.floor(entries / 2);
  await database.query('UPDATE audit_event SET actor_name = $2 WHERE organization_id = $1 AND seq = $3', [
    organizationId,
    'nobody',
    middle,
  ]);
  const broken = await timed(() => verifyStored(database, keyring, null, organizationId, null));
  console.log(
    `entry ${middle} edited: first broken ${broken.value.firstBrokenSeq}, after ${broken.seconds.toFixed(1)} s`,
  );
  const right = ok && checked === entries && broken.value.firstBrokenSeq === BigInt(middle) && whole.seconds <= 60;
  process.exitCode = right ? 0 : 1;
} finally {
  await database.close();
  if (values.url) await administer(values.url, `DROP DATABASE ${name} WITH (FORCE)`);
}

/** As `appendEntry` writes them, but many to a statement. */
async function write(): Promise<void> {
  let hash = GENESIS;
  for (let from = 1; from <= entries; from += BATCH) {
    const rows: unknown[] = [];
    for (let n = from; n < from + BATCH && n <= entries; n++) {
      const entry = entryOf(n);
      const prevHash = hash;
      hash = hashOf(keyring, BigInt(n), prevHash, entry);
      const [prev, own] = [prevHash, hash].map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`);
      rows.push({
        id: entry.id,
        at: new Date(entry.at).toISOString(),
        seq: n,
        resource_id: entry.resourceId,
        diff: entry.diff,
        prev,
        own,
      });
    }
    await database.query(
      `INSERT INTO audit_event (id, organization_id, at, actor_id, actor_name, action, resource_type, resource_id, outcome,
         reason, diff, ip, revision, seq, prev_hash, hash)
       SELECT id, $1, at, 'key_1', 'admin', 'thing.save', 'Thing', resource_id, 'ALLOWED', 'tidying up', diff, '192.0.2.7',
         seq, seq, prev, own
       FROM json_to_recordset($2::json)
         AS row (id text, at timestamptz, seq bigint, resource_id text, diff jsonb, prev bytea, own bytea)`,
      [organizationId, JSON.stringify(rows)],
      30_000,
    );
  }
  await database.query('INSERT INTO audit_head (organization_id, seq, hash) VALUES ($1, $2, $3)', [
    organizationId,
    entries,
    Buffer.from(hash),
  ]);
  await database.query('ANALYZE audit_event', [], 60_000);
}

function entryOf(n: number): Entry {
  return {
    id: `aud_${String(n).padStart(12, '0')}`,
    organizationId,
    at: 1_767_225_600_000 + n,
    actorId: 'key_1',
    actorName: 'admin',
    action: 'thing.save',
    resourceType: 'Thing',
    resourceId: `thg_${n}`,
    outcome: 'ALLOWED',
    reason: 'tidying up',
    diff: [{ path: ['size'], op: 'REPLACE', before: n - 1, after: n, masked: false }],
    ip: '192.0.2.7',
    revision: BigInt(n),
    idempotencyKey: null,
    inputHash: null,
  };
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const began = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - began) / 1000 };
}

function load(): string {
  return loadavg()[0]!.toFixed(1);
}
