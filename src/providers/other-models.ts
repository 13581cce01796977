import type { SharedV4Warning } from '@ai-sdk/provider';
import { InvalidArgumentError, NoSuchModelError } from '@ai-sdk/provider';
import { invariant } from '../core/assert.ts';
import {
  answerWithWords,
  type CallAnswer,
  type CallRequest,
  type Media,
  piecesOf,
  soundSeconds,
  wordsOfAnswer,
} from '../core/call.ts';
import { fieldsOf } from '../core/json.ts';
import { sniff } from '../core/media.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { UsageReport } from '../core/usage.ts';
import { type AnswerEvent, accepted, type Ending, type Hear } from './answer-event.ts';
import type { CatalogueRow, Connection, OtherModels } from './catalogue-row.ts';

/**
 * Puts one question that is no conversation to one model. What it answers comes at once: its words as text, the rest
 * as `answered`.
 * @throws ValidationProblem when the provider has no such models, or would leave something of the question out
 * @throws whatever the model throws, see problems.ts; on abort, the signal's reason
 */
export async function askOther(
  row: CatalogueRow,
  connection: Connection,
  modelId: string,
  request: CallRequest,
  abortSignal: AbortSignal,
  hear: Hear,
): Promise<Ending> {
  const models = (await row.others?.(connection)) ?? {};
  const { answer, usage, response } = await asked(row, models, modelId, request, abortSignal).catch((error) => {
    throw NoSuchModelError.isInstance(error) ? unavailable(row, request) : error;
  });
  const words = wordsOfAnswer(answer).flatMap((text, index): AnswerEvent[] => [
    { kind: 'partStarted', index, part: 'text' },
    { kind: 'textDelta', index, text },
    { kind: 'partFinished', index, part: { kind: 'text', text, citations: [] } },
  ]);
  await hear([
    accepted(response?.headers, response),
    ...words,
    { kind: 'answered', answer: answerWithWords(answer, []) },
  ]);
  return { usage, finishReason: 'STOP' };
}

interface Called {
  readonly answer: CallAnswer;
  /** What was told; the rest is estimated by whoever has asked. */
  readonly usage: UsageReport;
  readonly response?:
    | { readonly modelId?: string; readonly headers?: Readonly<Record<string, string>> | undefined }
    | undefined;
}

async function asked(
  row: CatalogueRow,
  models: OtherModels,
  modelId: string,
  request: CallRequest,
  abortSignal: AbortSignal,
): Promise<Called> {
  const none = () => unavailable(row, request);
  switch (request.kind) {
    case 'EMBEDDING': {
      const model = models.embeddingModel?.(modelId) ?? fail(none);
      const { inputs, dimensions } = request;
      const most = (await model.maxEmbeddingsPerCall) ?? inputs.length;
      if (inputs.length > most)
        throw ValidationProblem.at('inputs', 'OUT_OF_RANGE', `This model embeds at most ${most} at once.`);
      const length =
        dimensions === null ? {} : { dimensions, providerOptions: row.embeddingOptions?.(dimensions, modelId) ?? {} };
      const result = await Promise.resolve(model.doEmbed({ values: [...inputs], ...length, abortSignal })).catch(
        (error) => {
          if (!InvalidArgumentError.isInstance(error) || dimensions === null) throw error;
          const message = `${row.displayName} makes no embeddings of ${dimensions} numbers with this model.`;
          throw ValidationProblem.at('dimensions', 'NOT_SUPPORTED_BY_MODEL', message);
        },
      );
      refuseDropped(result.warnings);
      const inputTokens = result.usage?.tokens;
      const usage = inputTokens === undefined ? {} : { inputTokens, outputTokens: 0 };
      return { answer: { kind: 'EMBEDDING', vectors: result.embeddings }, usage, response: result.response };
    }
    case 'IMAGE': {
      const model = models.imageModel?.(modelId) ?? fail(none);
      const { prompt, count, size, seed } = request;
      const most = typeof model.maxImagesPerCall === 'number' ? model.maxImagesPerCall : count;
      if (count > most)
        throw ValidationProblem.at('count', 'OUT_OF_RANGE', `This model makes at most ${most} at once.`);
      const result = await model.doGenerate({
        prompt,
        n: count,
        size: size === null ? undefined : `${size.widthPx}x${size.heightPx}`,
        aspectRatio: undefined,
        seed: seed ?? undefined,
        files: undefined,
        mask: undefined,
        providerOptions: {},
        abortSignal,
      });
      refuseDropped(result.warnings);
      const images = result.images.map((image) => mediaOf(image, 'image/png'));
      const { inputTokens, outputTokens } = result.usage ?? {};
      const pieces = { ...piecesOf(request), images: images.length };
      return {
        answer: { kind: 'IMAGE', images },
        usage: { ...pieces, inputTokens, outputTokens },
        response: result.response,
      };
    }
    case 'SPEECH': {
      const model = models.speechModel?.(modelId) ?? fail(none);
      const { text, voice, format, instructions, speed } = request;
      const result = await model.doGenerate({
        text,
        ...(voice !== null && { voice }),
        ...(format !== null && { outputFormat: format }),
        ...(instructions !== null && { instructions }),
        ...(speed !== null && { speed }),
        abortSignal,
      });
      refuseDropped(result.warnings);
      const audio = mediaOf(result.audio, 'audio/mpeg');
      return { answer: { kind: 'SPEECH', audio }, usage: piecesOf(request), response: result.response };
    }
    case 'TRANSCRIPTION': {
      const model = models.transcriptionModel?.(modelId) ?? fail(none);
      const { source, mimeType } = request;
      invariant('base64' in source, 'a stored file is read before a provider is asked');
      const result = await model.doGenerate({ audio: source.base64, mediaType: mimeType, abortSignal });
      refuseDropped(result.warnings);
      const segments = result.segments.map(({ text, startSecond, endSecond }) => ({
        text,
        startSeconds: startSecond,
        endSeconds: endSecond,
      }));
      const { text, language = null, durationInSeconds: durationSeconds = null } = result;
      const usage = { ...audioSecondsOf(durationSeconds, source.base64), ...heardUsage(result.response.body) };
      const answer = { kind: 'TRANSCRIPTION' as const, text, language, durationSeconds, segments };
      return { answer, usage, response: result.response };
    }
    case 'RERANK': {
      const model = models.rerankingModel?.(modelId) ?? fail(none);
      const { query, documents, topN } = request;
      const result = await model.doRerank({
        query,
        documents: { type: 'text', values: [...documents] },
        ...(topN !== null && { topN }),
        abortSignal,
      });
      refuseDropped(result.warnings ?? []);
      const ranking = result.ranking.map(({ index, relevanceScore: score }) => ({ index, score }));
      const usage = { ...piecesOf(request), ...searchesIn(result.response?.body) };
      return { answer: { kind: 'RERANK', ranking }, usage, response: result.response };
    }
  }
}

