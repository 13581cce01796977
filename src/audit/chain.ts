import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { FieldChange } from '../core/change.ts';
import type { AuditOutcome } from '../core/happening.ts';
import type { Database } from '../platform/database/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { type Checkpoint, readLine } from './checkpoint.ts';
import type { ChainedEntry } from './entry.ts';
import { trimOf } from './trim.ts';
import { type Verdict, verifyChain } from './verify.ts';

/** Small enough that hashing one does not keep others waiting. */
const PAGE = 500;

/**
 * Verifies a chain as the database has it, against the checkpoints there and in `file`.
 * @param range Unix ms; entries written before or after are not looked at. Null: all, to the end
 */
export async function verifyStored(
  database: Database,
  keyring: Keyring,
  file: string | null,
  organizationId: string,
  range: { readonly from: number; readonly to: number } | null,
): Promise<Verdict> {
  const first = range && (await seqWithin(database, organizationId, 'min', range));
  const last = range && (await seqWithin(database, organizationId, 'max', range));
  const stored = await storedCheckpoints(database, organizationId);
  const outside = file ? await fileCheckpoints(file, organizationId) : [];
  const checkpoints = [...stored, ...outside].filter(
    ({ seq }) => !range || (first !== null && seq >= first && last !== null && seq <= last),
  );
  if (range && first === null) return verifyChain(keyring, none(), null, []);
  const trim = range ? null : await trimOf(database, keyring.signer('audit'), organizationId);
  const from = first ?? (trim ? trim.seq + 1n : 1n);
  return verifyChain(keyring, entriesFrom(database, organizationId, from, last), from, checkpoints, trim);
}

/** The entries of a chain in their order, from the database. */
export async function* entriesFrom(
  database: Database,
  organizationId: string,
  first: bigint,
  last: bigint | null,
): AsyncGenerator<ChainedEntry> {
  for (let after = first - 1n; ; ) {
    const rows = await database.query<EntryRow>(
      `SELECT id, at, actor_id, actor_name, action, resource_type, resource_id, outcome, reason, diff, ip, revision,
         idempotency_key, input_hash, seq, prev_hash, hash
       FROM audit_event WHERE organization_id = $1 AND seq > $2 AND ($3::bigint IS NULL OR seq <= $3)
       ORDER BY seq LIMIT ${PAGE}`,
      [organizationId, after.toString(), last?.toString() ?? null],
    );
    for (const row of rows) yield entryOf(organizationId, row);
    if (rows.length < PAGE) return;
    after = BigInt(rows.at(-1)!.seq);
  }
}

async function* none(): AsyncGenerator<ChainedEntry> {}

type EntryRow = {
  id: string;
  at: Date;
  actor_id: string;
  actor_name: string;
  action: string;
  resource_type: string;
  resource_id: string;
  outcome: AuditOutcome;
  reason: string | null;
  diff: readonly FieldChange[];
  ip: string | null;
  revision: string;
  idempotency_key: string | null;
  input_hash: string | null;
  seq: string;
  prev_hash: Buffer;
  hash: Buffer;
};

function entryOf(organizationId: string, row: EntryRow): ChainedEntry {
  return {
    id: row.id,
    organizationId,
    at: row.at.getTime(),
    actorId: row.actor_id,
    actorName: row.actor_name,
    action: row.action,
    resourceType: row.resource_type,
    resourceId: row.resource_id,
    outcome: row.outcome,
    reason: row.reason,
    diff: row.diff,
    ip: row.ip,
    revision: BigInt(row.revision),
    idempotencyKey: row.idempotency_key,
    inputHash: row.input_hash,
    seq: BigInt(row.seq),
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}

async function seqWithin(
  database: Database,
  organizationId: string,
  which: 'min' | 'max',
  { from, to }: { readonly from: number; readonly to: number },
): Promise<bigint | null> {
  const [row] = await database.query<{ seq: string | null }>(
    `SELECT ${which}(seq) AS seq FROM audit_event WHERE organization_id = $1 AND at >= $2 AND at < $3`,
    [organizationId, new Date(from), new Date(to)],
  );
  return row?.seq ? BigInt(row.seq) : null;
}

async function storedCheckpoints(database: Database, organizationId: string): Promise<Checkpoint[]> {
  const rows = await database.query<{ seq: string; hash: Buffer; at: Date; signature: Buffer }>(
    'SELECT seq, hash, at, signature FROM audit_checkpoint WHERE organization_id = $1',
    [organizationId],
  );
  return rows.map(({ seq, hash, at, signature }) => {
    return { organizationId, seq: BigInt(seq), hash, at: at.getTime(), signature };
  });
}

/** A file that is not there yet has no checkpoints; one that was taken away is why they are also in the log's backups. */
export async function fileCheckpoints(file: string, organizationId: string): Promise<Checkpoint[]> {
  const checkpoints: Checkpoint[] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const checkpoint = readLine(line);
      if (checkpoint?.organizationId === organizationId) checkpoints.push(checkpoint);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return checkpoints;
}
