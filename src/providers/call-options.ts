import {
  type JSONSchema7,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Message,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import type { CompletionRequest, ReasoningEffort, ToolChoice } from '../core/chat.ts';
import { mediaIn } from '../core/parts.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Question } from './answer-event.ts';
import type { CatalogueRow } from './catalogue-row.ts';
import { promptOf } from './prompt.ts';
import { shownByUser } from './tool-media.ts';

/** A question in the words of the packages' port. @throws ValidationProblem for what no model of this provider takes */
export function callOptions(
  row: CatalogueRow,
  { request, attempt }: Question,
  signal: AbortSignal,
): LanguageModelV4CallOptions {
  const { sampling, tools, output } = request;
  const untaken = row.untaken.filter((name) => sampling[name] !== undefined);
  if (!row.tellsLogprobs && sampling.topLogprobs !== undefined) untaken.push('topLogprobs');
  if (untaken.length > 0) throw untakenProblem(row, untaken);
  if (request.audio && !row.choosesVoices) throw voiceProblem(row);
  const { stop, maxOutputTokens, topLogprobs: _option, ...numbers } = sampling;
  const options: LanguageModelV4CallOptions = {
    prompt: promptOf(shownByUser(request.messages, row.takesFrom.TOOL), row),
    providerOptions: row.options(request, attempt),
    // As they came: only in them providers say what an answer has used while it is still being given.
    includeRawChunks: true,
    abortSignal: signal,
    ...numbers,
  };
  if (output.kind === 'schema' && row.schemas !== 'NATIVE') options.prompt.unshift(instructionsOf(output.schema));
  if (stop) options.stopSequences = [...stop];
  if (maxOutputTokens !== undefined) options.maxOutputTokens = maxOutputTokens;
  if (tools.length > 0) {
    options.tools = tools.map(({ name, description, inputSchema, strict }) => ({
      type: 'function' as const,
      name,
      description,
      inputSchema: inputSchema as JSONSchema7,
      strict,
    }));
    options.toolChoice = toolChoiceOf(request.toolChoice);
  }
  if (output.kind === 'json') options.responseFormat = { type: 'json' };
  if (output.kind === 'schema') {
    const schema = row.schemas === 'NATIVE' && { schema: output.schema as JSONSchema7 };
    options.responseFormat = { type: 'json', name: output.name, ...schema };
  }
  if (request.reasoningEffort) options.reasoning = efforts[request.reasoningEffort];
  return options;
}

/** The schema in words, for models that cannot be held to one. */
function instructionsOf(schema: unknown): LanguageModelV4Message {
  const content = `Answer with nothing but JSON that fits this JSON Schema:\n${JSON.stringify(schema)}`;
  return { role: 'system', content };
}

function toolChoiceOf(choice: ToolChoice): NonNullable<LanguageModelV4CallOptions['toolChoice']> {
  if ('tool' in choice) return { type: 'tool', toolName: choice.tool };
  return { type: ({ AUTO: 'auto', NONE: 'none', REQUIRED: 'required' } as const)[choice.mode] };
}

const efforts = {
  NONE: 'none',
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
  MAX: 'max',
} as const satisfies Record<ReasoningEffort, LanguageModelV4CallOptions['reasoning']>;

/** That something cannot be written down is a ValidationProblem which names the part; any other error is itself. */
export function saidInProblems(error: unknown, request: CompletionRequest): unknown {
  return UnsupportedFunctionalityError.isInstance(error) ? unsupported([error.message], request) : error;
}

/** @param details what a package says it cannot do */
export function unsupported(details: readonly string[], request?: CompletionRequest): ValidationProblem {
  return new ValidationProblem(
    details.map((detail) => ({
      path: request ? placeOf(detail, request) : [],
      code: 'NOT_SUPPORTED_BY_MODEL',
      message: `This model cannot do all that was asked: ${detail.replace(/\.$/, '')}.`,
      suggestions: [],
    })),
  );
}

/** The packages do not say which part they mean: the one whose type they name, or the only one it can be. */
function placeOf(detail: string, { messages }: CompletionRequest): readonly string[] {
  const media = mediaIn(messages);
  const byUrl = media.filter(({ part }) => 'url' in part.source);
  const named =
    media.find(({ part }) => detail.includes(part.mimeType)) ?? (/\bURLs?\b/.test(detail) ? byUrl[0] : undefined);
  return (named ?? (/file|image|media|audio/i.test(detail) ? media[0] : undefined))?.path.split('.') ?? [];
}

function voiceProblem({ displayName }: CatalogueRow): ValidationProblem {
  const message = `Models of ${displayName} choose voice and format by themselves: leave audio out, or use speechCreate.`;
  return ValidationProblem.at('audio', 'NOT_SUPPORTED_BY_MODEL', message);
}

function untakenProblem(row: CatalogueRow, names: readonly string[]): ValidationProblem {
  return new ValidationProblem(
    names.map((name) => ({
      path: ['sampling', name],
      code: 'NOT_SUPPORTED_BY_MODEL',
      message: `Models of ${row.displayName} take no ${name}: leave it out or choose another model.`,
      suggestions: [],
    })),
  );
}
