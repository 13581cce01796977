import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';

/** How much to think, in the port's words: none, low, medium, high or max. */
export type Effort = NonNullable<LanguageModelV4CallOptions['reasoning']>;

/** As OpenAI has it, and most servers of its format. */
export function byEffort(effort: Effort): object {
  return { reasoning_effort: effort };
}

/**
 * For models that think unless they are told not to, by a switch beside the effort: who says `none` by the effort alone pays
 * for thoughts. api-docs.deepseek.com/guides/thinking_mode and docs.z.ai/guides/capabilities/thinking-mode, read 2026-11-29.
 */
export function byThinking(effort: Effort): object {
  if (effort === 'none') return { thinking: { type: 'disabled' } };
  return { thinking: { type: 'enabled' }, reasoning_effort: effort };
}

/** The same at Together, by docs.together.ai/docs/inference/chat/reasoning, read 2026-11-29. */
export function byReasoning(effort: Effort): object {
  return effort === 'none' ? { reasoning: { enabled: false } } : upToHigh(effort);
}

/** Where nothing is above `high`, and a word that is not known refuses the call. */
export function upToHigh(effort: Effort): object {
  return byEffort(effort === 'max' ? 'high' : effort);
}
