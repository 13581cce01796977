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
  const enforced = demands.filter(({ source }) => source.mode === 'ENFORCE');
  if (enforced.some(({ config }) => config.legalHold)) return null;
  const given = enforced.flatMap(({ source, config }) => {
    const keptMs = config[`${kept}Ms`];
    return keptMs === null ? [] : [{ keptMs, policy: source.policySlug }];
  });
  return given.reduce<(typeof given)[number] | null>(
    (least, one) => (least && least.keptMs <= one.keptMs ? least : one),
    null,
  );
}
