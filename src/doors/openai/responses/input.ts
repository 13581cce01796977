import type { Target } from '../../../core/chat.ts';
import type { Json } from '../../../core/json.ts';
import { told } from '../../../core/told.ts';
import type { CallInput } from '../../call-input.ts';
import type { Words } from '../../http/words.ts';
import { unwrap } from '../../signature.ts';
import { argumentsOf, effortOf, modes } from '../chat-input.ts';
import { labelsOf } from '../labels.ts';
import { storedOr } from '../media.ts';
import type { InputItem, ResponsesBody } from './body.ts';
import { argumentsOfText, type Called, nameOf, type ToolBook, toolBook } from './tools.ts';

type Message = CallInput['messages'][number];
type Part = Message['parts'][number];
type ToolResult = NonNullable<Part['toolResult']>['result'];
type Tools = NonNullable<CallInput['tools']>;
type Of<Type extends InputItem['type']> = Extract<InputItem, { type: Type }>;

/** What a body of Responses asks for, in the words of the contract. @throws Refusal for what these cannot say */
export function responsesInput(body: ResponsesBody, target: Target, words: Words, { offered }: ToolBook): CallInput {
  const sampling = {
    temperature: body.temperature,
    topP: body.top_p,
    maxOutputTokens: body.max_output_tokens,
    topLogprobs: body.include?.includes('message.output_text.logprobs')
      ? (body.top_logprobs ?? 0)
      : body.top_logprobs || null,
  };
  const effort = body.reasoning?.effort;
  return {
    target,
    messages: [
      ...(body.instructions ? [{ role: 'SYSTEM' as const, parts: [{ text: body.instructions }] }] : []),
      ...messagesOf(body.input),
    ],
    sampling: told(sampling),
    ...((body.tools || offered.length > 0) && { tools: toolsOf(body, offered) }),
    ...(body.text?.format && { output: outputOf(body.text.format, body.stream === true) }),
    ...(effort && { reasoning: { effort: effortOf(effort) } }),
    ...labelsOf(body, words),
  };
}

function messagesOf(input: ResponsesBody['input']): Message[] {
  if (typeof input === 'string') return [{ role: 'USER', parts: [{ text: input }] }];
  const signatures = new Map<string, string>();
  for (const item of input) {
    const wrapped = item.type === 'reasoning' ? unwrap(item.encrypted_content ?? '') : null;
    if (wrapped?.toolCallId !== undefined) signatures.set(wrapped.toolCallId, wrapped.signature);
  }
  return joined(input.flatMap((item, place) => messageOf(item, `input[${place}]`, signatures)));
}

/** Neighbouring items of the assistant are one turn of it, and so are results of tools. */
function joined(messages: readonly Message[]): Message[] {
  const turns: Message[] = [];
  for (const message of messages) {
    const before = turns.at(-1);
    if (before?.role === message.role && (message.role === 'ASSISTANT' || message.role === 'TOOL')) {
      turns[turns.length - 1] = { ...before, parts: [...before.parts, ...message.parts] };
    } else turns.push(message);
  }
  return turns;
}

function messageOf(item: InputItem, path: string, signatures: ReadonlyMap<string, string>): Message[] {
  switch (item.type) {
    case 'message': {
      const roles = { user: 'USER', assistant: 'ASSISTANT', system: 'SYSTEM', developer: 'DEVELOPER' } as const;
      return [{ role: roles[item.role], parts: partsOf(item.content, `${path}.content`) }];
    }
    case 'function_call':
      return callOf({ ...item, kind: 'function' }, item, argumentsOf(item.arguments, `${path}.arguments`), signatures);
    case 'custom_tool_call':
      return callOf({ ...item, kind: 'custom' }, item, argumentsOfText(item.input), signatures);
    case 'tool_search_call':
      return callOf({ kind: 'search' }, item, item.arguments ?? {}, signatures);
    case 'function_call_output':
    case 'custom_tool_call_output':
      return answerTo(item, resultOf(item.output, `${path}.output`));
    // The tools themselves are among those that are offered from now on.
    case 'tool_search_output': {
      const names = toolBook({ input: [item] }).offered.map(({ name }) => name);
      const text = names.length === 0 ? 'No tool was found.' : `These tools can be called now: ${names.join(', ')}.`;
      return answerTo(item, { text });
    }
    case 'additional_tools':
    case 'item_reference':
      return [];
    case 'reasoning':
      return thoughtOf(item);
  }
}

