import { IdempotencyConflictProblem, UnavailableProblem } from '../core/problem.ts';
import type { Clock } from '../core/runtime.ts';
import { type Database, often, type Transaction } from '../platform/database/database.ts';
import { perTurn } from '../platform/per-turn.ts';

/** A key means the same call for a day. */
const KEEP_MS = 24 * 60 * 60 * 1000;
/** The driving instance renews at a third of this; a run whose lease has passed died with its process. */
export const LEASE_MS = 30_000;

export interface KeyedRun {
  readonly apiKeyId: string;
  readonly key: string;
  readonly completionId: string;
}

export type RunState = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'RETRYABLE';

export interface Claim {
  readonly completionId: string;
  readonly state: RunState;
  /** When an unrenewed lease ends, ms from now. */
  readonly leaseMs: number;
}

export interface Idempotency {
  /**
   * Makes `run` the run of its key, or tells which run already is.
   * A key is free when it was never used, is older than a day, or stands for a failed run that is worth a retry
   * (the failed one stays in history). One statement decides: of a thousand callers with one key, one gets it. What is
   * claimed in one turn of the event loop is one statement, too.
   * @returns the run that the key stands for: `run` itself when the key was free
   * @throws IdempotencyConflictProblem when the key was used with another input
   */
  claim(run: KeyedRun, fingerprint: string): Promise<Claim>;
  /** Notes how the run ended. A key that stands for another run by now is left alone. */
  settle(run: KeyedRun, state: Exclude<RunState, 'RUNNING'>): Promise<void>;
  /** Tells that these runs are still being driven. */
  renew(runs: readonly KeyedRun[]): Promise<void>;
  find(apiKeyId: string, key: string): Promise<string | null>;
  /** The runs of a process that is known to be dead, so that their keys can be retried at once. */
  releaseAll(): Promise<void>;
  /** Removes keys past their day. */
  sweep(tx: Transaction): Promise<void>;
}

interface Row {
  completion_id: string;
  fingerprint: string;
  state: RunState;
  created_at: Date;
  lease_until: Date;
}

/** Statements of so many keys; more of them are several. */
const AT_ONCE = 200;

/** Statements that lock several rows lock them in the order of their keys, so they wait for each other, never in a circle. */
export function createIdempotency(database: Database, clock: Clock): Idempotency {
  const at = (offsetMs = 0) => new Date(clock.now() + offsetMs);

  /** @returns whether the key is the run's now */
  const take = perTurn<{ readonly run: KeyedRun; readonly fingerprint: string }, boolean>(AT_ONCE, async (asked) => {
    const rows = await database.query<{ completion_id: string }>(CLAIM, [
      ...columnsOf(asked.map(({ run }) => run)),
      asked.map(({ fingerprint }) => fingerprint),
      ...[at(), at(LEASE_MS), at(KEEP_MS)],
    ]);
    const taken = new Set(rows.map((row) => row.completion_id));
    return asked.map(({ run }) => taken.has(run.completionId));
  });

  const end = perTurn<{ readonly run: KeyedRun; readonly state: RunState }, void>(AT_ONCE, async (ended) => {
    await database.query(SETTLE, [...columnsOf(ended.map(({ run }) => run)), ended.map(({ state }) => state)]);
    return ended.map(() => undefined);
  });

  return {
    async claim(run, fingerprint) {
      const { apiKeyId, key, completionId } = run;
      // Two rounds: between the refused claim and the look, the old row may have run out.
      for (let round = 0; round < 2; round++) {
        if (await take({ run, fingerprint })) return { completionId, state: 'RUNNING', leaseMs: LEASE_MS };
        const [held] = await database.query<Row>(
          `SELECT completion_id, fingerprint, state, created_at, lease_until FROM idempotency_key
           WHERE api_key_id = $1 AND key = $2`,
          [apiKeyId, key],
        );
        if (!held) continue;
        if (held.fingerprint !== fingerprint) {
          throw new IdempotencyConflictProblem(held.created_at.getTime(), held.completion_id);
        }
        const leaseMs = Math.max(0, held.lease_until.getTime() - clock.now());
        return { completionId: held.completion_id, state: held.state, leaseMs };
      }
      throw new UnavailableProblem('database', 'The idempotency key is changing hands right now.');
    },
    settle: (run, state) => end({ run, state }),
    async renew(runs) {
      if (runs.length > 0) await database.query(RENEW, [...columnsOf(runs), at(LEASE_MS)]);
    },
    async find(apiKeyId, key) {
      const [row] = await database.query<{ completion_id: string }>(
        'SELECT completion_id FROM idempotency_key WHERE api_key_id = $1 AND key = $2 AND expires_at > $3',
        [apiKeyId, key, at()],
      );
      return row?.completion_id ?? null;
    },
    async releaseAll() {
      await database.query(`UPDATE idempotency_key SET state = 'RETRYABLE' WHERE state = 'RUNNING'`);
    },
    async sweep(tx) {
      await tx.query(SWEEP, [at()]);
    },
  };
}

