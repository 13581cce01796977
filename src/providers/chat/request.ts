import {
  type LanguageModelV4CallOptions,
  type LanguageModelV4FilePart,
  type LanguageModelV4Message,
  type LanguageModelV4ToolResultPart,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import type { Question } from '../answer-event.ts';
import { detailsIn } from '../reasoning-details.ts';
import type { Effort } from './effort.ts';

/** Samples without a head, the one format of a sound that OpenAI streams (platform.openai.com/docs/guides/audio). */
export const RAW = 'pcm16';

/**
 * The body of a call in OpenAI's chat format.
 * @param options the question in the port's words
 * @param signer whose signatures are given back, and in whose words it is told what to keep
 * @param effort the fields that say how much to think
 * @throws UnsupportedFunctionalityError for a file that the format has no words for
 */
export function chatBody(
  modelId: string,
  options: LanguageModelV4CallOptions,
  signer: string | null,
  effort: (effort: Effort) => object,
  { request: { sampling, parallelToolCalls, modalities, audio }, stream }: Question,
): string {
  const { tools, toolChoice, responseFormat } = options;
  return JSON.stringify({
    model: modelId,
    messages: messagesIn(options.prompt, signer),
    max_tokens: options.maxOutputTokens,
    temperature: options.temperature,
    top_p: options.topP,
    // OpenAI has no such field, most servers of its format do.
    top_k: options.topK,
    frequency_penalty: options.frequencyPenalty,
    presence_penalty: options.presencePenalty,
    stop: options.stopSequences,
    seed: options.seed,
    logprobs: sampling.topLogprobs === undefined ? undefined : true,
    top_logprobs: sampling.topLogprobs,
    response_format: responseFormat && formatOf(responseFormat),
    // What is said is told in words too, and is not to be had without them.
    modalities: modalities && [...new Set(['text', ...modalities.map((modality) => modality.toLowerCase())])],
    audio: modalities?.includes('AUDIO') ? { voice: 'alloy', format: stream ? RAW : 'wav', ...audio } : undefined,
    ...(options.reasoning && effort(options.reasoning)),
    tools: tools?.map(toolOf),
    tool_choice: toolChoice && choiceOf(toolChoice),
    parallel_tool_calls: parallelToolCalls,
    // Usage in streams must be asked for.
    ...(stream && { stream, stream_options: { include_usage: true } }),
  });
}

function formatOf(format: NonNullable<LanguageModelV4CallOptions['responseFormat']>): object | undefined {
  if (format.type !== 'json') return undefined;
  if (!format.schema) return { type: 'json_object' };
  return { type: 'json_schema', json_schema: { name: format.name, schema: format.schema, strict: true } };
}

type Tool = NonNullable<LanguageModelV4CallOptions['tools']>[number];

function toolOf(tool: Tool): object {
  if (tool.type !== 'function') throw new UnsupportedFunctionalityError({ functionality: tool.type });
  const { name, description, inputSchema: parameters, strict } = tool;
  return { type: 'function', function: { name, description, parameters, strict } };
}

function choiceOf(choice: NonNullable<LanguageModelV4CallOptions['toolChoice']>): object | string {
  return choice.type === 'tool' ? { type: 'function', function: { name: choice.toolName } } : choice.type;
}

/** Anthropic's models take no more hints than this; the last ones are of the longest beginnings. */
const MOST_HINTS = 4;

function messagesIn(prompt: readonly LanguageModelV4Message[], signer: string | null): ChatMessage[] {
  const hintOf = ({ providerOptions }: LanguageModelV4Message) => providerOptions?.[signer ?? '']?.cacheControl;
  const hinted = prompt.filter(hintOf).slice(-MOST_HINTS);
  return prompt.flatMap((message) => {
    const messages = messagesOf(message, signer);
    const last = hinted.includes(message) ? messages.pop() : undefined;
    return last ? [...messages, withHint(last, hintOf(message))] : messages;
  });
}

interface ChatMessage {
  readonly role: string;
  readonly content: string | readonly object[] | null;
}

/** On its last words, the only place for it; a message without any is left as it is. */
function withHint(message: ChatMessage, cache_control: unknown): ChatMessage {
  const { content } = message;
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
  const at = parts.findLastIndex((part) => 'text' in part && part.text !== '');
  return at < 0 ? message : { ...message, content: parts.with(at, { ...parts[at], cache_control }) };
}

function messagesOf(message: LanguageModelV4Message, signer: string | null): ChatMessage[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: message.content }];
    case 'user': {
      const { content } = message;
      const only = content.length === 1 ? content[0] : undefined;
      return [{ role: 'user', content: only?.type === 'text' ? only.text : content.map(partOf) }];
    }
    case 'assistant':
      return [assistantMessage(message.content, signer)];
    case 'tool':
      return message.content.flatMap((part) =>
        part.type === 'tool-result'
          ? [{ role: 'tool', tool_call_id: part.toolCallId, content: resultOf(part.output) }]
          : [],
      );
  }
}

