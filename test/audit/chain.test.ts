import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendEntry } from '../../src/audit/append.ts';
import { entriesFrom, verifyStored } from '../../src/audit/chain.ts';
import { type Checkpoint, writeCheckpoints } from '../../src/audit/checkpoint.ts';
import type { Entry } from '../../src/audit/entry.ts';
import { toLine } from '../../src/audit/line.ts';
import { verifyChain } from '../../src/audit/verify.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createKeyring } from '../../src/platform/keyring.ts';
import { testDatabase } from '../support/database.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { attacks, tellsLate } from './attacks.ts';

const SECRET = 'the secret of the audit tests, thirty-two characters';
const keyring = createKeyring(new Secret(SECRET));
const runtime = testRuntime();
let database: Database;
let folder: string;
let file: string;

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'glidepath-audit-'));
  file = join(folder, 'checkpoints.jsonl');
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

let organizations = 0;

function entryOf(organizationId: string, n: number): Entry {
  return {
    id: `aud_${organizationId}_${String(n).padStart(6, '0')}`,
    organizationId,
    at: runtime.clock.now() + n,
    actorId: 'key_1',
    actorName: 'admin',
    action: 'thing.save',
    resourceType: 'Thing',
    resourceId: `thg_${n}`,
    outcome: 'ALLOWED',
    reason: n % 2 ? 'tidying up' : null,
    diff: [{ path: ['size'], op: 'REPLACE', before: { b: 1, a: [1, 2.5] }, after: n, masked: false }],
    ip: '192.0.2.7',
    revision: BigInt(n),
    idempotencyKey: `key ${n}`,
    inputHash: null,
  };
}

/** An organization with a chain of `length` entries, and checkpoints after `pauses` of them and at the end. */
async function written(length: number, pauses: readonly number[] = []): Promise<string> {
  const organizationId = `org_${++organizations}`;
  const checkpoint = () => database.transaction((tx) => writeCheckpoints(tx, keyring.signer('audit'), file, runtime));
  for (let n = 1; n <= length; n++) {
    await database.transaction((tx) => appendEntry(tx, keyring, entryOf(organizationId, n)));
    if (pauses.includes(n)) await checkpoint();
  }
  await checkpoint();
  return organizationId;
}
const verify = (organizationId: string) => verifyStored(database, keyring, file, organizationId, null);
const sql = (text: string, ...parameters: unknown[]) => database.query(text, parameters);

test('a chain that nobody touched is whole, also a part of it', async () => {
  const organizationId = await written(30, [10]);
  expect(await verify(organizationId)).toMatchObject({ ok: true, checked: 30, firstBrokenSeq: null });
  const from = runtime.clock.now() + 5;
  const part = await verifyStored(database, keyring, file, organizationId, { from, to: from + 10 });
  expect(part).toMatchObject({ ok: true, checked: 10 });
  expect(await verify('org_without_a_past')).toMatchObject({ ok: true, checked: 0 });
});

test('entries of one organization written at once take turns', async () => {
  const organizationId = `org_${++organizations}`;
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      database.transaction((tx) => appendEntry(tx, keyring, entryOf(organizationId, n))),
    ),
  );
  expect(await verify(organizationId)).toMatchObject({ ok: true, checked: 40 });
});

test('every column of an entry is held by its hash', async () => {
  const edits = {
    id: "'aud_another'",
    at: "at + interval '1 ms'",
    actor_id: "'key_2'",
    actor_name: "'someone'",
    action: "'thing.read'",
    resource_type: "'Other'",
    resource_id: "'thg_0'",
    outcome: "'DENIED'",
    reason: "'another reason'",
    diff: "'[]'::jsonb",
    ip: 'NULL',
    revision: '99',
    idempotency_key: 'NULL',
    input_hash: "'x'",
  };
  for (const [column, value] of Object.entries(edits)) {
    const organizationId = await written(3);
    await sql(`UPDATE audit_event SET ${column} = ${value} WHERE organization_id = $1 AND seq = 2`, organizationId);
    expect(await verify(organizationId), column).toMatchObject({ ok: false, firstBrokenSeq: 2n });
  }
});

