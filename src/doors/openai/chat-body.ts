import { z } from 'zod';
import { jsonObject } from '../http/parse.ts';
import { hint, only, unsupported } from './body.ts';

/**
 * The body of `POST /v1/chat/completions` (platform.openai.com/docs/api-reference/chat/create, 2026-11). Its fields are
 * known or unknown as they are there; a known one that our contract has no word for is refused by its name. Objects
 * within are read loosely: clients send answers back with all that was in them.
 */
const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });
const imagePart = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.looseObject({ url: z.string() }),
});
const audioPart = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: z.string(), format: z.string() }),
});
const filePart = z.looseObject({
  type: z.literal('file'),
  file: z.looseObject({
    file_data: z.string().optional(),
    file_id: z.string().optional(),
    filename: z.string().nullish(),
  }),
});
const refusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });

const texts = z.union([z.string(), z.array(textPart)]);
const userPart = z.discriminatedUnion('type', [textPart, imagePart, audioPart, filePart]);
const assistantPart = z.discriminatedUnion('type', [textPart, refusalPart]);

const toolCall = z.looseObject({
  id: z.string(),
  type: z.literal('function').optional(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

const message = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('system'), content: texts }),
  z.looseObject({ role: z.literal('developer'), content: texts }),
  z.looseObject({ role: z.literal('user'), content: z.union([z.string(), z.array(userPart)]) }),
  z.looseObject({
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(assistantPart)]).nullish(),
    refusal: z.string().nullish(),
    tool_calls: z.array(toolCall).nullish(),
    /** As DeepSeek and its kin have it: thought that a model without signatures wants back. */
    reasoning_content: z.string().nullish(),
  }),
  z.looseObject({ role: z.literal('tool'), content: texts, tool_call_id: z.string() }),
]);

const tool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string(),
    description: z.string().nullish(),
    parameters: jsonObject.nullish(),
    strict: z.boolean().nullish(),
  }),
});

const namedTool = z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) });
const allowedTools = z.looseObject({
  type: z.literal('allowed_tools'),
  allowed_tools: z.looseObject({ mode: z.enum(['auto', 'required']), tools: z.array(namedTool) }),
});

const responseFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({ name: z.string(), schema: jsonObject.nullish() }),
  }),
]);

export const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

export const chatBody = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.number().int().min(1).max(8).nullish(),

  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  seed: z.number().int().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  max_tokens: z.number().int().nullish(),
  max_completion_tokens: z.number().int().nullish(),
  reasoning_effort: z.enum(efforts).nullish(),

  tools: z.array(tool).nullish(),
  tool_choice: z.union([z.enum(['none', 'auto', 'required']), namedTool, allowedTools]).nullish(),
  response_format: responseFormat.nullish(),

  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),

  parallel_tool_calls: z.boolean().nullish(),
  service_tier: only('auto', 'default'),
  /** `image` is OpenRouter's. */
  modalities: z.array(z.enum(['text', 'audio', 'image'])).nullish(),
  audio: z.strictObject({ voice: z.string(), format: z.string() }).nullish(),
  verbosity: only('medium'),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().nullish(),

  store: hint,
  prompt_cache_key: hint,
  prompt_cache_retention: hint,

  function_call: unsupported,
  functions: unsupported,
  logit_bias: unsupported,
  moderation: unsupported,
  prediction: unsupported,
  web_search_options: unsupported,
});

export type ChatBody = z.output<typeof chatBody>;
export type ChatMessage = ChatBody['messages'][number];
