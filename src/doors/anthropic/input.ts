import type { Target } from '../../core/chat.ts';
import { fieldsOf, jsonIn } from '../../core/json.ts';
import { told } from '../../core/told.ts';
import type { CallInput } from '../call-input.ts';
import type { Words } from '../http/words.ts';
import type { AskedBody, MessagesBody, ResultBlock } from './body.ts';
import { offeredTools } from './offered-tools.ts';
import { thoughtsOf } from './thoughts.ts';

type Message = CallInput['messages'][number];
type Part = Message['parts'][number];
type Media = NonNullable<Part['image']>;
type Tools = NonNullable<CallInput['tools']>;

/** What a body of Messages asks for, in the words of the contract. */
export function messagesInput(body: MessagesBody, target: Target, words: Words): CallInput {
  const sampling = {
    maxOutputTokens: body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    topK: body.top_k,
    stop: body.stop_sequences,
  };
  return {
    ...askedInput(body, target, body.stream === true),
    sampling: told(sampling),
    ...(body.metadata?.user_id && { endUser: userOf(body.metadata.user_id) }),
    ...words.input,
  };
}

/** Claude Code tells its session with its user, 2.1 as JSON: whoever counts by user would meet another one in each. */
function userOf(said: string): string {
  if (!said.startsWith('{') || said.length > LONGEST_USER) return /^(user_.+)_session_[^_]*$/.exec(said)?.[1] ?? said;
  const { account_uuid: account, device_id: device } = fieldsOf(jsonIn(said));
  return [account, device].find((name): name is string => typeof name === 'string' && name !== '') ?? said;
}

/** What is longer is refused, as no end user's name. */
const LONGEST_USER = 1_024;

/** @param streamed an answer that is read as it comes cannot be taken back, so it is asked for once */
export function askedInput(body: AskedBody, target: Target, streamed: boolean): CallInput {
  const format = body.output_config?.format ?? body.output_format;
  const effort = effortOf(body);
  const messages = [...systemOf(body.system ?? []), ...body.messages.filter(isShown).flatMap(messagesOf)];
  const tools = offeredTools(body);
  return {
    target,
    // Asked for as a whole, it is kept up to the end of what is there.
    messages: body.cache_control ? hintedLast(messages) : messages,
    ...((body.tools || tools.length > 0) && { tools: toolsOf(tools, body.tool_choice) }),
    ...(format && {
      output: { jsonSchema: { name: 'answer', schema: format.schema, repairAttempts: streamed ? 0 : 1 } },
    }),
    ...(effort && { reasoning: { effort } }),
  };
}

/** What the system says may be for one turn of the user's only. */
function isShown(message: Body, place: number, all: readonly Body[]): boolean {
  const isForOne = message.role === 'system' && message.clear_at === 'next_user_message';
  return !isForOne || !all.slice(place).some(({ role }) => role === 'user');
}

/** The end of what is to be kept is the end of a message here, so a text that goes on after it is another message. */
function systemOf(system: NonNullable<AskedBody['system']>): Message[] {
  const blocks = typeof system === 'string' ? [{ type: 'text' as const, text: system }] : system;
  return groups(blocks)
    .filter(({ items }) => items.some(({ text }) => text !== ''))
    .map(({ items, cacheHint }) => ({
      role: 'SYSTEM',
      parts: items.map(({ text }) => ({ text })),
      ...(cacheHint && { cacheHint }),
    }));
}

type Body = AskedBody['messages'][number];
type UserBlock = Exclude<Extract<Body, { role: 'user' }>['content'], string>[number];
type AssistantBlock = Exclude<Extract<Body, { role: 'assistant' }>['content'], string>[number];

function messagesOf(message: Body): Message[] {
  if (message.role === 'system') {
    return systemOf(typeof message.content === 'string' ? message.content : message.content.filter(isText));
  }
  if (typeof message.content === 'string') {
    return [{ role: message.role === 'user' ? 'USER' : 'ASSISTANT', parts: [{ text: message.content }] }];
  }
  return message.role === 'user'
    ? userMessages(message.content)
    : assistantMessage(message.content as AssistantBlock[]);
}

/** Results of tools are messages of their own with us, and come first, as they must there too. */
function userMessages(blocks: readonly UserBlock[]): Message[] {
  const results = blocks.filter((block) => block.type === 'tool_result');
  const others = blocks.filter((block) => block.type !== 'tool_result');
  const tool: Message[] =
    results.length === 0
      ? []
      : [{ role: 'TOOL', parts: results.map(resultOf), ...(results.some(hinted) && { cacheHint: true }) }];
  const said = groups(others).map(
    ({ items, cacheHint }): Message => ({ role: 'USER', parts: items.map(partOf), ...(cacheHint && { cacheHint }) }),
  );
  return [...tool, ...said];
}

type ToolReference = Extract<Exclude<NonNullable<ResultBlock['content']>, string>[number], { type: 'tool_reference' }>;

function resultOf({ tool_use_id: toolCallId, content, is_error }: ResultBlock): Part {
  return { toolResult: { toolCallId, result: saidBy(content ?? ''), isError: is_error ?? false } };
}

