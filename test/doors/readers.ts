import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema';
import {
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, jsonSchema, type LanguageModel, Output, stepCountIs, streamText, tool } from 'ai';
import OpenAI from 'openai';
import type { FinishReason } from '../../src/core/chat.ts';
import type { Json } from '../../src/core/json.ts';
import { collect } from '../../src/core/stream.ts';
import type { Exchange } from '../recordings/exchange.ts';
import { parsedArguments, type Wire } from '../recordings/reading.ts';

/** The real clients, unmodified but for base URL and key: each asks in its own way, and tells what it read. */
export interface Reader {
  readonly name: string;
  /** One answer; with tools, all of them until the model calls none any more. */
  read(gateway: { readonly url: string; readonly key: string }, question: Question): Promise<Told[]>;
  /** Whether it reads, in `x-should-retry`, if trying again can help. */
  readonly readsAdvice: boolean;
  /** Its word for how an answer ended. */
  readonly ends: Partial<Record<FinishReason, string>> & { readonly STOP: string };
}

export interface Question {
  readonly model: string;
  readonly streamed: boolean;
  readonly instructions?: string;
  readonly prompt?: string;
  readonly tools?: readonly ClientTool[];
  /** What the answer is held to. */
  readonly schema?: JsonSchema;
  readonly maxRetries?: number;
  readonly signal?: AbortSignal;
  /** Called with the first words of a stream, and maybe with others. */
  readonly hears?: () => void;
}

export interface ClientTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  run(input: Json): string;
}

export type JsonSchema = { readonly type: 'object'; readonly [field: string]: Json };

export interface Told {
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: Json }[];
  readonly end: string;
  /** Read and written. */
  readonly tokens: readonly number[];
  /** What the client made of an answer that is held to a schema. */
  readonly object?: unknown;
}

/** What a client has to tell of a recorded answer. */
export function toldOf(wire: Wire, { response }: Exchange, { ends }: Reader): Told {
  const { text, toolCalls, finishReason, usage } = wire.answer(response.json ?? response.text);
  const tokens = [usage!.inputTokens, usage!.outputTokens];
  return { text, toolCalls, end: ends[finishReason] ?? ends.STOP, tokens };
}

const prompted = ({ prompt = 'Hello' }: Question) => ({ role: 'user' as const, content: prompt });

function run({ tools = [] }: Question, name: string, input: Json): string {
  return tools.find((one) => one.name === name)!.run(input);
}

const openaiChat: Reader = {
  name: 'openai, chat',
  readsAdvice: true,
  ends: { STOP: 'stop', LENGTH: 'length', TOOL_CALLS: 'tool_calls' },
  async read({ url, key }, question) {
    const { model, streamed, instructions, tools, schema, maxRetries = 0, signal, hears = () => {} } = question;
    const { completions } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries }).chat;
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      ...(instructions === undefined ? [] : [{ role: 'system' as const, content: instructions }]),
      prompted(question),
    ];
    const told: Told[] = [];
    for (;;) {
      const ask = {
        model,
        messages,
        ...(tools && {
          tools: tools.map(({ name, description, inputSchema }) => ({
            type: 'function' as const,
            function: { name, description, parameters: inputSchema },
          })),
        }),
        ...(schema && {
          response_format: { type: 'json_schema' as const, json_schema: { name: 'answer', schema, strict: true } },
        }),
      };
      const { choices, usage } = streamed
        ? await completions
            .stream({ ...ask, stream_options: { include_usage: true } }, { signal })
            .on('content', hears)
            .finalChatCompletion()
        : await completions[schema ? 'parse' : 'create'](ask, { signal });
      const { message, finish_reason } = choices[0]!;
      const calls = (message.tool_calls ?? []).filter((call) => call.type === 'function');
      told.push({
        text: message.content ?? '',
        toolCalls: calls.map(({ function: { name, arguments: raw } }) => ({ name, arguments: parsedArguments(raw) })),
        end: finish_reason,
        tokens: [usage!.prompt_tokens, usage!.completion_tokens],
        ...(schema && 'parsed' in message && { object: message.parsed }),
      });
      if (!tools || calls.length === 0) return told;
      messages.push(message);
      for (const { id, function: called } of calls) {
        const content = run(question, called.name, parsedArguments(called.arguments));
        messages.push({ role: 'tool', tool_call_id: id, content });
      }
    }
  },
};

