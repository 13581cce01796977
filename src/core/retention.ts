import type { RetentionDemand } from './admission.ts';
import type { Demand } from './policy.ts';

/** The classes of data that a retention rule tells apart. */
export type KeptClass = 'metadata' | 'content' | 'audit' | 'embeddings';

/**
 * Pure: how long a class of data is kept, by all that is enforced: the shortest time that any rule gives.
 * @returns null when nobody gives one, or somebody holds everything
 */
export function deadlineOf(
  demands: readonly Demand<RetentionDemand>[],
  kept: KeptClass,
): { readonly keptMs: number; readonly policy: string } | null {
  let least: { readonly keptMs: number; readonly policy: string } | null = null;
  for (const { source, config } of demands) {
    if (source.mode !== 'ENFORCE') continue;
    if (config.legalHold) return null;
    const keptMs = config[`${kept}Ms`];
    if (keptMs !== null && (least === null || keptMs < least.keptMs)) least = { keptMs, policy: source.policySlug };
  }
  return least;
}
