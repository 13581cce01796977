import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Candidate, Decision, DecisionOf, ModelCard, RequestFacts } from '../core/decision.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import { nameOfPart, PART_WRITTEN_AGAIN_MS, type PartName } from './ledger.ts';
import { withMoney } from './read.ts';

/** Parts kept at hand, each a kB or so. What a digest stands for never changes. */
const REMEMBERED_PARTS = 2_000;

/** Decisions of whichever rows are asked for together need one statement for all their parts, or none. */
export function readsDecisions(database: Pick<Database, 'query'>): DecisionOf {
  const parts = new DataLoader<PartName, ModelCard, string>((names) => loadParts(database, names), {
    cacheKeyFn: nameOfPart,
    cacheMap: new LRUCache<string, Promise<ModelCard>>({ max: REMEMBERED_PARTS }),
  });
  return async (organizationId, { decision, facts }) => {
    const kept = withMoney(decision) as KeptDecision | null;
    if (!kept) return null;
    const candidates = await Promise.all(
      kept.candidates.map(
        async ({ model, ...own }): Promise<Candidate> => ({
          ...own,
          model: typeof model === 'string' ? await parts.load({ organizationId, digest: model }) : model,
        }),
      ),
    );
    const { basis } = kept;
    if (!basis) return { ...kept, candidates };
    // Until 2026-11-27 they stood in the decision as well.
    return { ...kept, candidates, basis: { ...basis, facts: basis.facts ?? (facts as RequestFacts) } };
  };
}

interface KeptDecision extends Omit<Decision, 'candidates'> {
  /** Until 2026-11-29 models stood in the decision itself. */
  readonly candidates: readonly (Omit<Candidate, 'model'> & { readonly model: ModelCard | string })[];
}

async function loadParts(
  database: Pick<Database, 'query'>,
  names: readonly PartName[],
): Promise<readonly (ModelCard | Error)[]> {
  const rows = await database.query<PartName & { readonly content: object }>(
    `SELECT organization_id AS "organizationId", digest, content
     FROM decision_part JOIN unnest($1::text[], $2::text[]) AS asked (organization_id, digest)
       USING (organization_id, digest)`,
    [names.map(({ organizationId }) => organizationId), names.map(({ digest }) => digest)],
  );
  const found = new Map(rows.map((row) => [nameOfPart(row), withMoney(row.content) as ModelCard]));
  return names.map((name) => found.get(nameOfPart(name)) ?? new Error(`a decision has lost its part ${name.digest}`));
}

/**
 * Takes away what no decision of the organization has any more. Whoever decides with a part writes it again after a day, so
 * what has not been seen for one and another day before the oldest call belongs to calls that are gone.
 */
export async function dropUnusedParts(tx: Transaction, organizationId: string, now: Date): Promise<void> {
  await tx.query(
    `DELETE FROM decision_part WHERE organization_id = $1 AND seen_at <
       coalesce((SELECT min(started_at) FROM request WHERE organization_id = $1), $2) - $3 * interval '1 millisecond'`,
    [organizationId, now, 2 * PART_WRITTEN_AGAIN_MS],
  );
}
