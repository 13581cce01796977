import { describe, expect, test } from 'vitest';
import { costOf, type PriceSheet } from '../../src/core/money.ts';
import { noUsage, type Usage } from '../../src/core/usage.ts';
import { openBook } from '../../src/models/book.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { aProvider } from '../support/providers.ts';

/**
 * Bills worked out by hand. The prices in each case are written out in dollars per million tokens, with where they are
 * from; the expected sum is the arithmetic beside it, done on paper and not by this code.
 *
 * Where the prices are from, and as of when; a stored copy unless it says otherwise:
 * - the vendor's own page:
 *   Anthropic (platform.claude.com/docs/en/about-claude/pricing, November 2026), OpenAI's priority tier
 *   (openai.com/api-priority-processing, same), Perplexity (docs.perplexity.ai/getting-started/pricing, undated), Gemini's
 *   tiers (ai.google.dev/gemini-api/docs/optimization, undated: flex and batch are half the price), Fireworks
 *   (docs.fireworks.ai/serverless/pricing, undated, 2026), Cerebras (inference-docs.cerebras.ai, public models, undated),
 *   OpenRouter's GLM (openrouter.ai/~z-ai/glm-latest, after 2026-08-19), Mistral's cached input
 *   (docs.mistral.ai, prompt caching, undated: a tenth)
 * - the vendor's own page as others read it that day and wrote it down: Azure (Microsoft's price list
 *   prices.azure.com/api/retail/prices, 2026-07-31, Global; snapshot of azure-genai-prices, MIT), Bedrock
 *   (aws.amazon.com/bedrock/pricing, 2026-07-24; aws-bedrock-pricing-data on GitHub), Mistral (mistral.ai/pricing/api),
 *   Together (together.ai/pricing), Cohere's Command R+ (cohere.com/pricing) and Groq (console.groq.com/docs/models), all
 *   2026-08-05 (llm-kit on GitHub), Z.ai (docs.z.ai/guides/overview/pricing, 2026-07-02), DeepSeek (its Models & Pricing
 *   page, 2026-10-27), Groq (2026-06-04)
 * - the vendor's own page for what is billed, not for how much: Cohere (docs.cohere.com, How Does Cohere Pricing Work, of
 *   February 2025: billed units, not tokens), xAI (openrouter.ai and others on docs.x.ai: dearer from a context length on)
 * - no page was found, last looked for on 2026-11-26: Vertex, Command A, Grok 4, OpenRouter's Claude, Gemini's and GPT's
 *   ordinary tiers. Theirs are the prices of @pydantic/genai-prices 0.1.8, which names the vendor's page and the day it was
 *   read: Gemini on 2025-10-31, Command A on 2025-07-04, Grok 4 on 2025-07-12, OpenRouter's Claude on 2026-03-23
 *
 * Where a page and the price data differ, stated-prices.ts says what the page does: Perplexity's fee by search context,
 * priority tiers, Bedrock's cache writes for an hour, Mistral's `-latest` names, most of Together, older GLM. Left as it
 * is: grok-4 costs more above 128,000 tokens by what openrouter.ai says of it; Fireworks' cached gpt-oss-120b, 0.015 on one
 * of its pages and 0.014 on another.
 */
const AT = Date.UTC(2026, 10, 20, 12);

const providers = [
  ['openai', 'openai'],
  ['openai-chat', 'openai'],
  ['azure-chat', 'azure'],
  ['anthropic', 'anthropic'],
  ['google', 'google'],
  ['deepseek', 'deepseek'],
  ['mistral', 'mistral'],
  ['xai', 'x-ai'],
  ['groq', 'groq'],
  ['perplexity', 'perplexity'],
  ['amazon-bedrock', 'aws'],
  ['azure', 'azure'],
  ['google-vertex', 'google'],
  ['cohere', 'cohere'],
  ['together', 'together'],
  ['fireworks', 'fireworks'],
  ['cerebras', 'cerebras'],
  ['openrouter', 'openrouter'],
  ['zai', 'zai'],
].map(([slug, priceBook]) => aProvider({ slug: slug!, priceBook: priceBook! }));
const book = openBook(providers, testRuntime({ startsAt: AT }).clock);