function callOf(
  called: Called,
  { call_id: toolCallId }: { readonly call_id: string },
  args: NonNullable<Json>,
  signatures: ReadonlyMap<string, string>,
): Message[] {
  const signature = signatures.get(toolCallId);
  const toolCall = { toolCallId, name: nameOf(called), arguments: args, ...(signature !== undefined && { signature }) };
  return [{ role: 'ASSISTANT', parts: [{ toolCall }] }];
}

function answerTo({ call_id: toolCallId }: { readonly call_id: string }, result: ToolResult): Message[] {
  return [{ role: 'TOOL', parts: [{ toolResult: { toolCallId, result } }] }];
}

/** One of ours says whose it is; any other was OpenAI's own. */
function thoughtOf({ id, summary, encrypted_content }: Of<'reasoning'>): Message[] {
  const text = summary.map((part) => part.text).join('\n');
  const wrapped = unwrap(encrypted_content ?? '');
  if (wrapped?.toolCallId !== undefined) return [];
  const own = JSON.stringify({ openai: { itemId: id, reasoningEncryptedContent: encrypted_content } });
  const signature = wrapped?.signature ?? (encrypted_content == null ? undefined : own);
  if (text === '' && signature === undefined) return [];
  return [{ role: 'ASSISTANT', parts: [{ reasoning: { text, ...(signature !== undefined && { signature }) } }] }];
}

function partsOf(content: Of<'message'>['content'], path: string): Part[] {
  if (typeof content === 'string') return [{ text: content }];
  return content.map((part, place) => partOf(part, `${path}[${place}]`));
}

function resultOf(output: Of<'function_call_output'>['output'], path: string): ToolResult {
  if (typeof output === 'string') return { text: output };
  if (output.every(({ type }) => type === 'input_text')) return { text: output.map(textOf).join('') };
  return { content: output.map((part, place) => partOf(part, `${path}[${place}]`)) };
}

function textOf(part: Exclude<Of<'function_call_output'>['output'], string>[number]): string {
  return part.type === 'input_text' ? part.text : '';
}

function partOf(part: Exclude<Of<'message'>['content'], string>[number], path: string) {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      return { text: part.text };
    case 'refusal':
      return { text: part.refusal };
    case 'input_image':
      return { image: storedOr(part.file_id, part.image_url, 'Send image_url or file_id.', path, 'image/*') };
    case 'input_file': {
      const from = part.file_data ?? part.file_url;
      const media = storedOr(part.file_id, from, 'Send file_data, file_url or file_id.', path);
      return { file: { ...media, ...(part.filename != null && { filename: part.filename }) } };
    }
  }
}

function toolsOf({ tool_choice, parallel_tool_calls }: ResponsesBody, offered: ToolBook['offered']): Tools {
  const allowed = typeof tool_choice === 'object' && tool_choice?.type === 'allowed_tools' ? tool_choice : null;
  const names = allowed && new Set(allowed.tools.map(({ name }) => name));
  return {
    inline: offered.filter(({ name }) => names?.has(name) ?? true),
    ...(tool_choice && { choice: choiceOf(tool_choice) }),
    ...(parallel_tool_calls != null && { parallel: parallel_tool_calls }),
  };
}

function choiceOf(choice: NonNullable<ResponsesBody['tool_choice']>): NonNullable<Tools['choice']> {
  if (typeof choice === 'string') return { mode: modes[choice] };
  return choice.type === 'allowed_tools' ? { mode: modes[choice.mode] } : { tool: choice.name };
}

function outputOf(
  format: NonNullable<NonNullable<ResponsesBody['text']>['format']>,
  streamed: boolean,
): NonNullable<CallInput['output']> {
  if (format.type === 'text') return { text: true };
  if (format.type === 'json_object') return { jsonObject: true };
  return { jsonSchema: { name: format.name, schema: format.schema, repairAttempts: streamed ? 0 : 1 } };
}
