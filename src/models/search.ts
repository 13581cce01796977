import type { Modality } from '../core/chat.ts';
import type { ModelCard, ModelFeature } from '../core/decision.ts';
import { inputModalitiesOf } from './standing.ts';

export interface ModelFilter {
  /** Slugs; null or empty = every provider. */
  readonly provider?: readonly string[] | null | undefined;
  /** Switched on, with a credential; null: either. */
  readonly enabled?: boolean | null | undefined;
  /** All of them. A model of which nobody knows has none. */
  readonly inputModality?: readonly Modality[] | null | undefined;
  /** All of them. */
  readonly outputModality?: readonly Modality[] | null | undefined;
  /** All of them, as far as somebody knows. */
  readonly feature?: readonly ModelFeature[] | null | undefined;
  /** Words of a name, in any order, e.g. `openai mini`. */
  readonly search?: string | null | undefined;
}

/** Pure: the models that meet every part of the filter, in the order given. */
export function searchModels(models: readonly ModelCard[], filter: ModelFilter): ModelCard[] {
  const providers = new Set(filter.provider ?? []);
  const words = (filter.search ?? '').toLowerCase().split(/\s+/);
  return models.filter(
    (card) =>
      (providers.size === 0 || providers.has(card.providerSlug)) &&
      (filter.enabled == null || (card.enabled && card.hasCredential) === filter.enabled) &&
      (filter.inputModality ?? []).every((modality) => inputModalitiesOf(card)?.includes(modality)) &&
      (filter.outputModality ?? []).every((modality) => card.gives?.includes(modality)) &&
      (filter.feature ?? []).every((feature) => card.features?.[feature] === true) &&
      words.every((word) => card.name.toLowerCase().includes(word)),
  );
}
