import type { Target } from '../../core/chat.ts';
import type { Json } from '../../core/json.ts';
import { IntricateJson, quickJson } from '../../core/json-scan.ts';
import { told } from '../../core/told.ts';
import type { CallInput } from '../call-input.ts';
import { Refusal } from '../http/refusal.ts';
import type { Words } from '../http/words.ts';
import type { ChatBody, ChatMessage } from './chat-body.ts';
import { labelsOf } from './labels.ts';
import { audioOf, mediaOf, storedOr } from './media.ts';

type Message = CallInput['messages'][number];
type Part = Message['parts'][number];
type Tools = NonNullable<CallInput['tools']>;

/** What a chat body asks for, in the words of the contract. @throws Refusal for what these cannot say */
export function chatInput(body: ChatBody, target: Target, words: Words): CallInput {
  const maxOutputTokens = body.max_completion_tokens ?? body.max_tokens;
  const sampling = {
    temperature: body.temperature,
    topP: body.top_p,
    frequencyPenalty: body.frequency_penalty,
    presencePenalty: body.presence_penalty,
    seed: body.seed,
    stop: typeof body.stop === 'string' ? [body.stop] : body.stop,
    maxOutputTokens,
    topLogprobs: logprobsOf(body),
  };
  return {
    target,
    messages: body.messages.map(messageOf),
    sampling: told(sampling),
    ...(body.tools && { tools: toolsOf(body) }),
    ...(body.response_format && { output: outputOf(body.response_format, body.stream === true) }),
    ...(body.modalities && { modalities: body.modalities.map((word) => modalities[word]) }),
    ...(body.audio && { audio: body.audio }),
    ...(body.reasoning_effort && { reasoning: { effort: effortOf(body.reasoning_effort) } }),
    ...labelsOf(body, words),
  };
}

/** How many others to tell with each token; null when nothing is to be told. */
function logprobsOf({ logprobs, top_logprobs }: ChatBody): number | null {
  if (top_logprobs && !logprobs) {
    throw new Refusal(400, 'top_logprobs belongs to logprobs: true.', 'top_logprobs', 'invalid_value');
  }
  return logprobs ? (top_logprobs ?? 0) : null;
}

function messageOf(message: ChatMessage, place: number): Message {
  switch (message.role) {
    case 'system':
      return { role: 'SYSTEM', parts: textsOf(message.content) };
    case 'developer':
      return { role: 'DEVELOPER', parts: textsOf(message.content) };
    case 'user':
      return { role: 'USER', parts: userParts(message.content, `messages[${place}].content`) };
    case 'assistant':
      return { role: 'ASSISTANT', parts: assistantParts(message, `messages[${place}]`) };
    case 'tool': {
      const text = textsOf(message.content)
        .map((part) => part.text)
        .join('');
      return { role: 'TOOL', parts: [{ toolResult: { toolCallId: message.tool_call_id, result: { text } } }] };
    }
  }
}

type Of<Role extends ChatMessage['role']> = Extract<ChatMessage, { role: Role }>;

function textsOf(content: Of<'system'>['content']): { text: string }[] {
  return typeof content === 'string' ? [{ text: content }] : content.map(({ text }) => ({ text }));
}

function userParts(content: Of<'user'>['content'], path: string): Part[] {
  if (typeof content === 'string') return [{ text: content }];
  return content.map((part, place) => userPart(part, `${path}[${place}]`));
}

type UserPart = Exclude<Of<'user'>['content'], string>[number];

function userPart(part: UserPart, path: string): Part {
  switch (part.type) {
    case 'text':
      return { text: part.text };
    case 'image_url':
      return { image: mediaOf(part.image_url.url, 'image/*') };
    case 'input_audio':
      return { audio: audioOf(part.input_audio) };
    case 'file':
      return { file: fileOf(part.file, `${path}.file`) };
  }
}

type FileShape = Extract<UserPart, { type: 'file' }>['file'];

