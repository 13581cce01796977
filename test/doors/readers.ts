import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { type AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, type LanguageModel, streamText } from 'ai';
import OpenAI from 'openai';
import type { FinishReason } from '../../src/core/chat.ts';
import type { Json } from '../../src/core/json.ts';
import { parsedArguments } from '../recordings/reading.ts';

/** The real clients, unmodified but for base URL and key: each asks one thing and tells what it read. */
export interface Reader {
  readonly name: string;
  read(gateway: { readonly url: string; readonly key: string }, model: string, streamed: boolean): Promise<Told>;
  /** Its word for how an answer ended. */
  readonly ends: Partial<Record<FinishReason, string>> & { readonly STOP: string };
}

export interface Told {
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: Json }[];
  readonly end: string;
  /** Read and written. */
  readonly tokens: readonly number[];
}

const messages = [{ role: 'user' as const, content: 'Hello' }];

const openaiChat: Reader = {
  name: 'openai, chat',
  ends: { STOP: 'stop', LENGTH: 'length', TOOL_CALLS: 'tool_calls' },
  async read({ url, key }, model, streamed) {
    const { chat } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    const { choices, usage } = streamed
      ? await chat.completions
          .stream({ model, messages, stream_options: { include_usage: true } })
          .finalChatCompletion()
      : await chat.completions.create({ model, messages });
    const { message, finish_reason } = choices[0]!;
    return {
      text: message.content ?? '',
      toolCalls: (message.tool_calls ?? []).flatMap((call) =>
        call.type === 'function'
          ? [{ name: call.function.name, arguments: parsedArguments(call.function.arguments) }]
          : [],
      ),
      end: finish_reason,
      tokens: [usage!.prompt_tokens, usage!.completion_tokens],
    };
  },
};

const openaiResponses: Reader = {
  name: 'openai, responses',
  ends: { STOP: 'completed', LENGTH: 'max_output_tokens' },
  async read({ url, key }, model, streamed) {
    const { responses } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    const { output, usage, status, incomplete_details } = streamed
      ? await responses.stream({ model, input: 'Hello' }).finalResponse()
      : await responses.create({ model, input: 'Hello' });
    const said = output.flatMap((item) => (item.type === 'message' ? item.content : []));
    return {
      text: said.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
      toolCalls: output.flatMap((item) =>
        item.type === 'function_call' ? [{ name: item.name, arguments: parsedArguments(item.arguments) }] : [],
      ),
      end: incomplete_details?.reason ?? status!,
      tokens: [usage!.input_tokens, usage!.output_tokens],
    };
  },
};

const anthropic: Reader = {
  name: '@anthropic-ai/sdk',
  ends: { STOP: 'end_turn', LENGTH: 'max_tokens', TOOL_CALLS: 'tool_use' },
  async read({ url, key }, model, streamed) {
    const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
    const ask = { model, max_tokens: 1000, messages };
    const message = streamed ? await client.messages.stream(ask).finalMessage() : await client.messages.create(ask);
    const { content, usage, stop_reason } = message;
    const cached = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
    return {
      text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      toolCalls: content.flatMap((block) =>
        block.type === 'tool_use' ? [{ name: block.name, arguments: block.input as Json }] : [],
      ),
      end: stop_reason!,
      tokens: [usage.input_tokens + cached, usage.output_tokens],
    };
  },
};

function aiSdk(
  name: string,
  languageModel: (at: { url: string; key: string }, model: string) => LanguageModel,
): Reader {
  return {
    name: `ai, ${name}`,
    ends: { STOP: 'stop', LENGTH: 'length', TOOL_CALLS: 'tool-calls' },
    async read(gateway, model, streamed) {
      const ask = { model: languageModel(gateway, model), prompt: 'Hello', maxRetries: 0 };
      const result = streamed ? streamText(ask) : await generateText(ask);
      const [text, toolCalls, end, usage] = await Promise.all([
        result.text,
        result.toolCalls,
        result.finishReason,
        result.usage,
      ]);
      return {
        text,
        toolCalls: toolCalls.map(({ toolName, input }) => ({ name: toolName, arguments: parsedArguments(input) })),
        end,
        tokens: [usage.inputTokens!, usage.outputTokens!],
      };
    },
  };
}

const langchain: Reader = {
  name: '@langchain/openai',
  ends: { STOP: 'stop', LENGTH: 'length', TOOL_CALLS: 'tool_calls' },
  async read({ url, key }, model, streamed) {
    const chat = new ChatOpenAI({ model, apiKey: key, maxRetries: 0, configuration: { baseURL: `${url}/v1` } });
    const asked = [new HumanMessage('Hello')];
    const message = streamed ? await whole(await chat.stream(asked)) : await chat.invoke(asked);
    const { content, tool_calls = [], response_metadata } = message;
    const usage = message.usage_metadata as { input_tokens: number; output_tokens: number } | undefined;
    return {
      text: typeof content === 'string' ? content : '',
      toolCalls: tool_calls.map(({ name, args }) => ({ name, arguments: args as Json })),
      end: String(response_metadata.finish_reason),
      tokens: [usage!.input_tokens, usage!.output_tokens],
    };
  },
};

async function whole(pieces: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let sum: AIMessageChunk | null = null;
  for await (const piece of pieces) sum = sum ? sum.concat(piece) : piece;
  return sum!;
}

export const readers: readonly Reader[] = [
  openaiChat,
  openaiResponses,
  anthropic,
  aiSdk('@ai-sdk/openai-compatible', ({ url, key }, model) =>
    createOpenAICompatible({ name: 'glidepath', baseURL: `${url}/v1`, apiKey: key, includeUsage: true })(model),
  ),
  aiSdk('@ai-sdk/anthropic', ({ url, key }, model) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key })(model)),
  langchain,
];
