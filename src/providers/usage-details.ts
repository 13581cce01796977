import { fieldsOf } from '../core/json.ts';
import { specialTier, type UsageDetails } from '../core/usage.ts';

/**
 * What providers say about usage beyond what the port has fields for, by the places where they document it. A place
 * that a provider does not use is simply empty, so all of them are looked up for everybody.
 *
 * - Anthropic: `cache_creation`, `server_tool_use`, `service_tier` (docs.claude.com/en/api/messages)
 * - OpenAI and its likes: `prompt_tokens_details`, `completion_tokens_details` (platform.openai.com, chat object)
 * - Perplexity: `citation_tokens`, `num_search_queries` (docs.perplexity.ai, chat completions)
 * - Gemini: `…TokensDetails`, a list by modality (ai.google.dev/api/generate-content, UsageMetadata)
 * @param raw the usage object as it came
 */
export function usageDetailsIn(raw: unknown): UsageDetails {
  const usage = fieldsOf(raw);
  const input = byModality(usage.promptTokensDetails);
  const cached = byModality(usage.cacheTokensDetails);
  const output = byModality(usage.candidatesTokensDetails);
  const promptDetails = fieldsOf(usage.prompt_tokens_details);
  const completionDetails = fieldsOf(usage.completion_tokens_details);
  const tier = typeof usage.service_tier === 'string' ? specialTier(usage.service_tier) : undefined;
  return {
    ...some('cacheWrite1hTokens', fieldsOf(usage.cache_creation).ephemeral_1h_input_tokens),
    ...some('toolCalls', fieldsOf(usage.server_tool_use).web_search_requests ?? usage.num_search_queries),
    ...some('citationTokens', usage.citation_tokens),
    ...some('inputAudioTokens', promptDetails.audio_tokens ?? input.AUDIO),
    ...some('cacheReadAudioTokens', cached.AUDIO),
    ...some('inputImageTokens', promptDetails.image_tokens ?? input.IMAGE),
    ...some('outputAudioTokens', completionDetails.audio_tokens ?? output.AUDIO),
    ...some('outputImageTokens', completionDetails.image_tokens ?? output.IMAGE),
    ...(tier !== undefined && { serviceTier: tier }),
  };
}

/** Nothing for none: zeros say no more than silence here. */
function some(name: keyof UsageDetails, count: unknown): UsageDetails {
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? { [name]: count } : {};
}

/** `[{ modality: 'AUDIO', tokenCount: 4 }]` -> `{ AUDIO: 4 }` */
function byModality(details: unknown): Readonly<Record<string, unknown>> {
  const list = Array.isArray(details) ? details.map(fieldsOf) : [];
  return Object.fromEntries(list.map(({ modality, tokenCount }) => [String(modality), tokenCount]));
}
