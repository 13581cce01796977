import { callContextOf, type Report } from '../core/call-context.ts';
import type { Caller } from '../core/caller.ts';
import type {
  CompletionRequest,
  InputPart,
  MediaPart,
  MediaSource,
  Message,
  OutputFormat,
  Sampling,
  Simulation,
  ToolChoice,
  ToolDefinition,
  ToolResult,
} from '../core/chat.ts';
import type { Json } from '../core/json.ts';
import { mediaType } from '../core/media.ts';
import { type InputIssue, ValidationProblem } from '../core/problem.ts';
import { demand } from '../core/rights.ts';
import { nearest } from '../core/suggest.ts';
import { told } from '../core/told.ts';
import type { CompletionInputShape } from './input.graphql.ts';

const DEFAULT_TIMEOUT_MS = 600_000;
const MAX_MESSAGES = 2_000;
const MAX_REPAIRS = 5;
const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * What the caller wrote, as the house speaks of it.
 * @throws ValidationProblem with every issue found, ForbiddenProblem for `debug` without its scope
 */
export function toRequest(input: CompletionInputShape, caller: Caller): CompletionRequest {
  const issues: InputIssue[] = [];
  const report: Report = (path, code, message, suggestions = []) => {
    issues.push({ path: path.split('.'), code, message, suggestions });
  };
  if (input.debug?.simulate) demand(caller, ['COMPLETIONS_DEBUG']);

  const tools = toTools(input.tools?.inline ?? [], report);
  const request: CompletionRequest = {
    target: input.target.route != null ? { route: input.target.route } : { model: input.target.model! },
    messages: toMessages(input.messages, report),
    sampling: toSampling(input.sampling ?? {}, report),
    tools,
    toolChoice: toToolChoice(input.tools?.choice, tools, report),
    output: toOutput(input.output, report),
    reasoningEffort: input.reasoning?.effort ?? null,
    limits: {
      timeoutMs:
        within(input.limits?.timeoutMs, 'limits.timeoutMs', 1, DEFAULT_TIMEOUT_MS, report) ?? DEFAULT_TIMEOUT_MS,
      maxCostNanos: input.limits?.maxCost?.nanos ?? null,
    },
    task: input.task ?? null,
    simulation: toSimulation(input.debug?.simulate, report),
    ...(input.tools?.parallel != null && { parallelToolCalls: input.tools.parallel }),
    ...toModalities(input, report),
    ...callContextOf(input, report),
  };
  if (issues.length > 0) throw new ValidationProblem(issues);
  return request;
}

function toMessages(messages: CompletionInputShape['messages'], report: Report): Message[] {
  if (messages.length === 0) report('messages', 'EMPTY', 'At least one message is needed.');
  if (messages.length > MAX_MESSAGES) report('messages', 'TOO_MANY', `At most ${MAX_MESSAGES} messages are accepted.`);
  const called = new Set<string>();
  let helped = 0;
  return messages.map(({ role, parts, cacheHint }, place) => {
    const path = `messages.${place}`;
    if (parts.length === 0) report(`${path}.parts`, 'EMPTY', 'A message needs at least one part.');
    return {
      role,
      ...(cacheHint && { cacheHint }),
      parts: parts.map((part, index): InputPart => {
        const converted = toPart(part);
        const at = `${path}.parts.${index}`;
        if (converted.kind === 'media' || converted.kind === 'toolResult') reportUntyped(part, at, report);
        if (!ALLOWED[role].includes(converted.kind)) {
          report(at, 'WRONG_ROLE', `A message of role ${role} cannot hold a ${converted.kind} part.`);
        }
        if (converted.kind === 'toolCall') called.add(converted.toolCallId);
        if (converted.kind === 'toolResult' && !called.has(converted.toolCallId)) {
          report(
            `${at}.toolResult.toolCallId`,
            'UNKNOWN_TOOL_CALL',
            `No tool call before this message has the id '${converted.toolCallId}'.`,
            helped++ < MOST_HELPED ? nearest(converted.toolCallId, [...called].slice(-MOST_COMPARED)) : [],
          );
        }
        return converted;
      }),
    };
  });
}