interface Golden {
  readonly what: string;
  readonly model: string;
  readonly usage: Partial<Usage>;
  /** In dollars, exactly. */
  readonly bill: string;
}

const reported: readonly Golden[] = [
  // gpt-5: input 1.25, cached input 0.125, output 10 (reasoning is output).
  // 5,000 x 1.25 = 0.00625; 15,000 x 0.125 = 0.001875; 2,000 x 10 = 0.02
  {
    what: 'cached and reasoned',
    model: 'openai/gpt-5',
    usage: { inputTokens: 20_000, cacheReadTokens: 15_000, outputTokens: 2_000, reasoningTokens: 1_400 },
    bill: '0.028125',
  },
  // gpt-5.6-sol: 4 / 20, from 272,000 tokens on 8 / 30, cached 0.4 / 0.8, written to the cache 5 / 10.
  // 200,000 x 8 = 1.6; 72,000 x 0.8 = 0.0576; 1,000 x 30 = 0.03
  {
    what: 'in the long-context tier, from its first token on',
    model: 'openai/gpt-5.6-sol',
    usage: { inputTokens: 272_000, cacheReadTokens: 72_000, outputTokens: 1_000 },
    bill: '1.6876',
  },
  // One token less: 199,999 x 4 = 0.799996; 72,000 x 0.4 = 0.0288; 1,000 x 20 = 0.02
  {
    what: 'a token below the long-context tier',
    model: 'openai/gpt-5.6-sol',
    usage: { inputTokens: 271_999, cacheReadTokens: 72_000, outputTokens: 1_000 },
    bill: '0.848796',
  },
  // 10,000 x 1.25 = 0.0125; 500 x 10 = 0.005; three web searches at 10 for a thousand = 0.03
  {
    what: 'with web searches',
    model: 'openai/gpt-5',
    usage: { inputTokens: 10_000, outputTokens: 500, toolCalls: 3 },
    bill: '0.0475',
  },
  // In the priority tier, from its page: 2.50, cached 0.25, output 20.
  // 6,000 x 2.5 = 0.015; 4,000 x 0.25 = 0.001; 1,000 x 20 = 0.02
  {
    what: 'in the priority tier',
    model: 'openai/gpt-5',
    usage: { inputTokens: 10_000, cacheReadTokens: 4_000, outputTokens: 1_000, serviceTier: 'priority' },
    bill: '0.036',
  },
  // Asked for and served in the ordinary way all the same: 0.0075 + 0.0005 + 0.01
  {
    what: 'in the ordinary tier',
    model: 'openai/gpt-5',
    usage: { inputTokens: 10_000, cacheReadTokens: 4_000, outputTokens: 1_000, serviceTier: 'default' },
    bill: '0.018',
  },
  // gpt-4o-mini-realtime: text 0.6 / 2.4, cached 0.3, audio 10 / 20, cached audio 0.3.
  // text 1,000 x 0.6 = 0.0006; audio (900 - 400) x 10 = 0.005; cached audio 400 x 0.3 = 0.00012;
  // cached text 100 x 0.3 = 0.00003; spoken 700 x 20 = 0.014; written 50 x 2.4 = 0.00012
  {
    what: 'heard and spoken, with cached audio',
    model: 'openai/gpt-4o-mini-realtime-preview',
    usage: {
      inputTokens: 2_000,
      inputAudioTokens: 900,
      cacheReadTokens: 500,
      cacheReadAudioTokens: 400,
      outputTokens: 750,
      outputAudioTokens: 700,
    },
    bill: '0.01987',
  },
  // Claude Opus 4.5, from the page: 5, 5-minute writes 6.25, 1-hour writes 10, hits 0.50, output 25.
  // 1,000 x 5 = 0.005; 2,000 x 6.25 = 0.0125; 3,000 x 10 = 0.03; 40,000 x 0.5 = 0.02; 800 x 25 = 0.02
  {
    what: 'with both kinds of cache writes and hits',
    model: 'anthropic/claude-opus-4-5',
    usage: {
      inputTokens: 46_000,
      cacheWriteTokens: 5_000,
      cacheWrite1hTokens: 3_000,
      cacheReadTokens: 40_000,
      outputTokens: 800,
    },
    bill: '0.0875',
  },
  // Claude Opus 4.6 has the same prices on the page. 7 x 5 = 0.000035; 1 x 25 = 0.000025
  {
    what: 'tiny and to the nano',
    model: 'anthropic/claude-opus-4-6',
    usage: { inputTokens: 7, outputTokens: 1 },
    bill: '0.00006',
  },
  // gemini-2.5-pro: 1.25 / 10, above 200,000 tokens 2.5 / 15, cached 0.125 / 0.25; thoughts are output.
  // 150,001 x 2.5 = 0.3750025; 50,000 x 0.25 = 0.0125; 3,000 x 15 = 0.045
  {
    what: 'above 200,000 tokens, cached, with thoughts',
    model: 'google/gemini-2.5-pro',
    usage: { inputTokens: 200_001, cacheReadTokens: 50_000, outputTokens: 3_000, reasoningTokens: 2_500 },
    bill: '0.4325025',
  },
  // 150,000 x 1.25 = 0.1875; 50,000 x 0.125 = 0.00625; 3,000 x 10 = 0.03
  {
    what: 'at exactly 200,000 tokens',
    model: 'google/gemini-2.5-pro',
    usage: { inputTokens: 200_000, cacheReadTokens: 50_000, outputTokens: 3_000, reasoningTokens: 2_500 },
    bill: '0.22375',
  },
  // gemini-2.5-flash: 0.3 / 2.5, audio 1. 1,000 x 0.3 = 0.0003; 4,000 x 1 = 0.004; 100 x 2.5 = 0.00025
  {
    what: 'with audio in the question',
    model: 'google/gemini-2.5-flash',
    usage: { inputTokens: 5_000, inputAudioTokens: 4_000, outputTokens: 100 },
    bill: '0.00455',
  },
  // At noon UTC: 0.27 / 1.1, hits 0.07. 3,000 x 0.27 = 0.00081; 7,000 x 0.07 = 0.00049; 400 x 1.1 = 0.00044
  {
    what: 'by day, with cache hits',
    model: 'deepseek/deepseek-chat',
    usage: { inputTokens: 10_000, cacheReadTokens: 7_000, outputTokens: 400 },
    bill: '0.00174',
  },
  // Large 3: 0.5 / 1.5, cached a tenth of 0.5. 234 x 0.5 = 0.000117; 1,000 x 0.05 = 0.00005; 56 x 1.5 = 0.000084
  {
    what: 'cached',
    model: 'mistral/mistral-large-latest',
    usage: { inputTokens: 1_234, cacheReadTokens: 1_000, outputTokens: 56 },
    bill: '0.000251',
  },
  // Medium 3.5: 1.5 / 7.5, cached 0.15; reasoning is output. 1,000 x 1.5 = 0.0015; 3,000 x 0.15 = 0.00045;
  // 200 x 7.5 = 0.0015
  {
    what: 'cached and reasoned',
    model: 'mistral/mistral-medium-latest',
    usage: { inputTokens: 4_000, cacheReadTokens: 3_000, outputTokens: 200, reasoningTokens: 150 },
    bill: '0.00345',
  },
  // 3 / 15, cached 0.75. 100 x 3 = 0.0003; 900 x 0.75 = 0.000675; 333 x 15 = 0.004995
  {
    what: 'cached',
    model: 'xai/grok-4',
    usage: { inputTokens: 1_000, cacheReadTokens: 900, outputTokens: 333 },
    bill: '0.00597',
  },
  // 1 / 3, cached 0.5. 500 x 1 = 0.0005; 500 x 0.5 = 0.00025; 10 x 3 = 0.00003
  {
    what: 'cached',
    model: 'groq/moonshotai/kimi-k2-instruct',
    usage: { inputTokens: 1_000, cacheReadTokens: 500, outputTokens: 10 },
    bill: '0.00078',
  },
  // 1 / 1 and 12 for a thousand requests. 30 x 1 = 0.00003; 70 x 1 = 0.00007; 1 request = 0.012
  {
    what: 'charged for the request too',
    model: 'perplexity/sonar',
    usage: { inputTokens: 30, outputTokens: 70 },
    bill: '0.0121',
  },
  // The fee by how much was looked up: 5 for a thousand at low. 30 x 1 + 70 x 1 = 0.0001; 1 request = 0.005
  {
    what: 'charged for the request by its search context',
    model: 'perplexity/sonar',
    usage: { inputTokens: 30, outputTokens: 70, searchContext: 'low' },
    bill: '0.0051',
  },
  // sonar-pro: 3 / 15, 10 for a thousand requests at medium. 30 x 3 = 0.00009; 70 x 15 = 0.00105; 1 request = 0.01
  {
    what: 'charged for the request by its search context',
    model: 'perplexity/sonar-pro',
    usage: { inputTokens: 30, outputTokens: 70, searchContext: 'medium' },
    bill: '0.01114',
  },
  // 2 / 8, reasoning 3, searches 5 for a thousand. 40 x 2 = 0.00008; 1,000 x 8 = 0.008; 9,000 x 3 = 0.027; 12 = 0.06
  {
    what: 'with reasoning at a price of its own',
    model: 'perplexity/sonar-deep-research',
    usage: { inputTokens: 40, outputTokens: 10_000, reasoningTokens: 9_000, toolCalls: 12 },
    bill: '0.09508',
  },
  // 1 / 5, written 1.25, read 0.1. 100 x 1 = 0.0001; 1,000 x 1.25 = 0.00125; 2,000 x 0.1 = 0.0002; 20 x 5 = 0.0001
  {
    what: 'cached on a reseller',
    model: 'amazon-bedrock/global.anthropic.claude-haiku-4-5-20251001-v1:0',
    usage: { inputTokens: 3_100, cacheWriteTokens: 1_000, cacheReadTokens: 2_000, outputTokens: 20 },
    bill: '0.00165',
  },
  // Some of it kept for an hour, 2.00. 100 x 1 = 0.0001; 1,000 x 1.25 = 0.00125; 500 x 2 = 0.001; 2,000 x 0.1 = 0.0002;
  // 20 x 5 = 0.0001
  {
    what: 'with both kinds of cache writes on a reseller',
    model: 'amazon-bedrock/global.anthropic.claude-haiku-4-5-20251001-v1:0',
    usage: {
      inputTokens: 3_600,
      cacheWriteTokens: 1_500,
      cacheWrite1hTokens: 500,
      cacheReadTokens: 2_000,
      outputTokens: 20,
    },
    bill: '0.00265',
  },
  // In one geography a tenth more: 1.1 / 5.5, an hour 2.2. 1,000 x 1.1 = 0.0011; 500 x 2.2 = 0.0011; 100 x 5.5 = 0.00055
  {
    what: 'in one geography, reasoned',
    model: 'amazon-bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0',
    usage: {
      inputTokens: 1_500,
      cacheWriteTokens: 500,
      cacheWrite1hTokens: 500,
      outputTokens: 100,
      reasoningTokens: 60,
    },
    bill: '0.00275',
  },
  // 1.25 / 10, cached 0.125; thoughts are output. 1,000 x 1.25 = 0.00125; 1,000 x 0.125 = 0.000125; 600 x 10 = 0.006
  {
    what: 'cached and reasoned',
    model: 'azure/gpt-5',
    usage: { inputTokens: 2_000, cacheReadTokens: 1_000, outputTokens: 600, reasoningTokens: 500 },
    bill: '0.007375',
  },
  // Priority processing: 2.5, cached 0.25, output 20. 1,500 x 2.5 = 0.00375; 500 x 0.25 = 0.000125; 200 x 20 = 0.004
  {
    what: 'in the priority tier',
    model: 'azure/gpt-5',
    usage: { inputTokens: 2_000, cacheReadTokens: 500, outputTokens: 200, serviceTier: 'priority' },
    bill: '0.007875',
  },
  // Cached 0.25 above 200,000. 200,000 x 2.5 = 0.5; 100,000 x 0.25 = 0.025; 1,000 x 15 = 0.015
  {
    what: 'above 200,000 tokens, cached, with thoughts',
    model: 'google-vertex/gemini-2.5-pro',
    usage: { inputTokens: 300_000, cacheReadTokens: 100_000, outputTokens: 1_000, reasoningTokens: 800 },
    bill: '0.54',
  },
  // gemini-2.5-pro as at Google: 1.25 / 10, above 200,000 tokens 2.5 / 15. 300,000 x 2.5 = 0.75; 1,000 x 15 = 0.015
  {
    what: 'above 200,000 tokens',
    model: 'google-vertex/gemini-2.5-pro',
    usage: { inputTokens: 300_000, outputTokens: 1_000 },
    bill: '0.765',
  },
  // command-a: 2.5 / 10. 4,321 x 2.5 = 0.0108025; 99 x 10 = 0.00099
  {
    what: 'plain',
    model: 'cohere/command-a-03-2025',
    usage: { inputTokens: 4_321, outputTokens: 99 },
    bill: '0.0117925',
  },
  // A recorded answer: 1,452 and 33 tokens, of which 33 and 22 are billed. 33 x 2.5 = 0.0000825; 22 x 10 = 0.00022
  {
    what: 'without what Cohere does not bill',
    model: 'cohere/command-a-03-2025',
    usage: { inputTokens: 1_452, freeInputTokens: 1_419, outputTokens: 33, freeOutputTokens: 11 },
    bill: '0.0003025',
  },
  // command-r-plus-08-2024, from its page: 2.5 / 10. 1,000 x 2.5 = 0.0025; 50 x 10 = 0.0005
  {
    what: 'plain',
    model: 'cohere/command-r-plus-08-2024',
    usage: { inputTokens: 1_000, outputTokens: 50 },
    bill: '0.003',
  },
  // 1.04 / 1.04. 10,001 x 1.04 = 0.01040104; 3 x 1.04 = 0.00000312
  {
    what: 'with one price for both ways',
    model: 'together/meta-llama/Llama-3.3-70B-Instruct-Turbo',
    usage: { inputTokens: 10_001, outputTokens: 3 },
    bill: '0.01040416',
  },
  // 1.74 / 3.48, cached 0.2. 1,000 x 1.74 = 0.00174; 4,000 x 0.2 = 0.0008; 700 x 3.48 = 0.002436
  {
    what: 'cached and reasoned',
    model: 'together/deepseek-ai/DeepSeek-V4-Pro',
    usage: { inputTokens: 5_000, cacheReadTokens: 4_000, outputTokens: 700, reasoningTokens: 500 },
    bill: '0.004976',
  },
  // 0.15 / 0.6 and no price for cached input, which then costs what input costs. 1,234 x 0.15 = 0.0001851; 56 x 0.6 =
  // 0.0000336
  {
    what: 'where cached input has no price of its own',
    model: 'together/openai/gpt-oss-120b',
    usage: { inputTokens: 1_234, cacheReadTokens: 1_000, outputTokens: 56 },
    bill: '0.0002187',
  },
  // 1.74 / 3.48, cached 0.145. 2,000 x 1.74 = 0.00348; 6,000 x 0.145 = 0.00087; 500 x 3.48 = 0.00174
  {
    what: 'cached',
    model: 'fireworks/accounts/fireworks/models/deepseek-v4-pro',
    usage: { inputTokens: 8_000, cacheReadTokens: 6_000, outputTokens: 500 },
    bill: '0.00609',
  },
  // 0.35 / 0.75. 1,000 x 0.35 = 0.00035; 2,000 x 0.75 = 0.0015
  {
    what: 'reasoned',
    model: 'cerebras/gpt-oss-120b',
    usage: { inputTokens: 1_000, outputTokens: 2_000, reasoningTokens: 1_500 },
    bill: '0.00185',
  },
  // Above 200,000 tokens 6 / 22.5, cached 0.6. 150,000 x 6 = 0.9; 100,000 x 0.6 = 0.06; 200 x 22.5 = 0.0045
  {
    what: 'in the long-context tier, cached',
    model: 'openrouter/anthropic/claude-sonnet-4.5',
    usage: { inputTokens: 250_000, cacheReadTokens: 100_000, outputTokens: 200 },
    bill: '0.9645',
  },
  // GLM 5.3, from its page: 1.4 / 4.4, cached 0.26. 1,000 x 1.4 = 0.0014; 9,000 x 0.26 = 0.00234; 500 x 4.4 = 0.0022
  {
    what: 'cached and reasoned',
    model: 'openrouter/z-ai/glm-5.3',
    usage: { inputTokens: 10_000, cacheReadTokens: 9_000, outputTokens: 500, reasoningTokens: 400 },
    bill: '0.00594',
  },
  // 1.4 / 4.4, cached 0.26. 2,000 x 1.4 = 0.0028; 8,000 x 0.26 = 0.00208; 600 x 4.4 = 0.00264
  {
    what: 'cached and reasoned',
    model: 'zai/glm-5.2',
    usage: { inputTokens: 10_000, cacheReadTokens: 8_000, outputTokens: 600, reasoningTokens: 500 },
    bill: '0.00752',
  },
  // 0.6 / 2.2, cached 0.11. 1,000 x 0.6 = 0.0006; 1,000 x 0.11 = 0.00011; 100 x 2.2 = 0.00022
  {
    what: 'cached',
    model: 'zai/glm-4.6',
    usage: { inputTokens: 2_000, cacheReadTokens: 1_000, outputTokens: 100 },
    bill: '0.00093',
  },
  // From its page: off-peak 0.66 / 1.98, hits 0.022. 1,000 x 0.66 = 0.00066; 9,000 x 0.022 = 0.000198; 50 x 1.98 = 0.000099
  {
    what: 'off-peak, with cache hits',
    model: 'deepseek/deepseek-v4-pro',
    usage: { inputTokens: 10_000, cacheReadTokens: 9_000, outputTokens: 50 },
    bill: '0.000957',
  },
  // From its page: 0.15 / 0.6, cached 0.075. 400 x 0.15 = 0.00006; 600 x 0.075 = 0.000045; 100 x 0.6 = 0.00006
  {
    what: 'cached',
    model: 'groq/openai/gpt-oss-120b',
    usage: { inputTokens: 1_000, cacheReadTokens: 600, outputTokens: 100 },
    bill: '0.000165',
  },
  // From its page: 2 / 8, citations 2, reasoning 3, searches 5 for a thousand.
  // 100 x 2 = 0.0002; 500 x 8 = 0.004; 20,000 x 2 = 0.04; 4,000 x 3 = 0.012; 10 searches = 0.05
  {
    what: 'with citations at a price of their own',
    model: 'perplexity/sonar-deep-research',
    usage: {
      inputTokens: 100,
      outputTokens: 4_500,
      reasoningTokens: 4_000,
      citationTokens: 20_000,
      toolCalls: 10,
    },
    bill: '0.1062',
  },
];