test('what is cut off at the end, put back, or written anew is found by the checkpoints outside', async () => {
  const cut = await written(20, [10]);
  await sql('DELETE FROM audit_event WHERE organization_id = $1 AND seq > 15', cut);
  await sql('DELETE FROM audit_checkpoint WHERE organization_id = $1 AND seq > 15', cut);
  await sql(
    `UPDATE audit_head SET seq = 15, hash = (SELECT hash FROM audit_event WHERE organization_id = $1 AND seq = 15)
     WHERE organization_id = $1`,
    cut,
  );
  expect(await verify(cut)).toMatchObject({ ok: false, firstBrokenSeq: 16n });
  // The gateway itself goes on from there, with its own key.
  for (let n = 16; n <= 25; n++) await database.transaction((tx) => appendEntry(tx, keyring, entryOf(cut, n + 100)));
  expect(await verify(cut)).toMatchObject({ ok: false, firstBrokenSeq: 20n });

  const gone = await written(5);
  for (const table of ['audit_event', 'audit_head', 'audit_checkpoint']) {
    await sql(`DELETE FROM ${table} WHERE organization_id = $1`, gone);
  }
  expect(await verify(gone)).toMatchObject({ ok: false, firstBrokenSeq: 1n });
});

test('a checkpoint that the gateway did not sign is told from one that it did', async () => {
  const organizationId = await written(5);
  await sql('UPDATE audit_checkpoint SET seq = 50 WHERE organization_id = $1', organizationId);
  expect(await verify(organizationId)).toMatchObject({ ok: false, firstBrokenSeq: 50n });
});

test('every attack at every place is found, and nothing before it is blamed', async () => {
  const organizationId = await written(60, [10, 20, 30, 40, 50]);
  const chain = await all(entriesFrom(database, organizationId, 1n, null));
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.includes(`"${organizationId}"`));
  const checkpoints = lines.map((line): Checkpoint => {
    const { seq, hash, at, signature } = JSON.parse(line);
    return {
      organizationId,
      seq: BigInt(seq),
      hash: Buffer.from(hash, 'hex'),
      at,
      signature: Buffer.from(signature, 'hex'),
    };
  });
  expect(checkpoints).toHaveLength(6);
  const place = fc.integer({ min: 0, max: chain.length - 2 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(attacks)), place, async (name, at) => {
      const attacked = [...chain];
      attacks[name]!(attacked, at, keyring);
      const verdict = await verifyChain(keyring, toAsync(attacked), 1n, checkpoints);
      expect(verdict.ok, name).toBe(false);
      const slack = tellsLate(name) ? 10 : 1;
      expect(Number(verdict.firstBrokenSeq) - 1, name).toBeGreaterThanOrEqual(at);
      expect(Number(verdict.firstBrokenSeq) - 1, name).toBeLessThanOrEqual(at + slack);
    }),
    { numRuns: 400 },
  );
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* toAsync<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

test('an exported log is verified without the database', { timeout: 60_000 }, async () => {
  const organizationId = await written(12);
  const exported = join(folder, 'export.jsonl');
  const chain = await all(entriesFrom(database, organizationId, 1n, null));
  const run = async (lines: readonly string[]) => {
    await writeFile(exported, lines.join('\n'));
    const env = { ...process.env, GLIDEPATH_SECRET_KEY: SECRET };
    const args = [join(import.meta.dirname, '../../src/audit/verify-file.ts'), exported, file];
    return promisify(execFile)(process.execPath, args, { env }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout }) => ({ code, stdout }),
    );
  };
  expect(await run(chain.map(toLine))).toMatchObject({ code: 0, stdout: expect.stringContaining('12 entries') });
  const without = chain.filter(({ seq }) => seq !== 7n).map(toLine);
  expect(await run(without)).toMatchObject({ code: 1, stdout: expect.stringContaining('Entry 7') });
});
