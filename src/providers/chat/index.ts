import { JSONParseError, TypeValidationError } from '@ai-sdk/provider';
import { isDelta, joinedDelta, textOfDelta } from '../../core/event.ts';
import { fieldsOf } from '../../core/json.ts';
import type { Answer } from '../../platform/egress-answer.ts';
import { type AnswerEvent, accepted, type Ending, type Hear, type Question } from '../answer-event.ts';
import { callError } from '../call-error.ts';
import { callOptions, saidInProblems } from '../call-options.ts';
import type { CatalogueRow, ChatWire, Connection } from '../catalogue-row.ts';
import { EventReader, namelessEvents, type StreamEvent } from '../event-stream.ts';
import { givesAddresses, withFetchedMedia } from '../fetch-media.ts';
import { strangePiece } from '../mended-answer.ts';
import { ToldError, TruncatedAnswer } from '../problems.ts';
import { ChatReader } from './answer-reader.ts';
import { Refrain } from './refrain.ts';
import { chatBody } from './request.ts';
import { Strange } from './strange.ts';

/**
 * Puts one question to one model; what language-model.ts does with a package, at a tenth of its cost.
 * @throws ValidationProblem when the model cannot take a part or setting of the request
 * @throws what the provider said or the network did, see problems.ts; on abort, the signal's reason
 */
export async function askChat(
  row: CatalogueRow,
  wire: ChatWire,
  connection: Connection,
  modelId: string,
  asked: Question,
  signal: AbortSignal,
  hear: Hear,
): Promise<Ending> {
  const { attempt, together = false } = asked;
  const request = givesAddresses(asked.request)
    ? await withFetchedMedia(row, null, asked.request, connection, signal)
    : asked.request;
  const stream = asked.stream && !wire.comesWhole?.(request);
  const question = { request, attempt, stream, together };
  const { url, headers } = wire.call(connection);
  const body = bodyOf(row, modelId, question, signal);
  const answer = await connection.send(url, { method: 'POST', headers, body, signal });
  if (answer.status < 200 || answer.status > 299) throw callError(url, answer, await textOf(answer));
  const begun = hear([accepted(answer.headers, undefined)]);
  if (begun) await begun;
  const heard: AnswerEvent[] = [];
  const longest = together && stream ? LONGEST_JOINED : 0;
  const tell = longest > 0 ? joining(heard) : (event: AnswerEvent) => void heard.push(event);
  const reader = new ChatReader(row, wire, connection, request, answer.headers, tell);
  if (!stream) {
    const ending = hearWhole(url, answer, await textOf(answer), reader);
    await hear(heard);
    return ending;
  }

  const events = new EventReader(namelessEvents);
  const refrain = new Refrain();
  let left = false;
  try {
    while (!events.done()) {
      const { done, value } = await answer.body.next();
      const wrong = hearAll(done ? events.rest() : events.read(value), longest, refrain, reader, heard);
      const said = hear(heard);
      if (said) await said;
      heard.length = 0;
      if (wrong) throw wrong.error;
      if (done) break;
    }
    left = true;
    answer.leave(connection.runtime.clock);
    if (!reader.finished()) throw new TruncatedAnswer();
    const ending = reader.end();
    const said = hear(heard);
    if (said) await said;
    return ending;
  } finally {
    if (!left) await answer.body.return?.();
  }
}

function bodyOf(row: CatalogueRow, modelId: string, question: Question, signal: AbortSignal): string {
  try {
    return chatBody(modelId, callOptions(row, question, signal), row.signedBy, question);
  } catch (error) {
    throw saidInProblems(error, question.request);
  }
}

function hearWhole(url: string, answer: Answer, text: string, reader: ChatReader): Ending {
  try {
    const body: unknown = JSON.parse(text);
    if (!answers(body)) throw new Strange('no answer');
    reader.read(body);
    return reader.end();
  } catch (error) {
    throw callError(url, answer, text, error);
  }
}

/** Whether a model has said something, be it nothing; a chunk of a stream need not. */
function answers(body: unknown): boolean {
  const { choices, error } = fieldsOf(body);
  const first: unknown = Array.isArray(choices) ? choices[0] : null;
  const { message } = fieldsOf(first);
  return error == null && message !== null && typeof message === 'object';
}

/**
 * Hears these events up to the first that is wrong.
 * @param longest how many characters of several events are said as one, where they say nothing but words
 * @returns what is wrong with the one that is, or null
 */
function hearAll(
  come: readonly StreamEvent[],
  longest: number,
  refrain: Refrain,
  reader: ChatReader,
  heard: AnswerEvent[],
): { readonly error: unknown } | null {
  let words = '';
  try {
    for (const { data } of come) {
      const more = refrain.wordsOf(data);
      if (more !== null && words.length + more.length <= longest) words += more;
      else {
        reader.say(words);
        words = more ?? '';
        if (more === null) hearOne(data, refrain, reader, heard);
      }
    }
    reader.say(words);
    return null;
  } catch (error) {
    return { error };
  }
}

/** A piece stays a piece: what may be cut off after it, for the money of a call or by a rule, is no more than this. */
const LONGEST_JOINED = 200;

function joining(heard: AnswerEvent[]): (event: AnswerEvent) => void {
  return (event) => {
    const last = heard.at(-1);
    const both = last && isDelta(last) && isDelta(event) ? joinedDelta(last, event) : null;
    if (both && textOfDelta(both).length <= LONGEST_JOINED) heard[heard.length - 1] = both;
    else heard.push(event);
  };
}

/** @throws ToldError, or what says that this is no chunk of an answer */
function hearOne(data: string, refrain: Refrain, reader: ChatReader, heard: AnswerEvent[]): void {
  const chunk = parsed(data);
  if (fieldsOf(chunk).error != null) throw new ToldError(chunk);
  const before = heard.length;
  try {
    reader.read(chunk);
    refrain.learn(data, chunk);
  } catch (cause) {
    heard.length = before;
    if (!(cause instanceof Strange)) throw cause;
    const error = new TypeValidationError({ value: chunk, cause });
    const strange = strangePiece(error);
    if (strange === null) throw error;
    reader.keep(strange);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new JSONParseError({ text, cause });
  }
}

async function textOf({ body }: Answer): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(piece);
  return utf8.decode(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
}

/** Leaves a byte order mark out. */
const utf8 = new TextDecoder();
