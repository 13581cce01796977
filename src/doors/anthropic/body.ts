import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { readJson } from '../http/body.ts';
import { json, jsonObject, read } from '../http/parse.ts';
import { Refusal } from '../http/refusal.ts';
import { VENDORS_TOOL } from '../vendor-tools.ts';

/** As the data plane of GraphQL: a conversation with its pictures. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** @throws Refusal in Anthropic's words: every mistake of the body would be the same 400, so the first one is named */
export async function readBody<Schema extends z.ZodType>(request: IncomingMessage, schema: Schema) {
  return parseBody(schema, (await readJson(request, BODY_LIMIT)).value);
}

export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const outcome = read(schema, body);
  if (!Array.isArray(outcome)) return outcome as z.output<Schema>;
  const { path, kind, message } = outcome[0]!;
  const place = path.join('.');
  const what = { missing: 'Field required', unknown: 'Extra inputs are not permitted', type: message, value: message };
  throw new Refusal(400, `${place === '' ? 'body' : place}: ${what[kind]}`, place || null);
}

/** A field of theirs that our contract has no word for: absent or empty, or the call is refused by its name. */
const unsupported = z
  .custom<null>((value) => value === null || (Array.isArray(value) && value.length === 0), {
    message: 'it is not supported through this gateway; leave it out',
  })
  .optional();
const hint = z.unknown().optional();

/** Whoever keeps prompts keeps them up to here. How long is not passed on: five minutes, as theirs by default. */
const cacheControl = z.looseObject({ type: z.literal('ephemeral') }).nullish();

const textBlock = z.looseObject({ type: z.literal('text'), text: z.string(), cache_control: cacheControl });
const source = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
  z.looseObject({ type: z.literal('url'), url: z.string() }),
  z.looseObject({ type: z.literal('text'), media_type: z.string().optional(), data: z.string() }),
  z.looseObject({ type: z.literal('file'), file_id: z.string() }),
]);
const imageBlock = z.looseObject({ type: z.literal('image'), source, cache_control: cacheControl });
const documentBlock = z.looseObject({
  type: z.literal('document'),
  source,
  title: z.string().nullish(),
  context: unsupported,
  cache_control: cacheControl,
});
const toolReference = z.looseObject({
  type: z.literal('tool_reference'),
  tool_name: z.string(),
  cache_control: cacheControl,
});
const toolResultBlock = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z
    .union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock, toolReference]))])
    .nullish(),
  is_error: z.boolean().nullish(),
  cache_control: cacheControl,
});
const userBlock = z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock, toolResultBlock]);
const assistantBlock = z.discriminatedUnion('type', [
  textBlock,
  z.looseObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.looseObject({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.looseObject({
    type: z.literal('tool_use'),
    id: z.string(),
    name: z.string(),
    input: json,
    cache_control: cacheControl,
  }),
]);

const tool = z.looseObject({
  type: z.literal('custom', { error: VENDORS_TOOL }).nullish(),
  name: z.string(),
  description: z.string().nullish(),
  input_schema: jsonObject,
  strict: z.boolean().nullish(),
  defer_loading: z.boolean().nullish(),
});

const named = z.looseObject({ type: z.literal('tool_reference'), name: z.string() });
const defined = z.looseObject({ type: z.literal('tool_definition'), definition: tool });
const toolAddition = z.looseObject({
  type: z.literal('tool_addition'),
  tool: z.discriminatedUnion('type', [named, defined]),
  cache_control: cacheControl,
});
const toolRemoval = z.looseObject({ type: z.literal('tool_removal'), tool: named, cache_control: cacheControl });

const message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('system'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, toolAddition, toolRemoval]))]),
    clear_at: z.enum(['next_user_message', 'never']).nullish(),
  }),
  z.strictObject({ role: z.literal('user'), content: z.union([z.string(), z.array(userBlock)]) }),
  z.strictObject({ role: z.literal('assistant'), content: z.union([z.string(), z.array(assistantBlock)]) }),
]);

const parallel = { disable_parallel_tool_use: z.boolean().nullish() };
const toolChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto'), ...parallel }),
  z.strictObject({ type: z.literal('any'), ...parallel }),
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('tool'), name: z.string(), ...parallel }),
]);

const thinking = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('enabled'), budget_tokens: z.number().int().min(1024) }),
  z.looseObject({ type: z.literal('disabled') }),
  z.looseObject({ type: z.literal('adaptive') }),
]);

const format = z.looseObject({ type: z.literal('json_schema'), schema: jsonObject });

/** What is to be left out of a long conversation: we leave nothing out, so only who asks for that is understood. */
const contextManagement = z
  .strictObject({
    edits: z
      .array(
        z.strictObject({
          type: z.literal('clear_thinking_20251015'),
          keep: z.union([z.literal('all'), z.strictObject({ type: z.literal('all') })]),
        }),
      )
      .nullish(),
  })
  .nullish();

/** What is asked, whether it is to be answered or counted. */
const asked = {
  model: z.string().min(1),
  messages: z.array(message).min(1),
  system: z.union([z.string(), z.array(textBlock)]).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  thinking: thinking.nullish(),
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: format.nullish(),
    })
    .nullish(),
  output_format: format.nullish(),
  cache_control: cacheControl,
  context_management: contextManagement,
  mcp_servers: unsupported,
};

/** The body of `POST /v1/messages` (docs.claude.com/en/api/messages, 2026-11). */
export const messagesBody = z.strictObject({
  ...asked,
  max_tokens: z.number().int().min(1),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().nullish(),
  top_k: z.number().int().nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).nullish(),
  service_tier: hint,
  speed: hint,
  diagnostics: hint,
  inference_geo: unsupported,
  container: unsupported,
});

/** The body of `POST /v1/messages/count_tokens`. */
export const countBody = z.strictObject(asked);

export type ResultBlock = z.output<typeof toolResultBlock>;
export type MessagesBody = z.output<typeof messagesBody>;
export type AskedBody = z.output<typeof countBody>;
