import type { CompletionState } from '../../completions/index.ts';
import type { FinishReason, OutputPart } from '../../core/chat.ts';
import type { Usage } from '../../core/usage.ts';
import { modelOf } from '../model-name.ts';
import { bindingOf } from '../signature.ts';
import { callBlock, type ThoughtBlock, thoughtBlock } from './thoughts.ts';

export type Block =
  | ThoughtBlock
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown };

/** A finished run as a message. */
export function messageBody(state: CompletionState) {
  return {
    id: messageId(state.id),
    type: 'message',
    role: 'assistant',
    model: modelOf(state),
    content: (state.parts ?? []).flatMap(blocksOf),
    stop_reason: stopReason(state.finishReason),
    stop_sequence: null,
    usage: usageBody(state.usage),
  };
}

export function messageId(completionId: string): string {
  return `msg_${completionId.replace(/^cmp_/, '')}`;
}

/** Media and what the house itself could not read have no form there. */
function blocksOf(part: OutputPart): Block[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return [{ type: 'text', text: part.text }];
    case 'reasoning':
      return [thoughtBlock(part)];
    case 'toolCall': {
      const { toolCallId: id, name, arguments: input } = part;
      const signature = bindingOf(part.signature);
      const block: Block = { type: 'tool_use', id, name, input: input ?? {} };
      return signature === undefined ? [block] : [callBlock(id, signature), block];
    }
    default:
      return [];
  }
}

/** Which of the stop sequences ended an answer is not passed on. One that ran out of money was cut off. */
export function stopReason(reason: FinishReason | null): string {
  switch (reason) {
    case 'LENGTH':
    case 'BUDGET':
      return 'max_tokens';
    case 'TOOL_CALLS':
      return 'tool_use';
    case 'CONTENT_FILTER':
      return 'refusal';
    default:
      return 'end_turn';
  }
}

/** Theirs leaves out of `input_tokens` what was read from and written to a cache; ours includes both. */
export function usageBody(usage: Usage) {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens = 0, serviceTier } = usage;
  return {
    input_tokens: Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens),
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWriteTokens - cacheWrite1hTokens,
      ephemeral_1h_input_tokens: cacheWrite1hTokens,
    },
    output_tokens: outputTokens,
    service_tier: serviceTier ?? 'standard',
  };
}
