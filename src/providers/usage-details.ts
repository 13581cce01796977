import { fieldsOf } from '../core/json.ts';
import type { UsageDetails } from '../core/usage.ts';

/**
 * What providers say about usage beyond what the port has fields for, by the places where they document it. A place
 * that a provider does not use is simply empty, so all of them are looked up for everybody.
 *
 * - Anthropic: `cache_creation`, `server_tool_use`, `service_tier` (docs.claude.com/en/api/messages)
 * - OpenAI and its likes: `prompt_tokens_details`, `completion_tokens_details` (platform.openai.com, chat object)
 * - Perplexity: `citation_tokens`, `num_search_queries`, `search_context_size` (docs.perplexity.ai, chat completions)
 * - Gemini: `…TokensDetails`, a list by modality, `serviceTier`, on Vertex `trafficType` (ai.google.dev/api/generate-content,
 *   UsageMetadata)
 * - Bedrock: `cacheDetails`, a list by lifetime (docs.aws.amazon.com/bedrock, TokenUsage)
 * @param raw the usage object as it came
 */
export function usageDetailsIn(raw: unknown): UsageDetails {
  const usage = fieldsOf(raw);
  const input = byModality(usage.promptTokensDetails);
  const cached = byModality(usage.cacheTokensDetails);
  const output = byModality(usage.candidatesTokensDetails);
  const promptDetails = fieldsOf(usage.prompt_tokens_details);
  const completionDetails = fieldsOf(usage.completion_tokens_details);
  return {
    ...some(
      'cacheWrite1hTokens',
      fieldsOf(usage.cache_creation).ephemeral_1h_input_tokens ?? anHour(usage.cacheDetails),
    ),
    ...some('toolCalls', fieldsOf(usage.server_tool_use).web_search_requests ?? usage.num_search_queries),
    ...some('citationTokens', usage.citation_tokens),
    ...some('inputAudioTokens', promptDetails.audio_tokens ?? input.AUDIO),
    ...some('cacheReadAudioTokens', cached.AUDIO),
    ...some('inputImageTokens', promptDetails.image_tokens ?? input.IMAGE),
    ...some('outputAudioTokens', completionDetails.audio_tokens ?? output.AUDIO),
    ...some('outputImageTokens', completionDetails.image_tokens ?? output.IMAGE),
    ...word('serviceTier', usage.service_tier ?? usage.serviceTier ?? tierOnVertex(usage.trafficType)),
    ...word('searchContext', usage.search_context_size),
  };
}

function word(name: 'serviceTier' | 'searchContext', said: unknown): UsageDetails {
  return typeof said === 'string' && said !== '' ? { [name]: said.slice(0, LONGEST_WORD) } : {};
}

/** `ON_DEMAND_FLEX` -> `FLEX`; the ordinary way is `ON_DEMAND`. */
function tierOnVertex(traffic: unknown): unknown {
  return /^(?:ON_DEMAND_)?(FLEX|PRIORITY|PROVISIONED_THROUGHPUT)$/.exec(String(traffic))?.[1];
}

/** No tier has a name this long, and it is kept with the call. */
const LONGEST_WORD = 64;

/** Nothing for none: zeros say no more than silence here. */
function some(name: keyof UsageDetails, count: unknown): UsageDetails {
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? { [name]: count } : {};
}

/** `[{ modality: 'AUDIO', tokenCount: 4 }]` -> `{ AUDIO: 4 }` */
function byModality(details: unknown): Readonly<Record<string, unknown>> {
  const list = Array.isArray(details) ? details.map(fieldsOf) : [];
  return Object.fromEntries(list.map(({ modality, tokenCount }) => [String(modality), tokenCount]));
}

/** `[{ ttl: '1h', inputTokens: 10 }]` -> 10 */
function anHour(details: unknown): unknown {
  const list = Array.isArray(details) ? details.map(fieldsOf) : [];
  return list.find(({ ttl }) => ttl === '1h')?.inputTokens;
}
