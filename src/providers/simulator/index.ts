import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import type { ModelFacts } from '../../core/decision.ts';
import { nanosFromUsd, type PriceSheet, TOKENS_PER_MILLION } from '../../core/money.ts';
import type { Clock } from '../../core/runtime.ts';
import { type Answer, answerTo } from './answer.ts';
import { CutOff, failureOf, isFaulty } from './faults.ts';
import { type Script, scriptOf } from './script.ts';

/**
 * A model without a network, for the first run, for tests and for load. The same seed and input give the same answer,
 * word for word. `CompletionRequest.simulation` makes it slow, flaky, rate limited, or cuts it off.
 * - echo-1 repeats the last user message
 * - small-1 and large-1 write plausible prose; large-1 writes more of it, dearer and later
 * @param clock paces the answer; an aborted call rejects as soon as the clock says so
 */
export function simulatedModel(modelId: string, clock: Clock): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'simulator',
    modelId,
    supportedUrls: {},
    async doStream(options) {
      const script = scriptOf(options);
      await begin(modelId, script, clock, options.abortSignal);
      return { stream: streamOf(play(modelId, options, script, clock)) };
    },
    async doGenerate(options) {
      const script = scriptOf(options);
      await begin(modelId, script, clock, options.abortSignal);
      if (script.breakStreamAfterTokens !== undefined && isFaulty(script)) throw new CutOff();
      return wholeOf(modelId, answerTo(modelId, options, script));
    },
  };
}

export const simulatorModels: readonly ModelFacts[] = [
  { modelId: 'echo-1', contextTokens: 128_000, maxOutputTokens: 16_000, prices: priceSheet('0.05', '0.10') },
  { modelId: 'small-1', contextTokens: 128_000, maxOutputTokens: 16_000, prices: priceSheet('0.15', '0.60') },
  { modelId: 'embed-1', contextTokens: 8_192, maxOutputTokens: null, prices: priceSheet('0.02', '0') },
  { modelId: 'rank-1', contextTokens: 128_000, maxOutputTokens: null, prices: priceSheet('0.02', '0') },
  { modelId: 'large-1', contextTokens: 400_000, maxOutputTokens: 64_000, prices: priceSheet('2.50', '10.00') },
];

/** Invented prices, in USD per million tokens, about as far apart as real ones. */
function priceSheet(inputUsd: string, outputUsd: string): PriceSheet {
  const price = (usd: string) => ({ nanosPerUnit: nanosFromUsd(usd), per: TOKENS_PER_MILLION, fromInputTokens: 0 });
  return {
    source: 'BUNDLED',
    prices: [
      { meter: 'INPUT_TOKEN', ...price(inputUsd) },
      { meter: 'OUTPUT_TOKEN', ...price(outputUsd) },
    ],
  };
}

/** Small enough not to be in the way of tests and load. */
const LATENCY_MS: Readonly<Record<string, number>> = { 'echo-1': 0, 'small-1': 2, 'large-1': 10 };

async function begin(modelId: string, script: Script, clock: Clock, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const latencyMs = script.latencyMs ?? LATENCY_MS[modelId] ?? 0;
  if (latencyMs > 0) await clock.sleep(latencyMs, signal);
  const failure = failureOf(script);
  if (failure) throw failure;
}

async function* play(
  modelId: string,
  options: LanguageModelV4CallOptions,
  script: Script,
  clock: Clock,
): AsyncGenerator<LanguageModelV4StreamPart> {
  const answer = answerTo(modelId, options, script);
  const pauseMs = script.tokensPerSecond ? 1000 / script.tokensPerSecond : 0;
  const limit = isFaulty(script) ? (script.breakStreamAfterTokens ?? Infinity) : Infinity;
  let said = 0;

  yield { type: 'stream-start', warnings: [] };
  yield { type: 'response-metadata', id: answer.id, modelId };
  for (const piece of pieces(answer)) {
    options.abortSignal?.throwIfAborted();
    if (isToken(piece)) {
      if (said === limit) return;
      if (pauseMs > 0 && said > 0) await clock.sleep(pauseMs, options.abortSignal);
      said++;
    }
    yield piece;
  }
  yield { type: 'finish', usage: usageOf(answer), finishReason: finishReasonOf(answer) };
}

function* pieces({ reasoning, text, toolCalls }: Answer): Generator<LanguageModelV4StreamPart> {
  if (reasoning.length > 0) {
    yield { type: 'reasoning-start', id: '0' };
    for (const delta of reasoning) yield { type: 'reasoning-delta', id: '0', delta };
    yield { type: 'reasoning-end', id: '0' };
  }
  if (text.length > 0) {
    yield { type: 'text-start', id: '0' };
    for (const delta of text) yield { type: 'text-delta', id: '0', delta };
    yield { type: 'text-end', id: '0' };
  }
  for (const { id, name, input } of toolCalls) {
    yield { type: 'tool-input-start', id, toolName: name };
    for (const delta of input) yield { type: 'tool-input-delta', id, delta };
    yield { type: 'tool-input-end', id };
    yield { type: 'tool-call', toolCallId: id, toolName: name, input: input.join('') };
  }
}

function isToken({ type }: LanguageModelV4StreamPart): boolean {
  return type === 'text-delta' || type === 'reasoning-delta' || type === 'tool-input-delta';
}

function wholeOf(modelId: string, answer: Answer): LanguageModelV4GenerateResult {
  const content: LanguageModelV4Content[] = [];
  if (answer.reasoning.length > 0) content.push({ type: 'reasoning', text: answer.reasoning.join('') });
  if (answer.text.length > 0) content.push({ type: 'text', text: answer.text.join('') });
  for (const { id, name, input } of answer.toolCalls) {
    content.push({ type: 'tool-call', toolCallId: id, toolName: name, input: input.join('') });
  }
  return {
    content,
    usage: usageOf(answer),
    finishReason: finishReasonOf(answer),
    response: { id: answer.id, modelId },
    warnings: [],
  };
}

function usageOf({ inputTokens, reasoning, text, toolCalls }: Answer): LanguageModelV4Usage {
  const spoken = text.length + toolCalls.reduce((sum, { input }) => sum + input.length, 0);
  return {
    inputTokens: { total: inputTokens, noCache: inputTokens, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: spoken + reasoning.length, text: spoken, reasoning: reasoning.length },
  };
}

function finishReasonOf({ toolCalls, cut }: Answer): LanguageModelV4GenerateResult['finishReason'] {
  if (cut) return { unified: 'length', raw: 'length' };
  return toolCalls.length > 0 ? { unified: 'tool-calls', raw: 'tool_calls' } : { unified: 'stop', raw: 'stop' };
}

/** Asked piece by piece and not one ahead: a reader that stops reading stops the simulation. */
function streamOf<T>(source: AsyncGenerator<T>): ReadableStream<T> {
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const { done, value } = await source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await source.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
