import { type Meter, nanosFromUsd, TOKENS_PER_MILLION, type UnitPrice } from '../core/money.ts';

/** What a vendor says it charges, where the bundled data says nothing or what has ceased to be true. */
interface Stated {
  readonly book: string;
  /** As the data calls them or as callers do; what the data does not know is a model by being here. */
  readonly models: readonly string[];
  /** The first day of it, UTC; left out, as long as anybody remembers. */
  readonly since?: string;
  /** A way of serving, or how much was looked up; left out, the ordinary one. */
  readonly tier?: string;
  /** USD for a million tokens, or for a thousand of anything else. They stand for their meter and tier altogether. */
  readonly prices: Partial<Readonly<Record<Meter, number>>>;
}

const sonarPro = ['sonar-pro', 'sonar-reasoning-pro'];

const stated: readonly Stated[] = [
  // docs.perplexity.ai/getting-started/pricing, November 2026: by how much was looked up. The data has the dearest.
  { book: 'perplexity', models: ['sonar'], tier: 'low', prices: { REQUEST: 5 } },
  { book: 'perplexity', models: ['sonar'], tier: 'medium', prices: { REQUEST: 8 } },
  { book: 'perplexity', models: ['sonar'], tier: 'high', prices: { REQUEST: 12 } },
  { book: 'perplexity', models: sonarPro, tier: 'low', prices: { REQUEST: 6 } },
  { book: 'perplexity', models: sonarPro, tier: 'medium', prices: { REQUEST: 10 } },
  { book: 'perplexity', models: sonarPro, tier: 'high', prices: { REQUEST: 14 } },

  // openai.com/api-priority-processing, November 2026.
  { book: 'openai', models: ['gpt-5'], tier: 'priority', prices: tokens(2.5, 20, 0.25) },
  // prices.azure.com/api/retail/prices, meters "5 pp … Gl", in force since then, as it answered on 2026-07-31.
  { book: 'azure', models: ['gpt-5'], since: '2026-03-01', tier: 'priority', prices: tokens(2.5, 20, 0.25) },

  // aws.amazon.com/bedrock/pricing as of 2026-07-24: what is kept for an hour. The data has five minutes only.
  { book: 'aws', models: claude('global', 'haiku-4-5-20251001-v1:0'), prices: { CACHE_WRITE_1H_TOKEN: 2 } },
  { book: 'aws', models: claude('regional', 'haiku-4-5-20251001-v1:0'), prices: { CACHE_WRITE_1H_TOKEN: 2.2 } },
  {
    book: 'aws',
    models: claude('global', 'sonnet-4-5-20250929-v1:0', 'sonnet-4-6-v1:0'),
    prices: { CACHE_WRITE_1H_TOKEN: 6 },
  },
  {
    book: 'aws',
    models: claude('regional', 'sonnet-4-5-20250929-v1:0', 'sonnet-4-6-v1:0'),
    prices: { CACHE_WRITE_1H_TOKEN: 6.6 },
  },
  {
    book: 'aws',
    models: claude('global', 'opus-4-5-v1:0', 'opus-4-6-v1:0', 'opus-4-7-v1:0', 'opus-4-8-v1:0'),
    prices: { CACHE_WRITE_1H_TOKEN: 10 },
  },
  {
    book: 'aws',
    models: claude('regional', 'opus-4-5-v1:0', 'opus-4-6-v1:0', 'opus-4-7-v1:0', 'opus-4-8-v1:0'),
    prices: { CACHE_WRITE_1H_TOKEN: 11 },
  },

  // mistral.ai/pricing/api as of 2026-08-05; cached is a tenth of input (docs.mistral.ai, prompt caching). The data has
  // both names for the models of 2024. Large 4, a preview since October 2026, is not known to have taken the first.
  { book: 'mistral', models: ['mistral-large-latest'], since: '2025-12-02', prices: tokens(0.5, 1.5, 0.05) },
  { book: 'mistral', models: ['mistral-small-latest'], since: '2026-08-05', prices: tokens(0.15, 0.6, 0.015) },

  // together.ai/pricing as of 2026-08-05. The data is of July 2025.
  {
    book: 'together',
    models: ['meta-llama/Llama-3.3-70B-Instruct-Turbo'],
    since: '2026-08-05',
    prices: tokens(1.04, 1.04),
  },
  { book: 'together', models: ['deepseek-ai/DeepSeek-V4-Pro'], prices: tokens(1.74, 3.48, 0.2) },
  { book: 'together', models: ['zai-org/GLM-5.2'], prices: tokens(1.4, 4.4, 0.26) },
  { book: 'together', models: ['openai/gpt-oss-120b'], prices: tokens(0.15, 0.6) },
  { book: 'together', models: ['openai/gpt-oss-20b'], prices: tokens(0.05, 0.2) },
  { book: 'together', models: ['MiniMaxAI/MiniMax-M3'], prices: tokens(0.3, 1.2, 0.06) },
  { book: 'together', models: ['google/gemma-4-31B-it'], prices: tokens(0.39, 0.97) },
  { book: 'together', models: ['Qwen/Qwen3.5-397B-A17B'], prices: tokens(0.6, 3.6, 0.35) },
  { book: 'together', models: ['Qwen/Qwen3.7-Max'], prices: tokens(1.25, 3.75, 0.13) },

  // docs.z.ai/guides/overview/pricing as others read it on 2026-07-02. The data begins with GLM-5.2.
  { book: 'zai', models: ['glm-5.1'], prices: tokens(1.4, 4.4, 0.26) },
  { book: 'zai', models: ['glm-5'], prices: tokens(1, 3.2, 0.2) },
  { book: 'zai', models: ['glm-5-turbo'], prices: tokens(1.2, 4, 0.24) },
  { book: 'zai', models: ['glm-4.7', 'glm-4.6', 'glm-4.5'], prices: tokens(0.6, 2.2, 0.11) },
];

