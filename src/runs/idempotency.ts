import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/json.ts';
import { IdempotencyConflictProblem, UnavailableProblem } from '../core/problem.ts';
import type { Clock } from '../core/runtime.ts';
import type { Database, Transaction } from '../platform/database/database.ts';

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
   * (the failed one stays in history). One statement decides: of a thousand callers with one key, one gets it.
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

export function fingerprintOf(input: unknown): string {
  return createHash('sha256').update(canonicalJson(input)).digest('hex');
}

export function createIdempotency(database: Database, clock: Clock): Idempotency {
  const at = (offsetMs = 0) => new Date(clock.now() + offsetMs);
  return {
    async claim({ apiKeyId, key, completionId }, fingerprint) {
      // Two rounds: between the refused insert and the look, the old row may have run out.
      for (let round = 0; round < 2; round++) {
        const claimed = await database.query(
          `INSERT INTO idempotency_key (api_key_id, key, fingerprint, completion_id, state, created_at, lease_until, expires_at)
           VALUES ($1, $2, $3, $4, 'RUNNING', $5, $6, $7)
           ON CONFLICT (api_key_id, key) DO UPDATE SET
             fingerprint = EXCLUDED.fingerprint, completion_id = EXCLUDED.completion_id, state = 'RUNNING',
             created_at = EXCLUDED.created_at, lease_until = EXCLUDED.lease_until, expires_at = EXCLUDED.expires_at
           WHERE idempotency_key.expires_at <= $5
              OR (idempotency_key.fingerprint = EXCLUDED.fingerprint
                  AND (idempotency_key.state = 'RETRYABLE'
                       OR (idempotency_key.state = 'RUNNING' AND idempotency_key.lease_until <= $5)))
           RETURNING completion_id`,
          [apiKeyId, key, fingerprint, completionId, at(), at(LEASE_MS), at(KEEP_MS)],
        );
        if (claimed.length > 0) return { completionId, state: 'RUNNING', leaseMs: LEASE_MS };
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
    async settle({ apiKeyId, key, completionId }, state) {
      await database.query(
        'UPDATE idempotency_key SET state = $4 WHERE api_key_id = $1 AND key = $2 AND completion_id = $3',
        [apiKeyId, key, completionId, state],
      );
    },
    async renew(runs) {
      if (runs.length === 0) return;
      await database.query(
        `UPDATE idempotency_key SET lease_until = $2
         WHERE state = 'RUNNING' AND completion_id = ANY($1) AND api_key_id = ANY($3)`,
        [runs.map((run) => run.completionId), at(LEASE_MS), runs.map((run) => run.apiKeyId)],
      );
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
      await tx.query('DELETE FROM idempotency_key WHERE expires_at <= $1', [at()]);
    },
  };
}
