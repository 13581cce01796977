import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import { type CompletionRequest, inputCharacters } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import { estimateTokens, type Usage } from '../core/usage.ts';

/** What one attempt consumed: the provider's word where it gave one, an estimate by length where it did not. */
export interface UsageMeter {
  see(event: ContentEvent): void;
  /** An explicit zero is zero; only what was not said is estimated. */
  reported(usage: LanguageModelV4Usage): Usage;
  /** For an answer that was cut off: the whole input, and the output seen so far. */
  estimated(): Usage;
}

export function usageMeter(request: CompletionRequest): UsageMeter {
  let text = 0;
  let reasoning = 0;
  /** By part: arguments may come in pieces, or all at once. */
  const calls = new Map<number, number>();

  const estimated = (): Usage => {
    const reasoningTokens = estimateTokens(reasoning);
    return {
      inputTokens: estimateTokens(inputCharacters(request)),
      outputTokens: estimateTokens([...calls.values()].reduce((sum, length) => sum + length, text)) + reasoningTokens,
      reasoningTokens,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      source: 'ESTIMATED',
    };
  };

  return {
    estimated,
    see(event) {
      if (event.kind === 'textDelta') text += event.text.length;
      else if (event.kind === 'reasoningDelta') reasoning += event.text.length;
      else if (event.kind === 'toolCallDelta') {
        calls.set(event.index, (calls.get(event.index) ?? 0) + event.argumentsDelta.length);
      } else if (event.kind === 'partFinished' && event.part.kind === 'toolCall') {
        calls.set(event.index, event.part.rawArguments.length);
      }
    },
    reported({ inputTokens: input, outputTokens: output }) {
      const guess = estimated();
      const told = [input.total, output.total].filter((total) => total !== undefined).length;
      return {
        inputTokens: input.total ?? guess.inputTokens,
        outputTokens: output.total ?? guess.outputTokens,
        reasoningTokens: output.reasoning ?? 0,
        cacheReadTokens: input.cacheRead ?? 0,
        cacheWriteTokens: input.cacheWrite ?? 0,
        source: told === 2 ? 'PROVIDER' : told === 1 ? 'MIXED' : 'ESTIMATED',
      };
    },
  };
}