const openaiResponses: Reader = {
  name: 'openai, responses',
  readsAdvice: true,
  ends: { STOP: 'completed', LENGTH: 'max_output_tokens' },
  async read({ url, key }, question) {
    const { model, streamed, instructions, tools, schema, maxRetries = 0, signal, hears = () => {} } = question;
    const { responses } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries });
    const input: OpenAI.Responses.ResponseInput = [prompted(question)];
    const told: Told[] = [];
    for (;;) {
      const ask = {
        model,
        input,
        ...(instructions !== undefined && { instructions }),
        ...(tools && {
          tools: tools.map(({ name, description, inputSchema }) => ({
            type: 'function' as const,
            ...{ name, description, parameters: inputSchema, strict: false },
          })),
        }),
        ...(schema && {
          text: { format: { type: 'json_schema' as const, name: 'answer', schema, strict: true } },
        }),
      };
      const response = streamed
        ? await responses.stream(ask, { signal }).on('response.output_text.delta', hears).finalResponse()
        : await responses[schema ? 'parse' : 'create'](ask, { signal });
      const { usage, status, incomplete_details } = response;
      const output: readonly OpenAI.Responses.ResponseOutputItem[] = response.output;
      const said = output.flatMap((item) => (item.type === 'message' ? item.content : []));
      const calls = output.filter(
        (item): item is OpenAI.Responses.ResponseFunctionToolCallItem => item.type === 'function_call',
      );
      told.push({
        text: said.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
        toolCalls: calls.map(({ name, arguments: raw }) => ({ name, arguments: parsedArguments(raw) })),
        end: incomplete_details?.reason ?? status!,
        tokens: [usage!.input_tokens, usage!.output_tokens],
        ...(schema && 'output_parsed' in response && { object: response.output_parsed }),
      });
      if (!tools || calls.length === 0) return told;
      input.push(...(output as OpenAI.Responses.ResponseInput));
      for (const { call_id, name, arguments: raw } of calls) {
        input.push({ type: 'function_call_output', call_id, output: run(question, name, parsedArguments(raw)) });
      }
    }
  },
};

const anthropic: Reader = {
  name: '@anthropic-ai/sdk',
  readsAdvice: true,
  ends: { STOP: 'end_turn', LENGTH: 'max_tokens', TOOL_CALLS: 'tool_use' },
  async read({ url, key }, question) {
    const { model, streamed, instructions, tools, schema, maxRetries = 0, signal, hears = () => {} } = question;
    const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries });
    const messages: Anthropic.MessageParam[] = [prompted(question)];
    const told: Told[] = [];
    for (;;) {
      const ask = {
        ...{ model, max_tokens: 1000, messages },
        ...(instructions !== undefined && { system: instructions }),
        ...(tools && {
          tools: tools.map(({ name, description, inputSchema }) => ({ name, description, input_schema: inputSchema })),
        }),
        ...(schema && { output_config: { format: jsonSchemaOutputFormat(schema as never) } }),
      };
      const message = streamed
        ? await client.messages.stream(ask, { signal }).on('text', hears).finalMessage()
        : await client.messages[schema ? 'parse' : 'create'](ask, { signal });
      const { content, usage, stop_reason } = message;
      const cached = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
      const calls = content.filter((block) => block.type === 'tool_use');
      told.push({
        text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
        toolCalls: calls.map(({ name, input }) => ({ name, arguments: input as Json })),
        end: stop_reason!,
        tokens: [usage.input_tokens + cached, usage.output_tokens],
        ...(schema && 'parsed_output' in message && { object: message.parsed_output }),
      });
      if (!tools || calls.length === 0) return told;
      const results = calls.map(({ id, name, input }) => ({
        ...{ type: 'tool_result' as const, tool_use_id: id, content: run(question, name, input as Json) },
      }));
      messages.push({ role: 'assistant', content }, { role: 'user', content: results });
    }
  },
};

