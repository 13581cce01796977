import { addCost, noCost } from '../../core/money.ts';
import { addUsage, noUsage } from '../../core/usage.ts';
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
  const key = input.idempotencyKey;
  const asked = Array.from({ length: count }, (_, place) =>
    key == null || place === 0 ? input : { ...input, idempotencyKey: `${key}/${place}` },
  );
  return Promise.all(asked.map((one) => startRun(visit, one, streamed)));
}

async function answerWhole({ response, signal }: Visit, runs: readonly Run[]): Promise<void> {
  try {
    const states = await Promise.all(runs.map((run) => run.end()));
    if (signal.aborted) return;
    const usage = states.reduce((sum, state) => addUsage(sum, state.usage), noUsage);
    const cost = states.reduce((sum, state) => addCost(sum, state.cost), noCost);
    const [run, state] = [runs[0]!, states[0]!];
    say(response, chatAnswer(run.id, states, usage), {
      ...receiptOf(run, { ...state, cost }),
      'x-request-id': run.requestId,
    });
  } catch (error) {
    for (const run of runs) run.abandon('another choice of the same answer failed');
    throw error;
  }
}
