import type { FinishReason, OutputPart } from '../../core/chat.ts';
import { totalTokens, type Usage } from '../../core/usage.ts';

/** The object `usage` of Chat Completions. */
export function usageBody(usage: Usage) {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: totalTokens(usage),
    prompt_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      audio_tokens: usage.inputAudioTokens ?? 0,
      ...(usage.cacheWriteTokens > 0 && { cache_write_tokens: usage.cacheWriteTokens }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: usage.outputAudioTokens ?? 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** How an answer ended. A refusal is a normal end there; one that ran out of money was cut off. */
export function finishReasonWord(reason: FinishReason | null, refused: boolean): string {
  switch (reason) {
    case 'LENGTH':
    case 'BUDGET':
      return 'length';
    case 'TOOL_CALLS':
      return 'tool_calls';
    case 'CONTENT_FILTER':
      return refused ? 'stop' : 'content_filter';
    default:
      return 'stop';
  }
}

export function isRefusal(parts: readonly OutputPart[]): boolean {
  return parts.some(({ kind }) => kind === 'refusal');
}
