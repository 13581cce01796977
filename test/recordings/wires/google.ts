import type { CompletionRequest, FinishReason, InputPart, Message, ToolChoice } from '../../../src/core/chat.ts';
import type { Json } from '../../../src/core/json.ts';
import { count, eventsOf, type Fields, fields, list, NotExpressible, onlyKnown, said, text } from '../fields.ts';
import { effortOf, emptyRequest, parsedArguments, type Reading, toolResultOf, type Wire } from '../reading.ts';

/** ai.google.dev/api/generate-content; Vertex speaks the same, and both take names in either case. */
export const google: Wire = {
  name: 'google generateContent',
  kinds: ['google', 'google-vertex'],
  address({ origin, pathname }) {
    const found = /^(.*)\/models\/([^/:]+):(stream)?[gG]enerateContent$/.exec(pathname);
    return found && { baseUrl: `${origin}${found[1]}`, modelId: found[2]!, stream: found[3] !== undefined };
  },
  modelId: () => '',
  streams: () => false,
  request: (body) => requestOf(camel(body) as Fields),
  answer: (body) =>
    answerOf(typeof body === 'string' ? eventsOf(body) : Array.isArray(body) ? list(body) : [fields(body)]),
};

const IGNORED = ['labels', 'safetySettings'];

function requestOf(body: Fields): CompletionRequest {
  onlyKnown(body, [...IGNORED, 'contents', 'systemInstruction', 'generationConfig', 'tools', 'toolConfig', 'model']);
  const config = fields(body.generationConfig);
  onlyKnown(
    config,
    [
      ...[
        'temperature',
        'topP',
        'topK',
        'seed',
        'maxOutputTokens',
        'stopSequences',
        'presencePenalty',
        'frequencyPenalty',
      ],
      ...[
        'responseMimeType',
        'responseSchema',
        'responseJsonSchema',
        'responseModalities',
        'thinkingConfig',
        'candidateCount',
      ],
    ],
    'generationConfig',
  );
  if ([config.responseModalities ?? []].flat().some((modality) => text(modality).toUpperCase() !== 'TEXT')) {
    throw new NotExpressible('an answer in something else than text');
  }
  const system = list(fields(body.systemInstruction).parts)
    .map((part) => text(part.text))
    .join('\n');
  const tools = list(body.tools).flatMap(functionsOf);
  const calls = new CallIds();
  return {
    ...emptyRequest,
    messages: [
      ...(system === '' ? [] : [{ role: 'SYSTEM' as const, parts: [{ kind: 'text' as const, text: system }] }]),
      ...list(body.contents).flatMap((content) => messagesOf(content, calls)),
    ],
    sampling: {
      ...Object.fromEntries(
        ['temperature', 'topP', 'topK', 'seed', 'maxOutputTokens', 'presencePenalty', 'frequencyPenalty']
          .filter((name) => said(config[name]))
          .map((name) => [name, config[name]]),
      ),
      ...(said(config.stopSequences) && { stop: [config.stopSequences].flat().map(text) }),
    },
    tools,
    toolChoice: choiceOf(
      fields(body.toolConfig),
      tools.map(({ name }) => name),
    ),
    output: outputOf(config),
    reasoningEffort: thinkingOf(fields(config.thinkingConfig)),
  };
}

function outputOf({ responseMimeType, responseSchema, responseJsonSchema }: Fields): CompletionRequest['output'] {
  const schema = responseJsonSchema ?? responseSchema;
  if (said(schema)) return { kind: 'schema', name: 'response', schema: schema as Json };
  return responseMimeType === 'application/json' ? { kind: 'json' } : { kind: 'text' };
}

function thinkingOf(thinking: Fields): CompletionRequest['reasoningEffort'] {
  onlyKnown(thinking, ['includeThoughts', 'thinkingLevel', 'thinkingBudget'], 'thinkingConfig');
  if (thinking.thinkingBudget === 0) return 'NONE';
  const level = effortOf(text(thinking.thinkingLevel).toLowerCase());
  if (level) return level;
  return count(thinking.thinkingBudget) > 0 || thinking.includeThoughts === true ? 'MEDIUM' : null;
}

function functionsOf(tool: Fields): CompletionRequest['tools'][number][] {
  onlyKnown(tool, ['functionDeclarations'], 'tool');
  return list(tool.functionDeclarations).map(({ name, description, parametersJsonSchema, parameters }) => ({
    name: text(name),
    description: text(description),
    inputSchema: (parametersJsonSchema ?? parameters ?? { type: 'object', properties: {} }) as Json,
    strict: false,
  }));
}

function choiceOf(toolConfig: Fields, names: readonly string[]): ToolChoice {
  onlyKnown(toolConfig, ['functionCallingConfig'], 'toolConfig');
  const { mode, allowedFunctionNames } = fields(toolConfig.functionCallingConfig);
  if (mode === 'NONE') return { mode: 'NONE' };
  if (mode !== 'ANY') return { mode: 'AUTO' };
  const allowed = [allowedFunctionNames ?? []].flat().map(text);
  if (allowed.length === 0 || names.every((name) => allowed.includes(name))) return { mode: 'REQUIRED' };
  if (allowed.length > 1) throw new NotExpressible('a choice among some of the tools');
  return { tool: allowed[0]! };
}

/** Older models give calls no ids: results then belong to the calls of that name in their order. */
class CallIds {
  readonly #open = new Map<string, string[]>();
  #made = 0;

