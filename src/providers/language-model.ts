import { isDeepStrictEqual } from 'node:util';
import type {
  APICallError,
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { follow } from '../core/abort.ts';
import type { FinishReason } from '../core/chat.ts';
import type { Json } from '../core/json.ts';
import type { UsageReport } from '../core/usage.ts';
import { AnswerReader } from './answer.ts';
import { type AnswerEvent, accepted, type Ending, type Hear, type Question } from './answer-event.ts';
import { callOptions, saidInProblems, unsupported } from './call-options.ts';
import type { CatalogueRow } from './catalogue.ts';
import { likelihoods } from './logprobs.ts';
import { mendedAnswer, strangePiece, together } from './mended-answer.ts';
import { TruncatedAnswer } from './problems.ts';
import { unreadReader } from './unread.ts';
import { reportOf } from './usage.ts';
import { UsageReader } from './usage-reader.ts';

/** What the network has to do with an answer that came in one piece. */
export interface Wire {
  /** The same model, for which the network has this answer and nothing else. */
  readonly reread?: (answer: Response) => Promise<LanguageModelV4>;
  /** The answer as it came; undefined for one that is no JSON. */
  readonly heard?: () => Promise<unknown>;
}

/**
 * Puts one question to one model.
 * @throws ValidationProblem when the model cannot take a part or setting of the request. Nothing is dropped in
 * silence: what the port's package warns it left out counts as a refusal too.
 * @throws whatever the model throws or streams as an error, see problems.ts; on abort, the signal's reason
 */
export async function ask(
  row: CatalogueRow,
  model: LanguageModelV4,
  question: Question,
  signal: AbortSignal,
  hear: Hear,
  wire: Wire = {},
): Promise<Ending> {
  const over = new AbortController();
  const leave = follow(over, signal);
  const options = callOptions(row, question, over.signal);
  try {
    return question.stream
      ? await streamed(row, model, question, options, hear)
      : await atOnce(row, model, question, options, hear, wire);
  } catch (error) {
    throw saidInProblems(error, question.request);
  } finally {
    leave();
    // Closes the provider's socket, if it still speaks: its last words interest nobody.
    over.abort(OVER);
  }
}

/** Nobody looks where it came from. */
const OVER = new Error('the answer is over');

async function streamed(
  row: CatalogueRow,
  model: LanguageModelV4,
  { request }: Question,
  options: LanguageModelV4CallOptions,
  hear: Hear,
): Promise<Ending> {
  const { stream, response } = await model.doStream(options);
  await hear([accepted(response?.headers, undefined)]);
  const events: AnswerEvent[] = [];
  const tell = (event: AnswerEvent) => void events.push(event);
  const answer = new AnswerReader(row.kind, request.tools, tell);
  const logprobs = likelihoods(request);
  const told = new UsageReader();
  /** Null while nothing has come over a network: then the port's own figures are all there is. */
  let usage: UsageReport | null = null;
  const unread = row.unread && unreadReader(row.unread);
  /** The chunk whose pieces are being read: its sources belong to the text that begins with it. */
  let chunk: unknown;
  /** Pieces that nobody can read, one after the other: they are one part. */
  const strangers: Json[] = [];
  const pieces = stream.values();
  try {
    for (;;) {
      const { done, value: piece } = await pieces.next();
      if (done) throw new TruncatedAnswer();
      if (piece.type === 'raw' || piece.type === 'finish') {
        const heard = unread?.hear(chunk);
        for (const said of [...(heard?.words ?? []), ...(heard?.sources ?? [])]) answer.read(said);
        answer.detail(heard?.details ?? []);
        chunk = piece.type === 'raw' ? piece.rawValue : undefined;
      }
      if (piece.type === 'raw') {
        logprobs?.hear(piece.rawValue);
        const counted = told.read(piece.rawValue);
        if (counted) tell({ kind: 'counted', usage: counted });
        usage = counted ?? usage ?? {};
      } else if (piece.type === 'error') {
        const strange = strangePiece(piece.error);
        if (strange === null) throw piece.error;
        strangers.push(strange);
        chunk = undefined;
      } else {
        if (!QUIET.test(piece.type) && strangers.length > 0) answer.keep(together(strangers.splice(0)));
        if (piece.type === 'stream-start') refuseDropped(piece.warnings);
        if (piece.type === 'response-metadata') tell(accepted(response?.headers, piece));
        answer.read(piece);
      }
      if (events.length > 0) await hear(events.splice(0));
      if (piece.type === 'finish') {
        if (!isTerminal(piece.finishReason)) throw new TruncatedAnswer();
        answer.end({ refusal: refusalOf(piece.finishReason), logprobs: logprobs?.of, leftOut: unread?.rest() });
        await hear(events);
        return { usage: usage ?? reportOf(piece.usage), finishReason: finishReasonOf(piece.finishReason) };
      }
    }
  } finally {
    // Whatever a server writes after its end is not part of the answer, and nobody waits until it has stopped.
    pieces.return?.().catch(() => {});
  }
}

/** Pieces that say nothing of their own. */
const QUIET = /^(ping|response-metadata)$|-end$/;

async function atOnce(
  row: CatalogueRow,
  model: LanguageModelV4,
  { request }: Question,
  options: LanguageModelV4CallOptions,
  hear: Hear,
  { reread, heard }: Wire,
): Promise<Ending> {
  const { unknown, ...generated } = await generate(model, options, reread);
  const { content, warnings, response, finishReason, usage } = generated;
  refuseDropped(warnings);
  await hear([accepted(response?.headers, response)]);
  const events: AnswerEvent[] = [];
  const tell = (event: AnswerEvent) => void events.push(event);
  const answer = new AnswerReader(row.kind, request.tools, tell);
  const logprobs = likelihoods(request);
  logprobs?.hear(response?.body);
  const unread = row.unread && unreadReader(row.unread);
  const beside = unread?.hear(await heard?.());
  answer.detail(beside?.details ?? []);
  for (const piece of [...(beside?.words ?? []), ...content]) answer.read(piece);
  const leftOut = unread?.rest() ?? [];
  // What was taken out so that the package could read the rest may be found again where it stood.
  const seen = (raw: Json) => leftOut.some((left) => left.kind === 'unknown' && isDeepStrictEqual(left.raw, raw));
  for (const raw of unknown) if (!seen(raw)) answer.keep(raw);
  for (const source of beside?.sources ?? []) answer.read(source);
  answer.end({ refusal: refusalOf(finishReason), logprobs: logprobs?.of, leftOut });
  const body = response?.body ?? (usage.raw && { usage: usage.raw });
  const counted = body === undefined ? reportOf(usage) : (new UsageReader().read(body) ?? {});
  await hear(events);
  return { usage: counted, finishReason: finishReasonOf(finishReason) };
}

/** The answer; when its package cannot read it as it came, as it is after mending. */
async function generate(model: LanguageModelV4, options: LanguageModelV4CallOptions, reread: Wire['reread']) {
  try {
    return { ...(await model.doGenerate(options)), unknown: [] };
  } catch (error) {
    const mended = reread ? mendedAnswer(error) : null;
    if (!reread || !mended) throw error;
    const headers = { 'content-type': 'application/json', ...(error as APICallError).responseHeaders };
    const mendedModel = await reread(new Response(JSON.stringify(mended.body), { headers }));
    try {
      return { ...(await mendedModel.doGenerate(options)), unknown: mended.unknown };
    } catch {
      // Whatever else is wrong with it, what was wrong first says it better.
      throw error;
    }
  }
}

const finishReasons: Readonly<Record<LanguageModelV4FinishReason['unified'], FinishReason>> = {
  stop: 'STOP',
  length: 'LENGTH',
  'content-filter': 'CONTENT_FILTER',
  'tool-calls': 'TOOL_CALLS',
  error: 'ERROR',
  interrupted: 'ERROR',
  other: 'UNKNOWN',
};

/**
 * The packages give refusals as text. They are told by how the answer ended: the model itself had finished normally
 * (OpenAI says nothing more), or says "refusal" (Anthropic). A filter that cut an answer off has a name of its own.
 * @returns the provider's word, or undefined when this is no refusal
 */
function refusalOf({ unified, raw }: LanguageModelV4FinishReason): string | undefined {
  if (raw === 'refusal') return raw;
  if (unified !== 'content-filter') return undefined;
  return raw === undefined || raw === 'stop' || raw === 'completed' ? 'refusal' : undefined;
}

/** Servers behind other servers call the end what their neighbours call it. */
function finishReasonOf({ unified, raw }: LanguageModelV4FinishReason): FinishReason {
  if (unified === 'other' && raw === 'refusal') return 'CONTENT_FILTER';
  if (unified === 'other' && /^(function_call|tool_calls?|tool_use)$/i.test(raw ?? '')) return 'TOOL_CALLS';
  return finishReasons[unified];
}

/** The packages end every stream with `finish`; only the reason tells whether the provider had really finished. */
function isTerminal({ unified, raw }: LanguageModelV4FinishReason): boolean {
  return unified !== 'interrupted' && (raw !== undefined || (unified !== 'other' && unified !== 'error'));
}

/**
 * `unsupported` is what a package left out; `compatibility` (it said the same in other words), `deprecated` and
 * `other` leave the meaning of the request as it was.
 */
function refuseDropped(warnings: readonly SharedV4Warning[]): void {
  const dropped = warnings.filter((warning) => warning.type === 'unsupported');
  if (dropped.length > 0) throw unsupported(dropped.map(({ feature, details }) => details ?? feature));
}
