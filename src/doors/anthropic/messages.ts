import { deliver } from '../deliver.ts';
import { say } from '../http/say.ts';
import { receiptOf, tellSpent } from '../receipt.ts';
import { type Run, startRun } from '../run.ts';
import { targetFor } from '../target.ts';
import type { Endpoint, Visit } from '../visit.ts';
import { messageBody, messageId, stopReason, usageBody } from './answer.ts';
import { messagesBody, readBody } from './body.ts';
import { failure } from './errors.ts';
import { messagesInput } from './input.ts';
import { readMessage, type Said } from './stream.ts';

/** `POST /v1/messages` */
export const messages: Endpoint = {
  method: 'POST',
  path: /^\/v1\/messages$/,
  scope: 'COMPLETIONS_WRITE',
  async answer(visit) {
    const body = await readBody(visit.request, messagesBody);
    const target = await targetFor(visit, body.model);
    const run = await startRun(visit, messagesInput(body, target, visit.words), body.stream === true);
    if (body.stream) await stream(visit, run);
    else await answerWhole(visit, run);
  },
};

async function answerWhole({ response, signal }: Visit, run: Run): Promise<void> {
  const state = await run.end();
  if (signal.aborted) return;
  say(response, messageBody(state), { ...receiptOf(run, state), 'request-id': run.requestId });
}

const PING = 'event: ping\ndata: {"type":"ping"}\n\n';

/** Usage is known at the end: `message_start` says nothing of it, and `message_delta` all, which clients take over. */
async function stream(visit: Visit, run: Run): Promise<void> {
  await deliver(visit, [run], {
    sign: PING,
    failed: (error) => ({ data: JSON.stringify(failure(error, run.requestId).body), event: 'error' }),
    choice(_run, _index, delivery) {
      const reader = readMessage();
      let usage: ReturnType<typeof usageBody> | null = null;
      return {
        beginning: () => [{ type: 'message_start', message: emptyMessage(run.id, delivery.model()) }],
        say: (said: Said) => delivery.send(JSON.stringify(said), said.type),
        counted: ({ cost, budgets = [] }) => tellSpent(delivery, { cost, budgets }),
        read(event) {
          if (event.kind === 'usageUpdated') usage = usageBody(event.usage);
          if (event.kind !== 'finished') return reader.read(event);
          const delta = { stop_reason: stopReason(event.finishReason), stop_sequence: null };
          return [{ type: 'message_delta', delta, usage: usage ?? noUsage }, { type: 'message_stop' }];
        },
      };
    },
  });
}

const noUsage = { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 };

function emptyMessage(completionId: string, model: string) {
  return {
    id: messageId(completionId),
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: noUsage,
  };
}
