import type { CompletionState } from '../../../completions/index.ts';
import type { FinishReason, OutputPart } from '../../../core/chat.ts';
import { totalTokens, type Usage } from '../../../core/usage.ts';
import { bindingOf, fieldOf, wrap } from '../../signature.ts';
import { tokenBody } from '../logprobs.ts';
import { isRefusal } from '../usage.ts';
import type { ResponsesBody } from './body.ts';
import { searchOfArguments, type ToolBook, textOfArguments } from './tools.ts';

export type Item = { readonly type: string; readonly id: string } & Readonly<Record<string, unknown>>;

export function responseId(completionId: string): string {
  return `resp_${completionId.replace(/^cmp_/, '')}`;
}

/** What every form of a response says about itself, most of it what was asked. */
export function envelope(id: string, createdAt: number, model: string, body: ResponsesBody) {
  return {
    id: responseId(id),
    object: 'response',
    created_at: Math.floor(createdAt / 1000),
    background: false,
    error: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    model,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: body.reasoning?.effort ?? null, summary: body.reasoning?.summary ?? null },
    service_tier: 'default',
    store: false,
    temperature: body.temperature ?? 1,
    text: { format: body.text?.format ?? { type: 'text' } },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    truncation: 'disabled',
    user: body.user ?? null,
  };
}

/** How it ended; a call of a tool is a normal end there. */
export function ending(reason: FinishReason | null, refused: boolean) {
  const cut =
    reason === 'LENGTH' || reason === 'BUDGET'
      ? 'max_output_tokens'
      : reason === 'CONTENT_FILTER' && !refused
        ? 'content_filter'
        : null;
  return cut === null
    ? { status: 'completed', incomplete_details: null }
    : { status: 'incomplete', incomplete_details: { reason: cut } };
}

export function responseBody(state: CompletionState, model: string, body: ResponsesBody, tools: ToolBook) {
  const parts = state.parts ?? [];
  let place = 0;
  const output = parts.flatMap((part) => itemsOf(part, tools, () => itemId(part.kind, state.id, place++)));
  return {
    ...envelope(state.id, state.createdAt, model, body),
    ...ending(state.finishReason, isRefusal(parts)),
    output: joined(output),
    usage: usageBody(state.usage),
  };
}

/** A thought of several summaries is one item there, and several parts with us. */
function joined(items: readonly Item[]): Item[] {
  const made: Item[] = [];
  for (const item of items) {
    const before = made.at(-1);
    if (item.type === 'reasoning' && before?.type === 'reasoning' && before.id === item.id) {
      const summary = [...(before.summary as object[]), ...(item.summary as object[])];
      made[made.length - 1] = { ...before, ...item, summary };
    } else made.push(item);
  }
  return made;
}

const prefixes = { text: 'msg', refusal: 'msg', reasoning: 'rs', toolCall: 'fc', media: 'ig', unknown: 'un' } as const;

export function itemId(kind: OutputPart['kind'], completionId: string, place: number): string {
  return `${prefixes[kind]}_${completionId.replace(/^cmp_/, '')}_${place}`;
}

/** A part as items of the output; one without a form there as none. @param id a new one each time it is called */
export function itemsOf(part: OutputPart, tools: ToolBook, id: () => string): Item[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return [messageItem(id(), [contentOf(part)])];
    case 'reasoning':
      return [thoughtItem(id(), part)];
    case 'toolCall': {
      const { toolCallId } = part;
      const signature = bindingOf(part.signature);
      const call = callItem(id(), part, tools);
      // What a provider signed on a call has no place on theirs: it travels as a thought without words.
      return signature === undefined ? [call] : [reasoningItem(id(), '', wrap(signature, toolCallId)), call];
    }
    case 'media':
      return [{ id: id(), type: 'image_generation_call', status: 'completed', result: part.base64 }];
    case 'unknown':
      return [];
  }
}

/** As OpenAI gave it, where it is OpenAI's own; any other is wrapped. */
function thoughtItem(id: string, { text, signature }: Extract<OutputPart, { kind: 'reasoning' }>): Item {
  if (signature === undefined) return reasoningItem(id, text, null);
  const [itemId, own] = ['itemId', 'reasoningEncryptedContent'].map((field) => fieldOf(signature, 'openai', field));
  return own === undefined ? reasoningItem(id, text, wrap(signature)) : reasoningItem(itemId ?? id, text, own);
}

export function messageItem(id: string, content: readonly object[], status = 'completed'): Item {
  return { id, type: 'message', status, role: 'assistant', content };
}

export function contentOf(part: Extract<OutputPart, { kind: 'text' | 'refusal' }>) {
  if (part.kind === 'refusal') return { type: 'refusal', refusal: part.text };
  const annotations = part.citations.flatMap(({ url, title }) =>
    url === null
      ? []
      : [{ type: 'url_citation', url, title: title ?? '', start_index: 0, end_index: part.text.length }],
  );
  return { type: 'output_text', text: part.text, annotations, logprobs: (part.logprobs ?? []).map(tokenBody) };
}

export function reasoningItem(id: string, text: string, encrypted: string | null): Item {
  const summary = text === '' ? [] : [{ type: 'summary_text', text }];
  return { id, type: 'reasoning', summary, ...(encrypted !== null && { encrypted_content: encrypted }) };
}

/** A call by the name that they know it by. @param call `rawArguments` are none while they are still to come */
export function callItem(
  id: string,
  call: Pick<Extract<OutputPart, { kind: 'toolCall' }>, 'toolCallId' | 'name' | 'rawArguments'>,
  { calledBy }: ToolBook,
  status = 'completed',
): Item {
  const called = calledBy(call.name);
  const about = { id, status, call_id: call.toolCallId };
  if (called.kind === 'search') {
    return { ...about, type: 'tool_search_call', execution: 'client', arguments: searchOfArguments(call.rawArguments) };
  }
  const named = { ...about, name: called.name, ...(called.namespace != null && { namespace: called.namespace }) };
  if (called.kind === 'custom')
    return { ...named, type: 'custom_tool_call', input: textOfArguments(call.rawArguments) };
  const isEmpty = call.rawArguments.trim() === '' && status === 'completed';
  return { ...named, type: 'function_call', arguments: isEmpty ? '{}' : call.rawArguments };
}

export function usageBody(usage: Usage) {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      ...(usage.cacheWriteTokens > 0 && { cache_write_tokens: usage.cacheWriteTokens }),
    },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: totalTokens(usage),
  };
}
