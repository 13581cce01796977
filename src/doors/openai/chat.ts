import { addCost } from '../../core/money.ts';
import { addUsage } from '../../core/usage.ts';
import type { CallInput } from '../call-input.ts';
import { say } from '../http/say.ts';
import { receiptOf } from '../receipt.ts';
import { type Run, startRun } from '../run.ts';
import { targetFor } from '../target.ts';
import type { Endpoint, Visit } from '../visit.ts';
import { readBody } from './body.ts';
import { chatAnswer } from './chat-answer.ts';
import { chatBody } from './chat-body.ts';
import { chatInput } from './chat-input.ts';
import { streamChat } from './stream-chat.ts';

/** `POST /v1/chat/completions` */
export const chatCompletions: Endpoint = {
  method: 'POST',
  path: /^\/v1\/chat\/completions$/,
  scope: 'COMPLETIONS_WRITE',
  async answer(visit) {
    const body = await readBody(visit.request, chatBody);
    const input = chatInput(body, await targetFor(visit, body.model), visit.words);
    const runs = await startAll(visit, input, body.n ?? 1, body.stream === true);
    if (body.stream) await streamChat(visit, runs, body.stream_options?.include_usage === true);
    else await answerWhole(visit, runs);
  },
};

/** One run for each choice, each paid for and recorded. When one of them cannot begin, none of them goes on. */
async function startAll(visit: Visit, input: CallInput, count: number, streamed: boolean): Promise<Run[]> {
  if (count === 1) return [await startRun(visit, input, streamed)];
  const key = input.idempotencyKey;
  const asked = Array.from({ length: count }, (_, place) =>
    key == null || place === 0 ? input : { ...input, idempotencyKey: `${key}/${place}` },
  );
  return Promise.all(asked.map((one) => startRun(visit, one, streamed)));
}

async function answerWhole({ response, signal }: Visit, runs: readonly Run[]): Promise<void> {
  const run = runs[0]!;
  try {
    const states = runs.length === 1 ? [await run.end()] : await Promise.all(runs.map((one) => one.end()));
    if (signal.aborted) return;
    const usage = states.map((state) => state.usage).reduce(addUsage);
    const cost = states.map((state) => state.cost).reduce(addCost);
    say(response, chatAnswer(run.id, states, usage), {
      ...receiptOf(run, states[0]!, cost),
      'x-request-id': run.requestId,
    });
  } catch (error) {
    for (const one of runs) one.abandon('another choice of the same answer failed');
    throw error;
  }
}
