import { fieldsOf } from '../../core/json.ts';
import { type Answer, wholeOf } from '../../platform/egress-answer.ts';
import { accepted, type Ending, type Hear, type Question } from '../answer-event.ts';
import { callError } from '../call-error.ts';
import { callOptions, saidInProblems } from '../call-options.ts';
import type { CatalogueRow, ChatWire, Connection } from '../catalogue-row.ts';
import { givesAddresses, withFetchedMedia } from '../fetch-media.ts';
import { TruncatedAnswer } from '../problems.ts';
import { ChatReader } from './answer-reader.ts';
import { byEffort } from './effort.ts';
import { chatBody } from './request.ts';
import { Strange } from './strange.ts';
import { ChatStream } from './stream.ts';

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
  const body = bodyOf(row, wire, modelId, question, signal);
  const answer = await connection.send(url, { method: 'POST', headers, body, signal });
  if (answer.status < 200 || answer.status > 299) throw callError(url, answer, await textOf(answer));
  const begun = hear([accepted(answer.headers, undefined)]);
  if (begun) await begun;
  const longest = together && stream ? LONGEST_JOINED : 0;
  const reader = new ChatReader(row, wire, connection, request, answer.headers, longest);
  if (stream) {
    const chunks = new ChatStream(reader, longest, hear, () => answer.body.leave(connection.runtime.clock));
    await answer.body.tell((bytes) => chunks.read(bytes));
    const rest = chunks.rest();
    if (rest) await rest;
    if (!reader.finished()) throw new TruncatedAnswer();
  }
  const ending = stream ? reader.end() : readWhole(url, answer, await textOf(answer), reader);
  const said = hear(reader.heard());
  if (said) await said;
  return ending;
}

/** A piece stays a piece: what may be cut off after it, for the money of a call or by a rule, is no more than this. */
const LONGEST_JOINED = 200;

function bodyOf(
  row: CatalogueRow,
  { effort = byEffort }: ChatWire,
  modelId: string,
  question: Question,
  signal: AbortSignal,
): string {
  try {
    return chatBody(modelId, callOptions(row, question, signal), row.signedBy, effort, question);
  } catch (error) {
    throw saidInProblems(error, question.request);
  }
}

function readWhole(url: string, answer: Answer, text: string, reader: ChatReader): Ending {
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

async function textOf({ body }: Answer): Promise<string> {
  return utf8.decode(await wholeOf(body));
}

/** Leaves a byte order mark out. */
const utf8 = new TextDecoder();