/** How many wrong ids are compared with how many others: the caller has written both. */
const MOST_HELPED = 10;
const MOST_COMPARED = 100;

const ALLOWED: Record<Message['role'], readonly InputPart['kind'][]> = {
  SYSTEM: ['text'],
  DEVELOPER: ['text'],
  USER: ['text', 'media'],
  ASSISTANT: ['text', 'media', 'reasoning', 'toolCall'],
  TOOL: ['toolResult'],
};

function toPart(part: PartShape): InputPart {
  if (part.text != null) return { kind: 'text', text: part.text };
  if (part.toolCall) {
    const { signature, ...call } = part.toolCall;
    return { kind: 'toolCall', ...call, ...(signature == null ? {} : { signature }) };
  }
  if (part.toolResult) {
    const { toolCallId, result, isError } = part.toolResult;
    return { kind: 'toolResult', toolCallId, result: toResult(result), isError: isError ?? false };
  }
  if (part.reasoning) {
    const { text, signature } = part.reasoning;
    return { kind: 'reasoning', text, ...(signature == null ? {} : { signature }) };
  }
  return toMedia(part);
}

type PartShape = CompletionInputShape['messages'][number]['parts'][number];
type ResultShape = NonNullable<PartShape['toolResult']>['result'];

function toResult({ text, json, content }: ResultShape): ToolResult {
  if (text != null) return { text };
  if (content == null) return { json: json ?? null };
  return {
    content: content.map((piece) => (piece.text != null ? { kind: 'text', text: piece.text } : toMedia(piece))),
  };
}

function toMedia({ image, audio, file }: Pick<PartShape, 'image' | 'audio' | 'file'>): MediaPart {
  const { source, mimeType } = (image ?? audio ?? file)!;
  const filename = file?.filename;
  return {
    kind: 'media',
    mimeType: mediaType(mimeType ?? ''),
    source: toSource(source),
    ...(filename == null ? {} : { filename }),
  };
}

/** Only a stored file knows by itself what it is. */
function reportUntyped(part: PartShape, at: string, report: Report): void {
  const pieces = part.toolResult?.result.content ?? [];
  const places = pieces.map((piece, index) => [piece, `${at}.toolResult.result.content.${index}`] as const);
  for (const [{ image, audio, file }, path] of [[part, at] as const, ...places]) {
    const media = image ?? audio ?? file;
    if (media && !media.mimeType && media.source.fileId == null) {
      report(`${path}.mimeType`, 'REQUIRED', 'Say what it is, e.g. image/png. Only a stored file can go without.');
    }
  }
}

function toSource({ url, base64, fileId }: NonNullable<PartShape['image']>['source']): MediaSource {
  if (url != null) return { url };
  return base64 != null ? { base64 } : { fileId: fileId! };
}

function toSampling(input: NonNullable<CompletionInputShape['sampling']>, report: Report): Sampling {
  within(input.temperature, 'sampling.temperature', 0, 2, report);
  within(input.topP, 'sampling.topP', 0, 1, report);
  within(input.topK, 'sampling.topK', 1, 100_000, report);
  within(input.frequencyPenalty, 'sampling.frequencyPenalty', -2, 2, report);
  within(input.presencePenalty, 'sampling.presencePenalty', -2, 2, report);
  within(input.maxOutputTokens, 'sampling.maxOutputTokens', 1, 10_000_000, report);
  within(input.topLogprobs, 'sampling.topLogprobs', 0, 20, report);
  if (input.stop && (input.stop.length > 16 || input.stop.includes(''))) {
    report('sampling.stop', 'INVALID', 'At most 16 stop sequences are accepted, none of them empty.');
  }
  return told(input);
}

