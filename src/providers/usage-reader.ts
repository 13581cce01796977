import { fieldsOf } from '../core/json.ts';
import type { UsageReport } from '../core/usage.ts';
import { usageDetailsIn } from './usage-details.ts';

type Words = Readonly<Record<string, unknown>>;

/**
 * Hears what a provider says of usage, wherever in its answer it says so, and however often. Words are put together as
 * they came and only then understood: Anthropic tells input and cache in its first piece and output in later ones, and one
 * without the other means something else. A null is nothing said.
 */
export class UsageReader {
  readonly #said: Said = {};

  /**
   * @param body a piece of a stream, or a whole answer, as it came
   * @returns all that has been said so far, the last word on each count; null when this says nothing of usage
   */
  read(body: unknown): UsageReport | null {
    return hear(fieldsOf(body), this.#said) > 0 ? reportIn(this.#said) : null;
  }
}

type Said = Record<string, unknown>;

/**
 * The places: beside the answer (most), in the event's response (OpenAI), message (Anthropic, at the beginning), delta
 * (Cohere, at the end) or metadata (Bedrock), and under `x_groq` (Groq's streams).
 * @returns how often anything is said, which most pieces of a stream do not
 */
function hear(piece: Words, said: Said): number {
  return (
    hearAt(piece, said) +
    hearAt(piece.response, said) +
    hearAt(piece.message, said) +
    hearAt(piece.delta, said) +
    hearAt(piece.metadata, said) +
    hearAt(piece.x_groq, said)
  );
}

function hearAt(place: unknown, said: Said): number {
  if (place === null || typeof place !== 'object') return 0;
  const { usage, usageMetadata, service_tier } = fieldsOf(place);
  const counted = add(usage, said) + add(usageMetadata, said);
  // How a call was served stands beside.
  if (typeof service_tier !== 'string') return counted;
  said.service_tier = service_tier;
  return counted + 1;
}

function add(words: unknown, said: Said): number {
  if (words === null || typeof words !== 'object') return 0;
  const fields = fieldsOf(words);
  for (const name in fields) if (fields[name] != null) said[name] = fields[name];
  return 1;
}

/** In whatever dialect: they have no field in common that means different things. What is not said stays undefined. */
function reportIn(words: Words): UsageReport {
  return { ...usageDetailsIn(words), ...dialectOf(words)(words) };
}

function dialectOf(words: Words): (words: Words) => UsageReport {
  if ('promptTokenCount' in words || 'candidatesTokenCount' in words || 'totalTokenCount' in words) return gemini;
  if ('inputTokens' in words || 'outputTokens' in words) return converse;
  if ('tokens' in words || 'billed_units' in words) return cohere;
  if ('prompt_tokens' in words || 'completion_tokens' in words) return chat;
  const cached = 'cache_creation_input_tokens' in words || 'cache_read_input_tokens' in words;
  return cached || 'iterations' in words ? anthropic : responses;
}

/**
 * OpenAI's chat format and its likes, who agree on the two totals and on little else. Cached input is
 * `prompt_tokens_details.cached_tokens` (OpenAI), `prompt_cache_hit_tokens` (DeepSeek), `cached_tokens` (Moonshot) or
 * `num_cached_tokens` (Mistral). Perplexity counts what Deep Research reasoned beside what it wrote.
 */
function chat(words: Words): UsageReport {
  const input = fieldsOf(words.prompt_tokens_details ?? words.prompt_token_details);
  const beside =
    'num_search_queries' in words || 'citation_tokens' in words ? count(words.reasoning_tokens) : undefined;
  const written = count(words.completion_tokens);
  return {
    inputTokens: count(words.prompt_tokens),
    outputTokens: sum(written, beside),
    reasoningTokens: count(fieldsOf(words.completion_tokens_details).reasoning_tokens) ?? count(words.reasoning_tokens),
    cacheReadTokens:
      count(input.cached_tokens) ??
      count(words.prompt_cache_hit_tokens) ??
      count(words.cached_tokens) ??
      count(words.num_cached_tokens),
    cacheWriteTokens: count(input.cache_write_tokens),
    totalTokens: sum(count(words.total_tokens), beside),
  };
}

/** OpenAI's Responses API, and xAI's, which may leave cached input out of the input. */
function responses(words: Words): UsageReport {
  const details = fieldsOf(words.input_tokens_details);
  const cacheReadTokens = count(details.cached_tokens);
  const input = count(words.input_tokens);
  const apart = input !== undefined && cacheReadTokens !== undefined && cacheReadTokens > input;
  return {
    inputTokens: apart ? input + cacheReadTokens : input,
    outputTokens: count(words.output_tokens),
    reasoningTokens: count(fieldsOf(words.output_tokens_details).reasoning_tokens),
    cacheReadTokens,
    cacheWriteTokens: count(details.cache_write_tokens),
    totalTokens: count(words.total_tokens),
  };
}

/** Input is what was neither read from a cache nor written to one. A compacted context counts what compacting took. */
function anthropic(words: Words): UsageReport {
  const cacheReadTokens = count(words.cache_read_input_tokens);
  const cacheWriteTokens = count(words.cache_creation_input_tokens);
  const rounds = roundsIn(words.iterations);
  const over = (name: string) =>
    rounds.length === 0 ? undefined : sum(0, ...rounds.map((round) => count(round[name])));
  return {
    inputTokens: sum(over('input_tokens') ?? count(words.input_tokens), cacheReadTokens, cacheWriteTokens),
    outputTokens: over('output_tokens') ?? count(words.output_tokens),
    reasoningTokens: count(fieldsOf(words.output_tokens_details).thinking_tokens),
    cacheReadTokens,
    cacheWriteTokens,
  };
}

/** The totals leave out all but the last; of an answer that another model took over, they are that model's. */
function roundsIn(iterations: unknown): readonly Words[] {
  const rounds = Array.isArray(iterations) ? iterations.map(fieldsOf) : [];
  if (rounds.some(({ type }) => type === 'fallback_message')) return [];
  return rounds.filter(({ type }) => type === 'compaction' || type === 'message');
}

/** What tools read, and what was thought, is counted beside. */
function gemini(words: Words): UsageReport {
  const reasoningTokens = count(words.thoughtsTokenCount);
  return {
    inputTokens: sum(count(words.promptTokenCount), count(words.toolUsePromptTokenCount)),
    outputTokens: sum(count(words.candidatesTokenCount), reasoningTokens),
    reasoningTokens,
    cacheReadTokens: count(words.cachedContentTokenCount),
    totalTokens: count(words.totalTokenCount),
  };
}

/** Bedrock's Converse API; as with Anthropic, whose models it serves, input leaves the cache out. */
function converse(words: Words): UsageReport {
  const cacheReadTokens = count(words.cacheReadInputTokens);
  const cacheWriteTokens = count(words.cacheWriteInputTokens);
  return {
    inputTokens: sum(count(words.inputTokens), cacheReadTokens, cacheWriteTokens),
    outputTokens: count(words.outputTokens),
    cacheReadTokens,
    cacheWriteTokens,
  };
}

/** `tokens` is what went through the model; `billed_units`, what is charged, leaves Cohere's own preamble out. */
function cohere(words: Words): UsageReport {
  const billed = fieldsOf(words.billed_units);
  const tokens = fieldsOf(words.tokens ?? words.billed_units);
  const [inputTokens, outputTokens] = [count(tokens.input_tokens), count(tokens.output_tokens)];
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens: count(words.cached_tokens),
    ...unbilled('freeInputTokens', inputTokens, count(billed.input_tokens)),
    ...unbilled('freeOutputTokens', outputTokens, count(billed.output_tokens)),
  };
}

/** Whole and not negative, or not said: nobody is charged minus three tokens. */
function count(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.ceil(value) : undefined;
}

/** Of what was said; undefined when the first was not. */
function sum(first: number | undefined, ...others: readonly (number | undefined)[]): number | undefined {
  return first === undefined ? undefined : others.reduce<number>((total, one) => total + (one ?? 0), first);
}

function unbilled(
  name: 'freeInputTokens' | 'freeOutputTokens',
  all: number | undefined,
  billed: number | undefined,
): UsageReport {
  return all === undefined || billed === undefined || billed >= all ? {} : { [name]: all - billed };
}