function saidBy(content: NonNullable<ResultBlock['content']>): NonNullable<Part['toolResult']>['result'] {
  if (typeof content === 'string') return { text: content };
  const parts = content.map(partOf);
  const texts = parts.flatMap((part) => ('text' in part ? [part.text] : []));
  return texts.length === parts.length ? { text: texts.join('') } : { content: parts };
}

function isText<Block extends { readonly type: string }>(block: Block): block is Extract<Block, { type: 'text' }> {
  return block.type === 'text';
}

function partOf(block: Exclude<UserBlock, { type: 'tool_result' }> | ToolReference) {
  switch (block.type) {
    case 'text':
      return { text: block.text };
    // The tool itself is among those that are offered from now on.
    case 'tool_reference':
      return { text: `The tool ${block.tool_name} can be called now.\n` };
    case 'image':
      return { image: mediaOf(block.source, 'image/*') };
    case 'document':
      return {
        file: { ...mediaOf(block.source, 'application/pdf'), ...(block.title != null && { filename: block.title }) },
      };
  }
}

function mediaOf(source: Extract<UserBlock, { type: 'image' }>['source'], guess: string): Media {
  switch (source.type) {
    case 'base64':
      return { mimeType: source.media_type, source: { base64: source.data } };
    case 'url':
      return { mimeType: guess, source: { url: source.url } };
    case 'file':
      return { source: { fileId: source.file_id } };
    case 'text':
      return { mimeType: 'text/plain', source: { base64: Buffer.from(source.data).toString('base64') } };
  }
}

function assistantMessage(blocks: readonly AssistantBlock[]): Message[] {
  const signatures = new Map<string, string>();
  for (const block of blocks) if (block.type === 'redacted_thinking') thoughtsOf(block, signatures);
  const parts = blocks.flatMap((block) => assistantParts(block, signatures));
  if (parts.length === 0) return [];
  return [{ role: 'ASSISTANT', parts, ...(blocks.some(hinted) && { cacheHint: true }) }];
}

function assistantParts(block: AssistantBlock, signatures: Map<string, string>): Part[] {
  switch (block.type) {
    case 'text':
      return [{ text: block.text }];
    case 'thinking':
    case 'redacted_thinking':
      return thoughtsOf(block, signatures).map((reasoning) => ({ reasoning }));
    case 'tool_use': {
      const { id: toolCallId, name, input } = block;
      const signature = signatures.get(toolCallId);
      return [
        { toolCall: { toolCallId, name, arguments: input ?? {}, ...(signature !== undefined && { signature }) } },
      ];
    }
  }
}

function toolsOf(tools: ReturnType<typeof offeredTools>, choice: AskedBody['tool_choice']): Tools {
  const inline = tools.map(({ name, description, input_schema, strict }) => ({
    name,
    description: description ?? '',
    inputSchema: input_schema,
    strict: strict ?? false,
  }));
  const alone = choice && 'disable_parallel_tool_use' in choice && choice.disable_parallel_tool_use;
  return { inline, ...(choice && { choice: choiceOf(choice) }), ...(alone && { parallel: false }) };
}

function choiceOf(choice: NonNullable<AskedBody['tool_choice']>): NonNullable<Tools['choice']> {
  if (choice.type === 'tool') return { tool: choice.name };
  return { mode: ({ auto: 'AUTO', any: 'REQUIRED', none: 'NONE' } as const)[choice.type] };
}

/** Our contract asks for thought by effort: a budget asks for the nearest one. */
function effortOf({ thinking, output_config }: AskedBody) {
  if (thinking?.type === 'disabled') return 'NONE';
  const word = output_config?.effort;
  if (word) return ({ low: 'LOW', medium: 'MEDIUM', high: 'HIGH', xhigh: 'MAX', max: 'MAX' } as const)[word];
  switch (thinking?.type) {
    case 'adaptive':
      return 'HIGH';
    case 'enabled':
      return thinking.budget_tokens < 2_000 ? 'LOW' : thinking.budget_tokens < 8_000 ? 'MEDIUM' : 'HIGH';
    default:
      return null;
  }
}

interface Group<Block> {
  readonly items: readonly Block[];
  readonly cacheHint: boolean;
}

/** Blocks up to each that ends what is to be kept, and the rest. */
function groups<Block extends object>(blocks: readonly Block[]): Group<Block>[] {
  const made: { items: Block[]; cacheHint: boolean }[] = [];
  for (const block of blocks) {
    const last = made.at(-1);
    if (last && !last.cacheHint) last.items.push(block);
    else made.push({ items: [block], cacheHint: false });
    if (hinted(block)) made.at(-1)!.cacheHint = true;
  }
  return made;
}

function hinted(block: object): boolean {
  return 'cache_control' in block && block.cache_control != null;
}

function hintedLast(messages: readonly Message[]): Message[] {
  return messages.map((message, place) => (place === messages.length - 1 ? { ...message, cacheHint: true } : message));
}
