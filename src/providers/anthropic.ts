import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { askedOtherwise } from './asked-otherwise.ts';
import { anthropicMending, mendedBy } from './mended-events.ts';

interface Settings {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly fetch: typeof fetch;
}

/**
 * Anthropic's models, held to the caller's `maxOutputTokens`. With us that is all a model may write, thought included,
 * as it is with Anthropic; the package adds a budget for thinking on top of it, and whoever capped a call at 4,000
 * tokens would pay for 10,000. So the cap is kept from the package and put into the body as it leaves.
 */
export async function anthropicModel(given: Settings, modelId: string): Promise<LanguageModelV4> {
  const settings = { ...given, fetch: mendedBy(anthropicMending, given.fetch) };
  const { createAnthropic } = await import('@ai-sdk/anthropic');
  const unlimited = createAnthropic(settings)(modelId);
  const within = ({ maxOutputTokens: cap, ...options }: LanguageModelV4CallOptions) =>
    cap === undefined
      ? { model: unlimited, options }
      : { model: createAnthropic({ ...settings, fetch: capped(settings.fetch, cap) })(modelId), options };

  return askedOtherwise(unlimited, within);
}

/** Anthropic takes no smaller budget; the package falls back on it too. */
const LEAST_BUDGET = 1024;

function capped(send: typeof fetch, cap: number): typeof fetch {
  return (input, init) => {
    const body = JSON.parse(String(init?.body)) as { thinking?: { type: string; budget_tokens?: number } };
    const { thinking } = body;
    // Half for the thought at most, so that there is room for the answer.
    const budget = Math.min(thinking?.budget_tokens ?? 0, Math.max(LEAST_BUDGET, Math.floor(cap / 2)));
    const held = {
      ...body,
      max_tokens: cap,
      ...(thinking?.type === 'enabled' && { thinking: { ...thinking, budget_tokens: budget } }),
    };
    return send(input, { ...init, body: JSON.stringify(held) });
  };
}