function toTools(inline: NonNullable<CompletionInputShape['tools']>['inline'], report: Report): ToolDefinition[] {
  const names = new Set<string>();
  return inline.map(({ name, description, inputSchema, strict }, place) => {
    const path = `tools.inline.${place}`;
    if (!TOOL_NAME.test(name)) {
      report(`${path}.name`, 'INVALID', `'${name}' is not a tool name: 1 to 64 of A-Z a-z 0-9 _ - are accepted.`);
    }
    if (names.has(name)) report(`${path}.name`, 'DUPLICATE', `The tool '${name}' is given twice.`);
    names.add(name);
    if (!isSchema(inputSchema)) report(`${path}.inputSchema`, 'INVALID', 'A tool takes a JSON Schema object.');
    return { name, description, inputSchema, strict: strict ?? false };
  });
}

function toToolChoice(
  choice: NonNullable<CompletionInputShape['tools']>['choice'],
  tools: readonly ToolDefinition[],
  report: Report,
): ToolChoice {
  if (!choice) return { mode: 'AUTO' };
  if (choice.mode) return { mode: choice.mode };
  const wanted = choice.tool!;
  const names = tools.map(({ name }) => name);
  if (!names.includes(wanted)) {
    report('tools.choice.tool', 'UNKNOWN_TOOL', `There is no tool '${wanted}' in this call.`, nearest(wanted, names));
  }
  return { tool: wanted };
}

function toOutput(output: CompletionInputShape['output'], report: Report): OutputFormat {
  if (output?.text === false || output?.jsonObject === false) {
    report('output', 'INVALID', 'false asks for nothing: give true, or leave `output` out.');
  }
  if (output?.jsonSchema) {
    const { name, schema, repairAttempts } = output.jsonSchema;
    const repairs = within(repairAttempts, 'output.jsonSchema.repairAttempts', 0, MAX_REPAIRS, report) ?? 1;
    if (!isSchema(schema)) report('output.jsonSchema.schema', 'INVALID', 'A JSON Schema is an object.');
    if (!TOOL_NAME.test(name)) {
      report('output.jsonSchema.name', 'INVALID', 'The name has 1 to 64 of A-Z a-z 0-9 _ -.');
    }
    return { kind: 'schema', name, schema, repairAttempts: repairs };
  }
  return output?.jsonObject ? { kind: 'json' } : { kind: 'text' };
}

/** Nothing for a text, however it is asked for: it is the same question. */
function toModalities(
  { modalities, audio }: Pick<CompletionInputShape, 'modalities' | 'audio'>,
  report: Report,
): Pick<CompletionRequest, 'modalities' | 'audio'> {
  if (!modalities && !audio) return {};
  const wanted = [...new Set(modalities ?? ['TEXT' as const])];
  if (wanted.length === 0) report('modalities', 'EMPTY', 'At least one is needed: leave it out for a text.');
  if (audio && !wanted.includes('AUDIO')) {
    report('audio', 'INVALID', 'It says how a spoken answer sounds: add AUDIO to `modalities`, or leave it out.');
  }
  if (wanted.every((modality) => modality === 'TEXT')) return {};
  const sound = told(audio ?? {});
  return { modalities: wanted, ...(Object.keys(sound).length > 0 && { audio: sound }) };
}

function toSimulation(
  script: NonNullable<CompletionInputShape['debug']>['simulate'],
  report: Report,
): Simulation | null {
  if (!script) return null;
  within(script.latencyMs, 'debug.simulate.latencyMs', 0, 600_000, report);
  within(script.tokensPerSecond, 'debug.simulate.tokensPerSecond', 0.01, 1_000_000, report);
  within(script.failFirstAttempts, 'debug.simulate.failFirstAttempts', 0, 1_000, report);
  within(script.breakStreamAfterTokens, 'debug.simulate.breakStreamAfterTokens', 0, 1_000_000, report);
  return told(script);
}

function within(
  value: number | null | undefined,
  path: string,
  least: number,
  most: number,
  report: Report,
): number | null {
  if (value == null) return null;
  if (value < least || value > most) {
    report(path, 'OUT_OF_RANGE', `${path.split('.').at(-1)} is ${value}; ${least} to ${most} is accepted.`);
  }
  return value;
}

function isSchema(value: Json): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