/** A file that is sent along, or one that is kept at the gateway. */
function fileOf({ file_data, file_id, filename }: FileShape, path: string): NonNullable<Part['file']> {
  const media = storedOr(file_id, file_data, 'Send file_data or file_id.', path);
  return { ...media, ...(filename != null && { filename }) };
}

function assistantParts(message: Of<'assistant'>, path: string): Part[] {
  const { content, refusal, tool_calls, reasoning_content } = message;
  const said =
    typeof content === 'string'
      ? [content]
      : (content ?? []).map((part) => (part.type === 'text' ? part.text : part.refusal));
  const parts: Part[] = [
    ...(reasoning_content ? [{ reasoning: { text: reasoning_content } }] : []),
    ...[...said, refusal ?? ''].filter((text) => text !== '').map((text) => ({ text })),
    ...(tool_calls ?? []).map(({ id, function: called }, place) => ({
      toolCall: {
        toolCallId: id,
        name: called.name,
        arguments: argumentsOf(called.arguments, `${path}.tool_calls[${place}].function.arguments`),
      },
    })),
  ];
  // What a model said may have been nothing at all.
  return parts.length > 0 ? parts : [{ text: '' }];
}

/** @throws Refusal for what is no JSON, or would take too long to read */
export function argumentsOf(text: string, path: string): NonNullable<Json> {
  if (text.trim() === '') return {};
  try {
    return quickJson(text) ?? {};
  } catch (error) {
    const what = error instanceof IntricateJson ? `JSON ${error.how}` : 'not JSON';
    throw new Refusal(400, `Invalid value for '${path}': it is ${what}.`, path, 'invalid_value');
  }
}

function toolsOf({ tools, tool_choice, parallel_tool_calls }: ChatBody): Tools {
  const allowed = typeof tool_choice === 'object' && tool_choice?.type === 'allowed_tools' ? tool_choice : null;
  const names = allowed && new Set(allowed.allowed_tools.tools.map((tool) => tool.function.name));
  const inline = (tools ?? [])
    .map((tool) => tool.function)
    .filter(({ name }) => names?.has(name) ?? true)
    .map(({ name, description, parameters, strict }) => ({
      name,
      description: description ?? '',
      inputSchema: parameters ?? { type: 'object', properties: {} },
      strict: strict ?? false,
    }));
  return {
    inline,
    ...(tool_choice && { choice: choiceOf(tool_choice) }),
    ...(parallel_tool_calls != null && { parallel: parallel_tool_calls }),
  };
}

function choiceOf(choice: NonNullable<ChatBody['tool_choice']>): NonNullable<Tools['choice']> {
  if (typeof choice === 'string') return { mode: modes[choice] };
  return choice.type === 'function' ? { tool: choice.function.name } : { mode: modes[choice.allowed_tools.mode] };
}

const modalities = { text: 'TEXT', audio: 'AUDIO', image: 'IMAGE' } as const;

export const modes = { none: 'NONE', auto: 'AUTO', required: 'REQUIRED' } as const;

/** @param streamed an answer that is read as it comes cannot be taken back, so it is asked for once */
export function outputOf(
  format: NonNullable<ChatBody['response_format']>,
  streamed: boolean,
): NonNullable<CallInput['output']> {
  switch (format.type) {
    case 'text':
      return { text: true };
    case 'json_object':
      return { jsonObject: true };
    case 'json_schema': {
      const { name, schema } = format.json_schema;
      return { jsonSchema: { name, schema: schema ?? {}, repairAttempts: streamed ? 0 : 1 } };
    }
  }
}

/** Theirs are finer: the nearest of ours asks for the same kind of answer. */
export function effortOf(word: NonNullable<ChatBody['reasoning_effort']>) {
  const efforts = {
    none: 'NONE',
    minimal: 'LOW',
    low: 'LOW',
    medium: 'MEDIUM',
    high: 'HIGH',
    xhigh: 'MAX',
    max: 'MAX',
  } as const;
  return efforts[word];
}
