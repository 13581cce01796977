import type { ErasureSubject, SubjectCall } from '../core/erasure.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { ErasureParts, How } from './parts.ts';
import { counted, type ErasureProgress, erased } from './progress.ts';
import type { ErasureRow } from './store.ts';

/** Calls of one step: its transaction should be short. */
const PAGE = 500;
/** However much goes on being found, an erasure comes to an end; what is found then came in while it went on. */
const MOST_ROUNDS = 10;

/** Where nothing is: what is held there is held everywhere. */
const NOWHERE = { teamId: '', projectId: '', apiKeyId: '', route: null };

export interface Stepped {
  readonly progress: ErasureProgress;
  readonly done: boolean;
}

/**
 * One step of an erasure: a page of calls with all that belongs to them, or, when no finder knows more of them, the
 * things that name the subject themselves.
 *
 * ```
 *   finder 0 -> finder 1 -> things by name, copies -> round 2: finder 0 -> … -> a round that found nothing: done
 * ```
 */
export async function step(
  tx: Transaction,
  parts: ErasureParts,
  row: ErasureRow,
  subject: ErasureSubject,
  how: How,
): Promise<Stepped> {
  const { progress } = row;
  const finder = parts.finders[progress.finder];
  if (!finder) return afterLastFinder(tx, parts, row, subject, how);
  const { organizationId, dryRun } = row;
  const calls = await finder.find(tx, organizationId, subject, how.before, progress.after, PAGE);
  const heldBy = await parts.holds(tx, organizationId);
  const [free, held] = divided(calls, heldBy);
  let next: ErasureProgress = { ...progress, held: sums(progress.held, held) };
  if (free.length > 0) {
    for (const part of parts.byCall) {
      next = dryRun
        ? counted(next, await part.count(tx, organizationId, free))
        : erased(next, await part.erase(tx, organizationId, free, how));
    }
  }
  // The first finder knows calls by their history; the others find what is left of those that have none.
  if (progress.finder === 0) next = { ...next, calls: next.calls + free.length };
  const last = calls.at(-1);
  const more = last && calls.length === PAGE;
  const from = more ? { after: last.requestId } : { finder: progress.finder + 1, after: '' };
  return { progress: { ...next, ...from }, done: false };
}

async function afterLastFinder(
  tx: Transaction,
  parts: ErasureParts,
  row: ErasureRow,
  subject: ErasureSubject,
  how: How,
): Promise<Stepped> {
  const { organizationId, dryRun } = row;
  const everywhere = (await parts.holds(tx, organizationId))(NOWHERE);
  let progress =
    everywhere === null ? row.progress : { ...row.progress, held: { [everywhere]: 0, ...row.progress.held } };
  if (Object.keys(progress.held).length === 0) {
    for (const part of parts.bySubject) {
      progress = dryRun
        ? counted(progress, await part.count(tx, organizationId, subject, how))
        : erased(progress, await part.erase(tx, organizationId, subject, how));
    }
  }
  if (progress.round === 1) {
    for (const { name, count, forget } of parts.copies) {
      const copies = dryRun ? { [name]: await count(tx, organizationId) } : {};
      const gone = dryRun ? {} : { [name]: { erased: await forget(tx, organizationId), anonymized: 0 } };
      progress = erased(counted(progress, copies), gone);
    }
  }
  const done = dryRun || progress.foundInRound === 0 || progress.round >= MOST_ROUNDS;
  if (done) return { progress, done };
  return {
    progress: { ...progress, round: progress.round + 1, finder: 0, after: '', foundInRound: 0, held: {} },
    done,
  };
}

function divided(
  calls: readonly SubjectCall[],
  heldBy: (place: SubjectCall['place']) => string | null,
): readonly [SubjectCall[], Record<string, number>] {
  const held: Record<string, number> = {};
  const free = calls.filter(({ place }) => {
    const policy = heldBy(place);
    if (policy !== null) held[policy] = (held[policy] ?? 0) + 1;
    return policy === null;
  });
  return [free, held];
}

function sums(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): Record<string, number> {
  const all = { ...one };
  for (const [name, count] of Object.entries(other)) all[name] = (all[name] ?? 0) + count;
  return all;
}