type Said = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'];

function assistantMessage(content: Said, signer: string | null): ChatMessage {
  const joined = (type: 'text' | 'reasoning') =>
    content.map((part) => (part.type === type ? (part as { readonly text: string }).text : '')).join('');
  const toolCalls = content.flatMap((part) => {
    if (part.type !== 'tool-call') return [];
    const thought_signature = part.providerOptions?.[signer ?? '']?.thoughtSignature;
    return {
      ...{ id: part.toolCallId, type: 'function' },
      function: { name: part.toolName, arguments: argumentsOf(part.input) },
      ...(thought_signature != null && { extra_content: { google: { thought_signature } } }),
    };
  });
  const [text, reasoning] = [joined('text'), joined('reasoning')];
  const details = detailsIn(content);
  return {
    role: 'assistant',
    content: toolCalls.length > 0 ? text || null : text,
    // What a thought is signed with says its words again.
    ...(details.length > 0 ? { reasoning_details: details } : reasoning !== '' && { reasoning_content: reasoning }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
  };
}

/** Servers refuse arguments that are no object, whoever wrote them. */
function argumentsOf(input: unknown): string {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isObject ? JSON.stringify(input) : '{}';
}

/** A result is a text, and has no word for a failure but its own. */
function resultOf(output: LanguageModelV4ToolResultPart['output']): string {
  switch (output.type) {
    case 'text':
      return output.value;
    case 'error-text':
    case 'error-json':
      return JSON.stringify({ error: output.value });
    case 'json':
    case 'content':
      return JSON.stringify(output.value);
    case 'execution-denied':
      return output.reason ?? 'The tool was not called.';
  }
}

type UserPart = Exclude<Extract<LanguageModelV4Message, { role: 'user' }>['content'], string>[number];

function partOf(part: UserPart): object {
  return part.type === 'text' ? { type: 'text', text: part.text } : fileOf(part);
}

function fileOf({ mediaType, data, filename }: LanguageModelV4FilePart): object {
  const url = data.type === 'url' ? data.url.href : null;
  const base64 = data.type === 'data' ? base64Of(data.data) : null;
  const dataUrl = `data:${mediaType};base64,${base64}`;
  if (mediaType.startsWith('image/')) return { type: 'image_url', image_url: { url: url ?? dataUrl } };
  const format = audioFormats[mediaType];
  if (format && base64 !== null) return { type: 'input_audio', input_audio: { data: base64, format } };
  if (mediaType === 'application/pdf' && base64 !== null) {
    return { type: 'file', file: { filename: filename ?? 'document.pdf', file_data: dataUrl } };
  }
  const functionality = `file of type ${mediaType}${url === null ? '' : ' by its URL'}`;
  throw new UnsupportedFunctionalityError({ functionality });
}

const audioFormats: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
};

function base64Of(data: string | Uint8Array): string {
  return typeof data === 'string' ? data : Buffer.from(data).toString('base64');
}
