import { fieldsOf } from '../core/json.ts';
import type { countedDetails, UsageDetails } from '../core/usage.ts';

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
  const input = usage.promptTokensDetails;
  const output = usage.candidatesTokensDetails;
  const promptDetails = fieldsOf(usage.prompt_tokens_details);
  const completionDetails = fieldsOf(usage.completion_tokens_details);
  const details: Details = {};
  some(
    details,
    'cacheWrite1hTokens',
    fieldsOf(usage.cache_creation).ephemeral_1h_input_tokens ?? anHour(usage.cacheDetails),
  );
  some(details, 'toolCalls', fieldsOf(usage.server_tool_use).web_search_requests ?? usage.num_search_queries);
  some(details, 'citationTokens', usage.citation_tokens);
  some(details, 'inputAudioTokens', promptDetails.audio_tokens ?? ofModality('AUDIO', input));
  some(details, 'cacheReadAudioTokens', ofModality('AUDIO', usage.cacheTokensDetails));
  some(details, 'inputImageTokens', promptDetails.image_tokens ?? ofModality('IMAGE', input));
  some(details, 'outputAudioTokens', completionDetails.audio_tokens ?? ofModality('AUDIO', output));
  some(details, 'outputImageTokens', completionDetails.image_tokens ?? ofModality('IMAGE', output));
  word(details, 'serviceTier', usage.service_tier ?? usage.serviceTier ?? tierOnVertex(usage.trafficType));
  word(details, 'searchContext', usage.search_context_size);
  return details;
}

type Details = { -readonly [name in keyof UsageDetails]: UsageDetails[name] };

function word(details: Details, name: 'serviceTier' | 'searchContext', said: unknown): void {
  if (typeof said === 'string' && said !== '') details[name] = said.slice(0, LONGEST_WORD);
}

/** `ON_DEMAND_FLEX` -> `FLEX`; the ordinary way is `ON_DEMAND`. */
function tierOnVertex(traffic: unknown): unknown {
  return /^(?:ON_DEMAND_)?(FLEX|PRIORITY|PROVISIONED_THROUGHPUT)$/.exec(String(traffic))?.[1];
}

/** No tier has a name this long, and it is kept with the call. */
const LONGEST_WORD = 64;

/** Nothing for none: zeros say no more than silence here. */
function some(details: Details, name: (typeof countedDetails)[number], count: unknown): void {
  if (typeof count === 'number' && Number.isSafeInteger(count) && count > 0) details[name] = count;
}

/** `[{ modality: 'AUDIO', tokenCount: 4 }]` -> 4 */
function ofModality(modality: 'AUDIO' | 'IMAGE', details: unknown): unknown {
  if (!Array.isArray(details)) return undefined;
  return fieldsOf(details.findLast((one) => fieldsOf(one).modality === modality)).tokenCount;
}

/** `[{ ttl: '1h', inputTokens: 10 }]` -> 10 */
function anHour(details: unknown): unknown {
  if (!Array.isArray(details)) return undefined;
  return fieldsOf(details.find((one) => fieldsOf(one).ttl === '1h')).inputTokens;
}