test.each(reported)('$model, $what: $$$bill', ({ model, usage, bill }) => {
  const cost = costOf({ ...noUsage, source: 'PROVIDER', ...usage }, book.get(model)!.prices);
  expect(dollars(cost.totalNanos)).toBe(bill);
  expect(cost.complete).toBe(true);
  for (const line of cost.lines) {
    expect(line.source === 'REPORTED' || line.meter === 'REQUEST').toBe(true);
    expect(line.priceId).toMatch(/^bundled:.+@2026-11-20$/);
  }
});

describe('gemini-2.5-flash served in a cheaper tier', () => {
  const usage: Usage = { ...noUsage, inputTokens: 10_000, outputTokens: 1_000, source: 'PROVIDER' };
  const sheet = book.get('google/gemini-2.5-flash')!.prices!;
  /** Half of 0.3 and 2.5, as Google's page on tiers says. */
  const half: PriceSheet = {
    ...sheet,
    prices: [
      ...sheet.prices,
      ...sheet.prices
        .filter(({ meter }) => meter === 'INPUT_TOKEN' || meter === 'OUTPUT_TOKEN')
        .map((price) => ({ ...price, nanosPerUnit: price.nanosPerUnit / 2n, tier: 'flex' })),
    ],
  };

  test('costs half once that is set: 10,000 x 0.15 + 1,000 x 1.25 = $0.00275', () => {
    const cost = costOf({ ...usage, serviceTier: 'flex' }, half);
    expect([dollars(cost.totalNanos), cost.complete]).toEqual(['0.00275', true]);
  });

  test('is charged the ordinary price and not called complete while nobody has set it', () => {
    const cost = costOf({ ...usage, serviceTier: 'batch' }, sheet);
    expect([dollars(cost.totalNanos), cost.complete]).toEqual(['0.0055', false]);
  });
});

