import type { Features, ModelFacts, ProviderCard } from '../core/decision.ts';
import type { ToldFacts } from './told-facts.ts';

/** Pure. What a model can do, by what is told of it, its provider and its price; what nobody knows is left out. */
export function featuresOf(provider: ProviderCard, { prices }: ModelFacts, told: ToldFacts | null): Features {
  const has = (feature: ToldFacts['features'][number]) => told?.features.includes(feature);
  const tools = has('TOOLS');
  const schemas = provider.schemas === 'INSTRUCTED' ? false : has('STRUCTURED_OUTPUT');
  const reasoning = has('REASONING');
  return {
    STREAMING: true,
    ...(tools !== undefined && { TOOLS: tools }),
    // Whether several at once is told of none of them.
    ...(tools === false && { PARALLEL_TOOLS: false }),
    ...(schemas !== undefined && { STRUCTURED_OUTPUT: schemas }),
    ...(reasoning !== undefined && { REASONING: reasoning }),
    // Who sells what was kept keeps prompts.
    ...(prices && { PROMPT_CACHING: prices.prices.some(({ meter }) => meter === 'CACHE_READ_TOKEN') }),
  };
}

/** Pure. What a provider takes, without the media that this model does not; documents are read by more than the data says. */
export function takenOf({ takes }: ProviderCard, told: ToldFacts | null): readonly string[] | undefined {
  if (!takes || !told) return takes;
  return takes.filter(
    (type) =>
      (told.input.includes('IMAGE') || !type.startsWith('image/')) &&
      (told.input.includes('AUDIO') || !type.startsWith('audio/')),
  );
}
