import type { ModelDemand } from './admission.ts';
import type { ModelCard } from './decision.ts';
import type { Demand, RuleSource } from './policy.ts';
import { fits } from './wildcard.ts';

export interface Denial {
  readonly source: RuleSource;
  readonly message: string;
}

/** Pure: the demands that a model does not meet, in their order. */
export function denialsOf(demands: readonly Demand<ModelDemand>[], model: ModelCard): Denial[] {
  return demands.flatMap(({ source, config }) => {
    const why = unmet(config, model);
    return why === null ? [] : [{ source, message: `${why} (policy '${source.policySlug}').` }];
  });
}

/** Why an enforced demand keeps a model out; null when none does. */
export function denialOf(demands: readonly Demand<ModelDemand>[], model: ModelCard): Denial | null {
  return denialsOf(demands, model).find(({ source }) => source.mode === 'ENFORCE') ?? null;
}

function unmet(demand: ModelDemand, { name, providerSlug, dataHandling }: ModelCard): string | null {
  const { allowModels, denyModels, allowProviders, allowedRegions, requireZeroRetention, requireNoTraining } = demand;
  if (denyModels.some((pattern) => fits(pattern, name))) return `Model ${name} is denied here`;
  if (allowModels && !allowModels.some((pattern) => fits(pattern, name))) return `Model ${name} is not allowed here`;
  if (allowProviders && !allowProviders.some((pattern) => fits(pattern, providerSlug))) {
    return `Provider ${providerSlug} is not allowed here`;
  }
  if (allowedRegions) {
    const elsewhere = dataHandling?.regions.find((region) => !allowedRegions.some((one) => fits(one, region)));
    if (elsewhere !== undefined) return `Provider ${providerSlug} handles data in ${elsewhere}`;
    if (!dataHandling?.regions.length) return `Nobody has stated where provider ${providerSlug} handles data`;
  }
  if (requireZeroRetention && !dataHandling?.zeroRetention) {
    return `Provider ${providerSlug} is not stated to keep nothing`;
  }
  if (requireNoTraining && (dataHandling?.trainsOnInputs ?? true)) {
    return `Provider ${providerSlug} is not stated to train on nothing`;
  }
  return null;
}