function tokens(input: number, output: number, cacheRead?: number): Stated['prices'] {
  return {
    INPUT_TOKEN: input,
    ...(cacheRead !== undefined && { CACHE_READ_TOKEN: cacheRead }),
    OUTPUT_TOKEN: output,
  };
}

function claude(scope: 'global' | 'regional', ...models: string[]): string[] {
  return models.map((model) => `${scope}.anthropic.claude-${model}`);
}

/**
 * @param names of the model: as it was asked for, and as the data calls it
 * @param at Unix ms
 * @param id what cost lines name the prices by
 */
export function statedPrices(book: string, names: readonly string[], at: number, id: string): readonly UnitPrice[] {
  return about(book, names)
    .filter(({ since }) => since === undefined || Date.parse(since) <= at)
    .flatMap(({ prices, tier }) =>
      Object.entries(prices).map(([meter, usd]) => ({
        meter: meter as Meter,
        nanosPerUnit: nanosFromUsd(usd),
        per: meter.endsWith('_TOKEN') ? TOKENS_PER_MILLION : 1000,
        fromInputTokens: 0,
        ...(tier !== undefined && { tier }),
        id,
      })),
    );
}

/** When statements about a model begin, Unix ms, in order. */
export function statedSince(book: string, names: readonly string[]): number[] {
  const days = about(book, names).flatMap(({ since }) => since ?? []);
  return [...new Set(days)].sort().map((day) => Date.parse(day));
}

/** Those that have a price by what is stated alone, whether the data knows them or not. */
export function statedModels(book: string): string[] {
  return stated
    .filter((one) => one.book === book && one.tier === undefined && one.prices.OUTPUT_TOKEN !== undefined)
    .flatMap(({ models }) => models);
}

function about(book: string, names: readonly string[]): readonly Stated[] {
  return stated.filter((one) => one.book === book && one.models.some((model) => names.includes(model)));
}
