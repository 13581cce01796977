import type { KeptPlace } from '../core/kept-place.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Signer } from '../platform/keyring.ts';

/** A signed statement: entries up to this one were taken away because their time was over; the next one follows `hash`. */
export interface Trim {
  readonly seq: bigint;
  readonly hash: Uint8Array;
}

/**
 * The room's part of retention: the oldest entries go, and a signature of ours says so. Whoever else takes entries away
 * has no such statement, and is found. See retention/index.ts.
 */
export function keptEntries(signer: Signer, { clock }: Runtime) {
  return {
    kept: 'audit',
    /** Entries belong to the organization as a whole: only what is bound to it says how long they stay. */
    places: async (): Promise<readonly KeptPlace[]> => [{ teamId: '', projectId: '', apiKeyId: '', route: null }],
    async expire(
      tx: Transaction,
      organizationId: string,
      _place: KeptPlace,
      { before }: { readonly before: Date },
      limit: number,
    ): Promise<number> {
      const oldest = await tx.query<{ seq: string; hash: Buffer; at: Date }>(
        `SELECT seq, hash, at FROM audit_event WHERE organization_id = $1 AND seq IS NOT NULL ORDER BY seq LIMIT $2`,
        [organizationId, limit],
      );
      const young = oldest.findIndex(({ at }) => at >= before);
      const last = oldest[(young < 0 ? oldest.length : young) - 1];
      if (!last) return 0;
      const at = new Date(clock.now());
      const trim = { seq: BigInt(last.seq), hash: last.hash };
      await tx.query(
        `INSERT INTO audit_trim (organization_id, seq, hash, at, signature) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (organization_id) DO UPDATE SET seq = $2, hash = $3, at = $4, signature = $5`,
        [organizationId, last.seq, last.hash, at, signer.sign(statement(organizationId, trim))],
      );
      const gone = await tx.query('DELETE FROM audit_event WHERE organization_id = $1 AND seq <= $2 RETURNING id', [
        organizationId,
        last.seq,
      ]);
      return gone.length;
    },
  } as const;
}

/** Null when nothing was taken away, or when it was not us who says so. */
export async function trimOf(database: Database, signer: Signer, organizationId: string): Promise<Trim | null> {
  const [row] = await database.query<{ seq: string; hash: Buffer; signature: Buffer }>(
    'SELECT seq, hash, signature FROM audit_trim WHERE organization_id = $1',
    [organizationId],
  );
  if (!row) return null;
  const trim = { seq: BigInt(row.seq), hash: row.hash };
  return signer.verify(statement(organizationId, trim), row.signature) ? trim : null;
}

function statement(organizationId: string, { seq, hash }: Trim): string {
  return JSON.stringify(['glidepath audit trim', organizationId, seq.toString(), Buffer.from(hash).toString('hex')]);
}
