import { z } from 'zod';
import { json, jsonObject } from '../../http/parse.ts';
import { VENDORS_TOOL } from '../../vendor-tools.ts';
import { hint, only, unsupported } from '../body.ts';
import { efforts } from '../chat-body.ts';

/**
 * The body of `POST /v1/responses` (platform.openai.com/docs/api-reference/responses/create, 2026-11). Nothing is kept
 * between calls, so what refers to an earlier answer is refused; reasoning travels with the conversation instead.
 */
const inputText = z.looseObject({ type: z.literal('input_text'), text: z.string() });
const inputImage = z.looseObject({
  type: z.literal('input_image'),
  image_url: z.string().nullish(),
  file_id: z.string().nullish(),
});
const inputFile = z.looseObject({
  type: z.literal('input_file'),
  file_data: z.string().nullish(),
  file_url: z.string().nullish(),
  file_id: z.string().nullish(),
  filename: z.string().nullish(),
});
const outputText = z.looseObject({ type: z.literal('output_text'), text: z.string() });
const refusal = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });
const content = z.discriminatedUnion('type', [inputText, inputImage, inputFile, outputText, refusal]);

const about = { description: z.string().nullish(), defer_loading: z.boolean().nullish() };
const functionTool = z.looseObject({
  ...about,
  type: z.literal('function'),
  name: z.string(),
  parameters: jsonObject.nullish(),
  strict: z.boolean().nullish(),
});
/** Called with a text, which may have to follow a grammar. */
const customTool = z.looseObject({
  ...about,
  type: z.literal('custom'),
  name: z.string(),
  format: z.looseObject({ syntax: z.string().nullish(), definition: z.string().nullish() }).nullish(),
});
const tool = z.discriminatedUnion(
  'type',
  [
    functionTool,
    customTool,
    z.looseObject({
      type: z.literal('namespace'),
      name: z.string(),
      description: z.string().nullish(),
      tools: z.array(z.discriminatedUnion('type', [functionTool, customTool])),
    }),
    z.looseObject({
      ...about,
      type: z.literal('tool_search'),
      execution: z.literal('client'),
      parameters: jsonObject.nullish(),
    }),
  ],
  { error: VENDORS_TOOL },
);

/** What refers to something that was said before. */
const stored = (instead: string) =>
  z.custom<never>(() => false, { message: `no answer is stored here that could be referred to: ${instead}` });

const output = z.union([z.string(), z.array(z.discriminatedUnion('type', [inputText, inputImage, inputFile]))]);

const item = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('message'),
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content: z.union([z.string(), z.array(content)]),
  }),
  z.looseObject({
    type: z.literal('function_call'),
    call_id: z.string(),
    name: z.string(),
    namespace: z.string().nullish(),
    arguments: z.string(),
  }),
  z.looseObject({ type: z.literal('function_call_output'), call_id: z.string(), output }),
  z.looseObject({
    type: z.literal('custom_tool_call'),
    call_id: z.string(),
    name: z.string(),
    namespace: z.string().nullish(),
    input: z.string(),
  }),
  z.looseObject({ type: z.literal('custom_tool_call_output'), call_id: z.string(), output }),
  z.looseObject({ type: z.literal('tool_search_call'), call_id: z.string(), arguments: json }),
  z.looseObject({ type: z.literal('tool_search_output'), call_id: z.string(), tools: z.array(tool) }),
  z.looseObject({ type: z.literal('additional_tools'), tools: z.array(tool) }),
  // What the AI SDK sends unless it is told `store: false`.
  z.looseObject({ type: z.literal('item_reference'), id: stored('send the item itself, and say store: false') }),
  z.looseObject({
    type: z.literal('reasoning'),
    id: z.string(),
    summary: z.array(z.looseObject({ text: z.string() })),
    encrypted_content: z.string().nullish(),
  }),
]);

/**
 * A message may leave its type out. The core's transform: the usual one assigns a function to what it reads, by which V8 keeps
 * all of it until the next full collection (platform/database/client.ts says why).
 */
const typed = z.pipe(
  new z.core.$ZodTransform({
    type: 'transform',
    transform: (value) =>
      value !== null && typeof value === 'object' && 'role' in value && !('type' in value)
        ? { ...value, type: 'message' }
        : value,
  }),
  item,
);

const namedTool = z.looseObject({ type: z.enum(['function', 'custom']), name: z.string() });
const allowedTools = z.looseObject({
  type: z.literal('allowed_tools'),
  mode: z.enum(['auto', 'required']),
  tools: z.array(namedTool),
});
const format = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({ type: z.literal('json_schema'), name: z.string(), schema: jsonObject }),
]);

export const responsesBody = z.strictObject({
  model: z.string(),
  input: z.union([z.string(), z.array(typed).min(1)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: hint,

  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  max_output_tokens: z.number().int().nullish(),
  reasoning: z
    .strictObject({
      effort: z.enum(efforts).nullish(),
      summary: z.enum(['auto', 'concise', 'detailed']).nullish(),
      generate_summary: hint,
      // All reasoning that comes with a question is passed on, from whichever turn.
      context: hint,
    })
    .nullish(),

  tools: z.array(tool).nullish(),
  tool_choice: z.union([z.enum(['none', 'auto', 'required']), namedTool, allowedTools]).nullish(),
  text: z.strictObject({ format: format.nullish(), verbosity: hint }).nullish(),

  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),

  parallel_tool_calls: z.boolean().nullish(),
  service_tier: only('auto', 'default'),
  truncation: only('disabled'),
  background: only(false),
  top_logprobs: z.number().int().nullish(),
  include: z.array(only('reasoning.encrypted_content', 'message.output_text.logprobs')).nullish(),

  store: hint,
  prompt_cache_key: hint,
  prompt_cache_retention: hint,
  client_metadata: hint,

  context_management: unsupported,
  conversation: unsupported,
  max_tool_calls: unsupported,
  moderation: unsupported,
  previous_response_id: stored('send the whole conversation').nullish(),
  prompt: unsupported,
});

export type ResponsesBody = z.output<typeof responsesBody>;
export type InputItem = z.output<typeof item>;
export type ToolShape = z.output<typeof tool>;
