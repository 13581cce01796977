import type { JSONValue, LanguageModelV4, LanguageModelV4Usage, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { fieldsOf } from '../core/json.ts';
import { tidyEventStreams } from './event-stream.ts';

interface Settings {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly fetch: typeof fetch;
}

/** The name under which its options and metadata travel. */
export const COMPATIBLE = 'compatible';

/** Servers that speak OpenAI's chat format. Usage in streams must be asked for, and is not always where it belongs. */
export async function compatibleModel(settings: Settings, modelId: string): Promise<LanguageModelV4> {
  return (await compatibleProvider(settings)).languageModel(modelId);
}

export async function compatibleProvider(settings: Settings) {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({
    ...settings,
    fetch: tidyEventStreams(settings.fetch),
    name: COMPATIBLE,
    includeUsage: true,
    supportsStructuredOutputs: true,
    convertUsage: compatibleUsage,
    metadataExtractor: {
      extractMetadata: async () => undefined,
      createStreamExtractor: strayUsage,
    },
  });
}

/** Groq puts the usage of a stream under `x_groq`: it is kept as metadata, for `compatibleUsageOf`. */
function strayUsage() {
  let usage: JSONValue | undefined;
  return {
    processChunk(chunk: unknown) {
      usage = (fieldsOf(fieldsOf(chunk).x_groq).usage as JSONValue | undefined) ?? usage;
    },
    buildMetadata: (): SharedV4ProviderMetadata | undefined =>
      usage === undefined ? undefined : { [COMPATIBLE]: { usage } },
  };
}

/** What an answer's end says about usage, wherever it said it. */
export function compatibleUsageOf(usage: LanguageModelV4Usage, metadata: SharedV4ProviderMetadata | undefined) {
  const stray = metadata?.[COMPATIBLE]?.usage;
  return usage.inputTokens.total === undefined && stray !== undefined ? compatibleUsage(stray) : usage;
}

/**
 * Usage in the dialects of these servers. They agree on the two totals and on little else: cached input is
 * `prompt_tokens_details.cached_tokens` (OpenAI), `prompt_cache_hit_tokens` (DeepSeek) `cached_tokens` (Moonshot) or `num_cached_tokens` (Mistral);
 * cache writes are `prompt_tokens_details.cache_write_tokens` (OpenRouter). What is not said stays undefined, so that
 * it can be told from zero.
 */
export function compatibleUsage(raw: unknown): LanguageModelV4Usage {
  const usage = fieldsOf(raw);
  const inputDetails = fieldsOf(usage.prompt_tokens_details);
  const outputDetails = fieldsOf(usage.completion_tokens_details);
  const input = count(usage.prompt_tokens);
  const output = count(usage.completion_tokens);
  const cacheRead =
    count(inputDetails.cached_tokens) ??
    count(usage.prompt_cache_hit_tokens) ??
    count(usage.cached_tokens) ??
    count(usage.num_cached_tokens);
  const cacheWrite = count(inputDetails.cache_write_tokens);
  const reasoning = count(outputDetails.reasoning_tokens) ?? count(usage.reasoning_tokens);
  return {
    inputTokens: { total: input, noCache: less(input, cacheRead, cacheWrite), cacheRead, cacheWrite },
    outputTokens: { total: output, text: less(output, reasoning), reasoning },
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function less(total: number | undefined, ...parts: readonly (number | undefined)[]): number | undefined {
  return total === undefined ? undefined : parts.reduce<number>((rest, part) => rest - (part ?? 0), total);
}