function aiSdk(
  name: string,
  languageModel: (at: { url: string; key: string }, model: string) => LanguageModel,
): Reader {
  return {
    name: `ai, ${name}`,
    readsAdvice: false,
    ends: { STOP: 'stop', LENGTH: 'length', TOOL_CALLS: 'tool-calls' },
    async read(gateway, question) {
      const { streamed, instructions, tools, schema, maxRetries = 0, signal, hears = () => {} } = question;
      const ask = {
        model: languageModel(gateway, question.model),
        prompt: prompted(question).content,
        maxRetries,
        ...(instructions !== undefined && { instructions }),
        ...(tools && { tools: Object.fromEntries(tools.map(runnable)), stopWhen: stepCountIs(5) }),
        ...(schema && { output: Output.object({ schema: jsonSchema(schema) }) }),
        ...(signal && { abortSignal: signal }),
        // Left alone, this package asks by a tool of its own wherever it does not know the model.
        providerOptions: { anthropic: { structuredOutputMode: 'outputFormat' } },
      };
      const onChunk = ({ chunk }: { chunk: { type: string } }) => (chunk.type === 'text-delta' ? hears() : undefined);
      const result = streamed ? streamText({ ...ask, onChunk, onError: () => {} }) : await generateText(ask);
      const steps = await result.steps;
      const object = schema && ((await result.output) as unknown);
      return steps.map(({ text, toolCalls, finishReason, usage }) => ({
        text,
        toolCalls: toolCalls.map(({ toolName, input }) => ({ name: toolName, arguments: parsedArguments(input) })),
        end: finishReason,
        tokens: [usage.inputTokens!, usage.outputTokens!],
        ...(schema && { object }),
      }));
    },
  };
}

function runnable({ name, description, inputSchema, run }: ClientTool) {
  const execute = async (input: unknown) => run(input as Json);
  return [name, tool({ description, inputSchema: jsonSchema(inputSchema), execute })] as const;
}

const langchain: Reader = {
  name: '@langchain/openai',
  readsAdvice: false,
  ends: { STOP: 'stop', LENGTH: 'length', TOOL_CALLS: 'tool_calls' },
  async read({ url, key }, question) {
    const { model, streamed, instructions, tools, schema, maxRetries = 0, hears = () => {} } = question;
    const options = question.signal ? { signal: question.signal } : {};
    const configuration = { baseURL: `${url}/v1` };
    const chat = new ChatOpenAI({ model, apiKey: key, maxRetries, configuration });
    const messages: BaseMessage[] = [
      ...(instructions === undefined ? [] : [new SystemMessage(instructions)]),
      new HumanMessage(prompted(question).content),
    ];
    if (schema) {
      const held = chat.withStructuredOutput(schema, { method: 'jsonSchema', name: 'answer', includeRaw: true });
      if (!streamed) {
        const { raw, parsed } = await held.invoke(messages, options);
        return [{ ...toldBy(raw as AIMessageChunk), object: parsed as unknown }];
      }
      const pieces = await collect(await held.stream(messages, options));
      const raw = await whole(
        pieces.flatMap((piece) => (piece.raw ? [piece.raw as AIMessageChunk] : [])),
        hears,
      );
      return [{ ...toldBy(raw), object: pieces.findLast(({ parsed }) => parsed)?.parsed as unknown }];
    }
    const bound = tools
      ? chat.bindTools(
          tools.map(({ name, description, inputSchema }) => ({
            type: 'function' as const,
            function: { name, description, parameters: inputSchema },
          })),
        )
      : chat;
    const told: Told[] = [];
    for (;;) {
      const message = streamed
        ? await whole(await bound.stream(messages, options), hears)
        : await bound.invoke(messages, options);
      told.push(toldBy(message));
      const { tool_calls = [] } = message;
      if (!tools || tool_calls.length === 0) return told;
      messages.push(message);
      for (const { id, name, args } of tool_calls) {
        messages.push(new ToolMessage({ tool_call_id: id!, content: run(question, name, args as Json) }));
      }
    }
  },
};

function toldBy({ content, tool_calls = [], response_metadata, usage_metadata }: AIMessageChunk): Told {
  const usage = usage_metadata as { input_tokens: number; output_tokens: number } | undefined;
  return {
    text: typeof content === 'string' ? content : '',
    toolCalls: tool_calls.map(({ name, args }) => ({ name, arguments: args as Json })),
    end: String(response_metadata.finish_reason),
    tokens: [usage!.input_tokens, usage!.output_tokens],
  };
}

async function whole(
  pieces: AsyncIterable<AIMessageChunk> | Iterable<AIMessageChunk>,
  hears: () => void,
): Promise<AIMessageChunk> {
  let sum: AIMessageChunk | null = null;
  for await (const piece of pieces) {
    if (piece.content !== '') hears();
    sum = sum ? sum.concat(piece) : piece;
  }
  return sum!;
}

export const readers: readonly Reader[] = [
  openaiChat,
  openaiResponses,
  anthropic,
  aiSdk('@ai-sdk/openai-compatible', ({ url, key }, model) =>
    createOpenAICompatible({
      name: 'glidepath',
      baseURL: `${url}/v1`,
      apiKey: key,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })(model),
  ),
  aiSdk('@ai-sdk/anthropic', ({ url, key }, model) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key })(model)),
  langchain,
];
