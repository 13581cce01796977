import {
  type JSONSchema7,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Prompt,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import type { CompletionRequest, ReasoningEffort, Sampling, ToolChoice } from '../core/chat.ts';
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
  const { sampling, tools } = request;
  const never = row.tellsLogprobs ? row.untaken : [...row.untaken, 'topLogprobs' as const];
  const untaken = never.filter((name) => sampling[name] !== undefined);
  if (untaken.length > 0) throw untakenProblem(row, untaken);
  if (request.audio && !row.choosesVoices) throw voiceProblem(row);
  return {
    prompt: [...instructionsOf(row, request), ...promptOf(shownByUser(request.messages, row.takesFrom.TOOL), row)],
    ...samplingOf(sampling),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, inputSchema, strict }) => ({
        type: 'function' as const,
        name,
        description,
        inputSchema: inputSchema as JSONSchema7,
        strict,
      })),
      toolChoice: toolChoiceOf(request.toolChoice),
    }),
    ...(request.output.kind === 'json' && { responseFormat: { type: 'json' as const } }),
    ...(request.output.kind === 'schema' && {
      responseFormat: {
        type: 'json' as const,
        name: request.output.name,
        ...(row.schemas === 'NATIVE' && { schema: request.output.schema as JSONSchema7 }),
      },
    }),
    ...(request.reasoningEffort && { reasoning: efforts[request.reasoningEffort] }),
    providerOptions: row.options(request, attempt),
    // As they came: only in them providers say what an answer has used while it is still being given.
    includeRawChunks: true,
    abortSignal: signal,
  };
}

/** The schema in words, for models that cannot be held to one. */
function instructionsOf({ schemas }: CatalogueRow, { output }: CompletionRequest): LanguageModelV4Prompt {
  if (output.kind !== 'schema' || schemas === 'NATIVE') return [];
  const content = `Answer with nothing but JSON that fits this JSON Schema:\n${JSON.stringify(output.schema)}`;
  return [{ role: 'system', content }];
}

function samplingOf({
  stop,
  maxOutputTokens,
  topLogprobs: _option,
  ...numbers
}: Sampling): Partial<LanguageModelV4CallOptions> {
  return {
    ...numbers,
    ...(stop && { stopSequences: [...stop] }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
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

/** What `write` returns; what it cannot write down is a ValidationProblem that names the part. */
export function saidInProblems<T>(request: CompletionRequest, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw UnsupportedFunctionalityError.isInstance(error) ? unsupported([error.message], request) : error;
  }
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