function fail(problem: () => ValidationProblem): never {
  throw problem();
}

function unavailable({ displayName }: CatalogueRow, { kind }: CallRequest): ValidationProblem {
  const message = `${displayName} has no models for ${kind.toLowerCase()} that this gateway can ask.`;
  return ValidationProblem.at('target', 'NOT_SUPPORTED_BY_MODEL', message);
}

/** As long as the provider says, or the sound itself; nothing where neither does. */
function audioSecondsOf(seconds: number | null, base64: string): UsageReport {
  if (seconds !== null) return { audioSeconds: Math.ceil(seconds), pieceSource: 'REPORTED' };
  const audioSeconds = soundSeconds(base64);
  return audioSeconds === null ? {} : { audioSeconds };
}

/** OpenAI: `usage` in tokens, or in seconds (platform.openai.com, transcription object). The packages pass on neither. */
function heardUsage(body: unknown): UsageReport {
  const { seconds, input_tokens, output_tokens, input_token_details } = fieldsOf(fieldsOf(body).usage);
  const audioTokens = fieldsOf(input_token_details).audio_tokens;
  return {
    ...(isCount(input_tokens) && { inputTokens: input_tokens }),
    ...(isCount(output_tokens) && { outputTokens: output_tokens }),
    ...(isCount(audioTokens) && { inputAudioTokens: audioTokens }),
    ...(isCount(seconds) && { audioSeconds: Math.ceil(seconds), pieceSource: 'REPORTED' }),
  };
}

/** Cohere: `meta.billed_units.search_units` (docs.cohere.com, rerank). */
function searchesIn(body: unknown): UsageReport {
  const { search_units: searches } = fieldsOf(fieldsOf(fieldsOf(body).meta).billed_units);
  return isCount(searches) ? { searches: Math.ceil(searches), pieceSource: 'REPORTED' } : {};
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function mediaOf(data: string | Uint8Array, guess: string): Media {
  const base64 = typeof data === 'string' ? data : Buffer.from(data).toString('base64');
  // By the first bytes: the packages do not pass on what the provider said it sends.
  return { mimeType: sniff(Buffer.from(base64.slice(0, 64), 'base64')) ?? guess, base64 };
}

function refuseDropped(warnings: readonly SharedV4Warning[]): void {
  const dropped = warnings.filter((warning) => warning.type === 'unsupported');
  if (dropped.length === 0) return;
  throw new ValidationProblem(
    dropped.map(({ feature, details }) => ({
      path: [],
      code: 'NOT_SUPPORTED_BY_MODEL',
      message: `This model cannot do all that was asked: ${(details ?? feature).replace(/\.$/, '')}.`,
      suggestions: [],
    })),
  );
}