  called(name: string, id: unknown): string {
    const given = said(id) ? text(id) : `call_${++this.#made}`;
    this.#open.set(name, [...(this.#open.get(name) ?? []), given]);
    return given;
  }

  answered(name: string, id: unknown): string {
    return said(id) ? text(id) : (this.#open.get(name)?.shift() ?? '');
  }
}

function messagesOf({ role, parts }: Fields, calls: CallIds): Message[] {
  const own = list(parts).map((part) => partOf(part, calls));
  if (role === 'model') return [{ role: 'ASSISTANT', parts: own }];
  const results = own.filter(({ kind }) => kind === 'toolResult');
  const rest = own.filter(({ kind }) => kind !== 'toolResult');
  return [
    ...(results.length > 0 ? [{ role: 'TOOL' as const, parts: results }] : []),
    ...(rest.length > 0 ? [{ role: 'USER' as const, parts: rest }] : []),
  ];
}

function partOf(part: Fields, calls: CallIds): InputPart {
  onlyKnown(
    part,
    ['text', 'thought', 'thoughtSignature', 'functionCall', 'functionResponse', 'inlineData', 'fileData'],
    'part',
  );
  const signed = said(part.thoughtSignature)
    ? { signature: JSON.stringify({ google: { thoughtSignature: part.thoughtSignature } }) }
    : {};
  if (said(part.functionCall)) {
    const { name, args, id } = fields(part.functionCall);
    const toolCallId = calls.called(text(name), id);
    return { kind: 'toolCall', toolCallId, name: text(name), arguments: parsedArguments(args), ...signed };
  }
  if (said(part.functionResponse)) {
    const { name, response, id, parts } = fields(part.functionResponse);
    const media = list(parts).map((inner) => partOf(inner, calls));
    const json = unwrapped(response);
    const words = { kind: 'text' as const, text: typeof json === 'string' ? json : JSON.stringify(json) };
    return {
      kind: 'toolResult',
      toolCallId: calls.answered(text(name), id),
      result: media.length === 0 ? { json } : toolResultOf([words, ...media]),
      isError: false,
    };
  }
  if (said(part.inlineData)) {
    const { data, mimeType } = fields(part.inlineData);
    const base64 = text(data).replaceAll('-', '+').replaceAll('_', '/');
    return { kind: 'media', mimeType: text(mimeType), source: { base64 } };
  }
  if (said(part.fileData)) {
    const { fileUri, mimeType } = fields(part.fileData);
    if (!/^https?:/.test(text(fileUri))) throw new NotExpressible('a file kept at the provider');
    return { kind: 'media', mimeType: text(mimeType), source: { url: text(fileUri) } };
  }
  return part.thought === true
    ? { kind: 'reasoning', text: text(part.text), ...signed }
    : { kind: 'text', text: text(part.text) };
}

/** `{name, content}` is one of the layouts in use: the content is the result. */
function unwrapped(response: unknown): Json {
  const { name, content, ...rest } = fields(response);
  return (said(name) && said(content) && Object.keys(rest).length === 0 ? content : response) as Json;
}

/** Names in camel case all the way down, but for what is the caller's own: schemas, arguments and results. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const renamed = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return [renamed, OWN.has(renamed) ? inner : camel(inner)];
    }),
  );
}

const OWN = new Set(['args', 'response', 'parameters', 'parametersJsonSchema', 'responseSchema', 'responseJsonSchema']);

// ---------------------------------------------------------------- the answer

function answerOf(chunks: readonly Fields[]): Reading {
  const candidates = chunks.flatMap((chunk) => list(chunk.candidates).slice(0, 1));
  const parts = candidates.flatMap(({ content }) => list(fields(content).parts));
  const toolCalls = parts
    .filter(({ functionCall }) => said(functionCall))
    .map(({ functionCall }) => ({
      name: text(fields(functionCall).name),
      arguments: parsedArguments(fields(functionCall).args),
    }));
  const reason = candidates.findLast(({ finishReason }) => said(finishReason))?.finishReason;
  return {
    text: parts
      .filter(({ thought }) => thought !== true)
      .map((part) => text(part.text))
      .join(''),
    toolCalls,
    finishReason: finishReasonOf(text(reason), toolCalls.length > 0),
    usage: usageOf(chunks.findLast(({ usageMetadata }) => said(usageMetadata))?.usageMetadata),
  };
}

/** Gemini stops after calling a tool as it stops after a text. */
function finishReasonOf(reason: string, called: boolean): FinishReason {
  if (reason === 'STOP') return called ? 'TOOL_CALLS' : 'STOP';
  if (reason === 'MAX_TOKENS') return 'LENGTH';
  if (reason === 'MALFORMED_FUNCTION_CALL') return 'ERROR';
  const filtered = ['SAFETY', 'IMAGE_SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'];
  return filtered.includes(reason) ? 'CONTENT_FILTER' : 'UNKNOWN';
}

function usageOf(usage: unknown) {
  if (!said(usage)) return null;
  const {
    promptTokenCount,
    toolUsePromptTokenCount,
    candidatesTokenCount,
    thoughtsTokenCount,
    cachedContentTokenCount,
  } = fields(usage);
  return {
    inputTokens: count(promptTokenCount) + count(toolUsePromptTokenCount),
    outputTokens: count(candidatesTokenCount) + count(thoughtsTokenCount),
    reasoningTokens: count(thoughtsTokenCount),
    cacheReadTokens: count(cachedContentTokenCount),
    cacheWriteTokens: 0,
  };
}
