import type { ModelCard } from '../core/decision.ts';

export interface ModelFilter {
  /** Slugs; null or empty = every provider. */
  readonly provider?: readonly string[] | null | undefined;
  /** Words of a name, in any order, e.g. `openai mini`. */
  readonly search?: string | null | undefined;
}

/** Pure: the models that meet every part of the filter, in the order given. */
export function searchModels(models: readonly ModelCard[], filter: ModelFilter): ModelCard[] {
  const providers = new Set(filter.provider ?? []);
  const words = (filter.search ?? '').toLowerCase().split(/\s+/);
  return models.filter(
    ({ name, providerSlug }) =>
      (providers.size === 0 || providers.has(providerSlug)) && words.every((word) => name.toLowerCase().includes(word)),
  );
}