const columnsOf = (runs: readonly KeyedRun[]) => [
  runs.map(({ apiKeyId }) => apiKeyId),
  runs.map(({ key }) => key),
  runs.map(({ completionId }) => completionId),
];

/** Of several claims of one key the first counts; the others find it taken. */
const CLAIM = often(`
INSERT INTO idempotency_key (api_key_id, key, completion_id, fingerprint, state, created_at, lease_until, expires_at)
SELECT DISTINCT ON (api_key_id, key) api_key_id, key, completion_id, fingerprint,
       'RUNNING', $5::timestamptz, $6::timestamptz, $7::timestamptz
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
  AS asked (api_key_id, key, completion_id, fingerprint, place)
ORDER BY api_key_id, key, place
ON CONFLICT (api_key_id, key) DO UPDATE SET
  fingerprint = EXCLUDED.fingerprint, completion_id = EXCLUDED.completion_id, state = 'RUNNING',
  created_at = EXCLUDED.created_at, lease_until = EXCLUDED.lease_until, expires_at = EXCLUDED.expires_at
WHERE idempotency_key.expires_at <= $5
   OR (idempotency_key.fingerprint = EXCLUDED.fingerprint
       AND (idempotency_key.state = 'RETRYABLE'
            OR (idempotency_key.state = 'RUNNING' AND idempotency_key.lease_until <= $5)))
RETURNING completion_id`);

/** The rows of keys that still stand for these runs, locked. */
const HELD = `
SELECT held.api_key_id, held.key, held.completion_id
FROM idempotency_key held JOIN unnest($1::text[], $2::text[], $3::text[]) AS run (api_key_id, key, completion_id)
  USING (api_key_id, key, completion_id)
ORDER BY held.api_key_id, held.key FOR UPDATE OF held`;

const SETTLE = often(`
WITH held AS MATERIALIZED (${HELD})
UPDATE idempotency_key SET state = ended.state
FROM held JOIN unnest($3::text[], $4::text[]) AS ended (completion_id, state) USING (completion_id)
WHERE idempotency_key.api_key_id = held.api_key_id AND idempotency_key.key = held.key`);

const RENEW = often(`
WITH held AS MATERIALIZED (${HELD})
UPDATE idempotency_key SET lease_until = $4 FROM held
WHERE idempotency_key.api_key_id = held.api_key_id AND idempotency_key.key = held.key AND state = 'RUNNING'`);

/** Leaves out what somebody is just taking over. */
const SWEEP = `
WITH expired AS MATERIALIZED (
  SELECT api_key_id, key FROM idempotency_key WHERE expires_at <= $1 FOR UPDATE SKIP LOCKED
)
DELETE FROM idempotency_key USING expired
WHERE idempotency_key.api_key_id = expired.api_key_id AND idempotency_key.key = expired.key`;
