import type { OutputPart } from '../../core/chat.ts';
import type { CallInput } from '../call-input.ts';
import { fieldOf, unwrap, wrap } from '../signature.ts';

/** How Anthropic's own signatures are named inside; see providers/signature.ts. */
const SIGNER = 'anthropic';

type Thought = NonNullable<CallInput['messages'][number]['parts'][number]['reasoning']>;

export type ThoughtBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string };

/** A thought of any provider as theirs are written. */
export function thoughtBlock({ text, signature }: Extract<OutputPart, { kind: 'reasoning' }>): ThoughtBlock {
  if (signature === undefined) return { type: 'thinking', thinking: text, signature: '' };
  const redacted = fieldOf(signature, SIGNER, 'redactedData');
  if (redacted !== undefined) return { type: 'redacted_thinking', data: redacted };
  return { type: 'thinking', thinking: text, signature: fieldOf(signature, SIGNER, 'signature') ?? wrap(signature) };
}

/** A block without words, for what a provider signed on a call of a tool: theirs have no place for it. */
export function callBlock(toolCallId: string, signature: string): ThoughtBlock {
  return { type: 'redacted_thinking', data: wrap(signature, toolCallId) };
}

/** The way back. Signatures of tool calls go into `ofCalls` instead, and are no thoughts. */
export function thoughtsOf(block: ThoughtBlock, ofCalls: Map<string, string>): Thought[] {
  const [text, opaque] = block.type === 'thinking' ? [block.thinking, block.signature] : ['', block.data];
  const wrapped = unwrap(opaque);
  if (wrapped?.toolCallId !== undefined) {
    ofCalls.set(wrapped.toolCallId, wrapped.signature);
    return [];
  }
  if (wrapped) return [{ text, signature: wrapped.signature }];
  if (opaque === '') return text === '' ? [] : [{ text }];
  const field = block.type === 'thinking' ? 'signature' : 'redactedData';
  return [{ text, signature: JSON.stringify({ [SIGNER]: { [field]: opaque } }) }];
}
