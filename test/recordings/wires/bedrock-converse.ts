import type { CompletionRequest, FinishReason, InputPart, Message, ToolChoice } from '../../../src/core/chat.ts';
import type { Json } from '../../../src/core/json.ts';
import { count, type Fields, fields, list, NotExpressible, onlyKnown, said, text } from '../fields.ts';
import { effortOf, emptyRequest, type Reading, toolResultOf, type Wire } from '../reading.ts';

/** docs.aws.amazon.com/bedrock/latest/APIReference: Converse and ConverseStream. */
export const bedrockConverse: Wire = {
  name: 'bedrock converse',
  kinds: ['amazon-bedrock'],
  address({ origin, pathname }) {
    const found = /^(.*)\/model\/([^/]+)\/converse(-stream)?$/.exec(pathname);
    const modelId = decodeURIComponent(found?.[2] ?? '');
    return found && { baseUrl: `${origin}${found[1]}`, modelId, stream: found[3] !== undefined };
  },
  modelId: () => '',
  streams: () => false,
  request: (body) => requestOf(fields(body)),
  answer: (body) => (body instanceof Uint8Array ? streamed(framesOf(body)) : whole(fields(body))),
};

function requestOf(body: Fields): CompletionRequest {
  onlyKnown(body, [
    ...['messages', 'system', 'inferenceConfig', 'toolConfig', 'additionalModelRequestFields'],
    // Asks to be told more, not for something else.
    'additionalModelResponseFieldPaths',
  ]);
  const inference = fields(body.inferenceConfig);
  onlyKnown(inference, ['maxTokens', 'temperature', 'topP', 'stopSequences'], 'inferenceConfig');
  const more = fields(body.additionalModelRequestFields);
  onlyKnown(more, ['reasoning_effort', 'thinking', 'output_config', 'reasoningConfig'], 'additionalModelRequestFields');
  const toolConfig = fields(body.toolConfig);
  const system = list(body.system).filter((block) => said(block.text));
  return {
    ...emptyRequest,
    messages: [
      ...system.map((block) => ({
        role: 'SYSTEM' as const,
        parts: [{ kind: 'text' as const, text: text(block.text) }],
      })),
      ...list(body.messages).flatMap(messagesOf),
    ],
    sampling: {
      ...(said(inference.maxTokens) && { maxOutputTokens: count(inference.maxTokens) }),
      ...(said(inference.temperature) && { temperature: count(inference.temperature) }),
      ...(said(inference.topP) && { topP: count(inference.topP) }),
      ...(said(inference.stopSequences) && { stop: [inference.stopSequences].flat().map(text) }),
    },
    tools: list(toolConfig.tools).map(toolOf),
    toolChoice: choiceOf(fields(toolConfig.toolChoice)),
    reasoningEffort: effortOf(more.reasoning_effort) ?? (fields(more.thinking).type === 'enabled' ? 'MEDIUM' : null),
  };
}

function toolOf(tool: Fields): CompletionRequest['tools'][number] {
  onlyKnown(tool, ['toolSpec'], 'tool');
  const { name, description, inputSchema, strict } = fields(tool.toolSpec);
  const schema = (fields(inputSchema).json ?? {}) as Json;
  return { name: text(name), description: text(description), inputSchema: schema, strict: strict === true };
}

function choiceOf(choice: Fields): ToolChoice {
  if (said(choice.tool)) return { tool: text(fields(choice.tool).name) };
  return { mode: said(choice.any) ? 'REQUIRED' : 'AUTO' };
}

/** Results of tools travel in user messages here; with us they are the tool's. Cache points are hints. */
function messagesOf({ role, content }: Fields): Message[] {
  const blocks = list(content).filter((block) => !said(block.cachePoint));
  if (role === 'assistant') return [{ role: 'ASSISTANT', parts: blocks.map(partOf) }];
  const parts = blocks.map(partOf);
  const results = parts.filter(({ kind }) => kind === 'toolResult');
  const others = parts.filter(({ kind }) => kind !== 'toolResult');
  return [
    ...(results.length > 0 ? [{ role: 'TOOL' as const, parts: results }] : []),
    ...(others.length > 0 ? [{ role: 'USER' as const, parts: others }] : []),
  ];
}

function partOf(block: Fields): InputPart {
  onlyKnown(block, ['text', 'image', 'document', 'toolUse', 'toolResult', 'reasoningContent'], 'content');
  if (said(block.toolUse)) {
    const { toolUseId, name, input } = fields(block.toolUse);
    return { kind: 'toolCall', toolCallId: text(toolUseId), name: text(name), arguments: (input ?? {}) as Json };
  }
  if (said(block.toolResult)) return resultOf(fields(block.toolResult));
  if (said(block.reasoningContent)) {
    const { text: thought, signature } = fields(fields(block.reasoningContent).reasoningText);
    const signed = said(signature) ? { signature: JSON.stringify({ amazonBedrock: { signature } }) } : {};
    return { kind: 'reasoning', text: text(thought), ...signed };
  }
  if (said(block.image)) return mediaOf(fields(block.image));
  if (said(block.document)) return mediaOf(fields(block.document));
  return { kind: 'text', text: text(block.text) };
}