describe('an answer that was broken off', () => {
  // 1,000 tokens of input and the 100 said so far, by the prices above.
  test.each([
    ['openai/gpt-5', '0.00225'], // 0.00125 + 0.001
    ['openai-chat/gpt-5', '0.00225'],
    ['anthropic/claude-opus-4-5', '0.0075'], // 0.005 + 0.0025
    ['google/gemini-2.5-pro', '0.00225'], // 0.00125 + 0.001
    ['deepseek/deepseek-v4-pro', '0.000858'], // 0.00066 + 0.000198
    ['mistral/mistral-large-latest', '0.00065'], // 0.0005 + 0.00015
    ['xai/grok-4', '0.0045'], // 0.003 + 0.0015
    ['groq/openai/gpt-oss-120b', '0.00021'], // 0.00015 + 0.00006
    ['perplexity/sonar', '0.0131'], // 0.001 + 0.0001, and 0.012 for the request
    ['amazon-bedrock/global.anthropic.claude-haiku-4-5-20251001-v1:0', '0.0015'], // 0.001 + 0.0005
    ['azure/gpt-5', '0.00225'], // 0.00125 + 0.001
    ['azure-chat/gpt-5', '0.00225'],
    ['google-vertex/gemini-2.5-pro', '0.00225'], // 0.00125 + 0.001
    ['cohere/command-a-03-2025', '0.0035'], // 0.0025 + 0.001
    ['together/meta-llama/Llama-3.3-70B-Instruct-Turbo', '0.001144'], // 0.00104 + 0.000104
    ['fireworks/accounts/fireworks/models/deepseek-v4-pro', '0.002088'], // 0.00174 + 0.000348
    ['cerebras/gpt-oss-120b', '0.000425'], // 0.00035 + 0.000075
    ['openrouter/anthropic/claude-sonnet-4.5', '0.0045'], // 0.003 + 0.0015
    ['zai/glm-5.2', '0.00184'], // 0.0014 + 0.00044
  ])('by %s is charged for what was produced, $%s, and every token is marked', (model, bill) => {
    const usage: Usage = { ...noUsage, inputTokens: 1_000, outputTokens: 100, source: 'ESTIMATED' };
    const cost = costOf(usage, book.get(model)!.prices);
    expect(dollars(cost.totalNanos)).toBe(bill);
    const tokens = cost.lines.filter(({ meter }) => meter !== 'REQUEST');
    expect(tokens.map(({ source }) => source)).toEqual(['ESTIMATED', 'ESTIMATED']);
  });

  // Claude Opus 4.5: hits 0.50. 400 x 5 = 0.002; 600 x 0.5 = 0.0003; 100 x 25 = 0.0025
  test('keeps the word of the provider where it had told of the input by then', () => {
    const usage: Usage = {
      ...noUsage,
      inputTokens: 1_000,
      cacheReadTokens: 600,
      outputTokens: 100,
      ...{ source: 'MIXED', inputSource: 'REPORTED', outputSource: 'ESTIMATED' },
    };
    const cost = costOf(usage, book.get('anthropic/claude-opus-4-5')!.prices);
    expect(dollars(cost.totalNanos)).toBe('0.0048');
    expect(cost.lines.map(({ source }) => source)).toEqual(['REPORTED', 'REPORTED', 'ESTIMATED']);
  });
});

/** Trailing zeros cut off, nothing rounded. */
function dollars(nanos: bigint): string {
  const text = nanos.toString().padStart(10, '0');
  return `${text.slice(0, -9)}.${text.slice(-9)}`.replace(/0+$/, '');
}