function resultOf({ toolUseId, content, status }: Fields): InputPart {
  const blocks = list(content);
  const [first = {}] = blocks;
  const result =
    blocks.length === 1 && said(first.json) ? { json: first.json as Json } : toolResultOf(blocks.map(partOf));
  return { kind: 'toolResult', toolCallId: text(toolUseId), result, isError: status === 'error' };
}

const MIME_TYPES: Readonly<Record<string, string>> = {
  ...{ png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' },
  ...{ pdf: 'application/pdf', csv: 'text/csv', html: 'text/html', txt: 'text/plain', md: 'text/markdown' },
  ...{ doc: 'application/msword', xls: 'application/vnd.ms-excel' },
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

function mediaOf({ format, source, name }: Fields): InputPart {
  const { bytes } = fields(source);
  if (!said(bytes)) throw new NotExpressible('a file kept at the provider');
  const mimeType = MIME_TYPES[text(format)] ?? text(format);
  return { kind: 'media', mimeType, source: { base64: text(bytes) }, ...(said(name) && { filename: text(name) }) };
}

// ---------------------------------------------------------------- the answer

function whole(body: Fields): Reading {
  const blocks = list(fields(fields(body.output).message).content);
  return {
    text: blocks.map((block) => text(block.text)).join(''),
    toolCalls: blocks
      .filter(({ toolUse }) => said(toolUse))
      .map(({ toolUse }) => ({ name: text(fields(toolUse).name), arguments: (fields(toolUse).input ?? {}) as Json })),
    finishReason: finishReasonOf(text(body.stopReason)),
    usage: usageOf(body.usage),
  };
}

function streamed(frames: readonly { readonly type: string; readonly data: Fields }[]): Reading {
  const calls = new Map<unknown, { name: string; arguments: string }>();
  let spoken = '';
  let stopReason = '';
  let usage: unknown;
  for (const { type, data } of frames) {
    const { toolUse } = fields(data.start);
    if (type === 'contentBlockStart' && said(toolUse)) {
      calls.set(data.contentBlockIndex, { name: text(fields(toolUse).name), arguments: '' });
    }
    if (type === 'contentBlockDelta') {
      const delta = fields(data.delta);
      spoken += text(delta.text);
      const call = calls.get(data.contentBlockIndex);
      if (call) call.arguments += text(fields(delta.toolUse).input);
    }
    if (type === 'messageStop') stopReason = text(data.stopReason);
    if (type === 'metadata') usage = data.usage;
  }
  return {
    text: spoken,
    toolCalls: Array.from(calls.values(), ({ name, arguments: raw }) => ({
      name,
      arguments: (raw === '' ? {} : JSON.parse(raw)) as Json,
    })),
    finishReason: finishReasonOf(stopReason),
    usage: usageOf(usage),
  };
}

/**
 * Amazon's binary event stream: each frame is its length, the length of its headers and a checksum (4 bytes each),
 * headers, payload, checksum. A header is a name and a value, each with its length; only strings (type 7) occur.
 */
function framesOf(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes);
  const frames: { type: string; data: Fields }[] = [];
  for (let at = 0; at < buffer.length; ) {
    const length = buffer.readUInt32BE(at);
    const headersEnd = at + 12 + buffer.readUInt32BE(at + 4);
    let type = '';
    for (let header = at + 12; header < headersEnd; ) {
      const nameEnd = header + 1 + buffer.readUInt8(header);
      const valueEnd = nameEnd + 3 + buffer.readUInt16BE(nameEnd + 1);
      if (buffer.toString('utf8', header + 1, nameEnd) === ':event-type') {
        type = buffer.toString('utf8', nameEnd + 3, valueEnd);
      }
      header = valueEnd;
    }
    frames.push({ type, data: fields(JSON.parse(buffer.toString('utf8', headersEnd, at + length - 4))) });
    at += length;
  }
  return frames;
}

function finishReasonOf(reason: string): FinishReason {
  const known: Readonly<Record<string, FinishReason>> = {
    end_turn: 'STOP',
    stop_sequence: 'STOP',
    tool_use: 'TOOL_CALLS',
    max_tokens: 'LENGTH',
    guardrail_intervened: 'CONTENT_FILTER',
    content_filtered: 'CONTENT_FILTER',
  };
  return known[reason] ?? 'UNKNOWN';
}

/** Here the input is without what came from the cache or went into it. */
function usageOf(usage: unknown) {
  if (!said(usage)) return null;
  const { inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens } = fields(usage);
  return {
    inputTokens: count(inputTokens) + count(cacheReadInputTokens) + count(cacheWriteInputTokens),
    outputTokens: count(outputTokens),
    reasoningTokens: 0,
    cacheReadTokens: count(cacheReadInputTokens),
    cacheWriteTokens: count(cacheWriteInputTokens),
  };
}
