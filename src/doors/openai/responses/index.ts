import { deliver } from '../../deliver.ts';
import { say } from '../../http/say.ts';
import { modelOf } from '../../model-name.ts';
import { receiptOf, tellSpent } from '../../receipt.ts';
import { type Run, startRun } from '../../run.ts';
import { targetFor } from '../../target.ts';
import type { Endpoint, Visit } from '../../visit.ts';
import { readBody } from '../body.ts';
import { errorBody } from '../errors.ts';
import { ending, envelope, responseBody, usageBody } from './answer.ts';
import { type ResponsesBody, responsesBody } from './body.ts';
import { responsesInput } from './input.ts';
import { readOutput, type Said } from './stream.ts';
import { type ToolBook, toolBook } from './tools.ts';

/** `POST /v1/responses` */
export const responses: Endpoint = {
  method: 'POST',
  path: /^\/v1\/responses$/,
  scope: 'COMPLETIONS_WRITE',
  async answer(visit) {
    const body = await readBody(visit.request, responsesBody);
    const target = await targetFor(visit, body.model);
    const tools = toolBook(body);
    const run = await startRun(visit, responsesInput(body, target, visit.words, tools), body.stream === true);
    if (body.stream) await stream(visit, run, body, tools);
    else await answerWhole(visit, run, body, tools);
  },
};

async function answerWhole({ response, signal }: Visit, run: Run, body: ResponsesBody, tools: ToolBook): Promise<void> {
  const state = await run.end();
  if (signal.aborted) return;
  const answer = responseBody(state, modelOf(state), body, tools);
  say(response, answer, { ...receiptOf(run, state), 'x-request-id': run.requestId });
}

/** Their stream is a log: numbered events, the last of which holds the whole response once more. */
async function stream(visit: Visit, run: Run, body: ResponsesBody, tools: ToolBook): Promise<void> {
  const createdAt = visit.runtime.clock.now();
  let number = 0;
  const numbered = (said: Said) => JSON.stringify({ ...said, sequence_number: number++ });
  const about = (model: string) => envelope(run.id, createdAt, model, body);
  let model = '';
  await deliver(visit, [run], {
    failed(error) {
      const { code, message } = errorBody(error).error;
      const response = { ...about(model), status: 'failed', error: { code, message }, output: [] };
      return { data: numbered({ type: 'response.failed', response }), event: 'response.failed' };
    },
    choice(_run, _index, delivery) {
      const output = readOutput(run.id, tools);
      let usage: ReturnType<typeof usageBody> | null = null;
      let refused = false;
      return {
        beginning() {
          model = delivery.model();
          const response = {
            ...about(model),
            status: 'in_progress',
            incomplete_details: null,
            output: [],
            usage: null,
          };
          return [
            { type: 'response.created', response },
            { type: 'response.in_progress', response },
          ];
        },
        say: (said: Said) => delivery.send(numbered(said), said.type),
        counted: ({ cost, budgets = [] }) => tellSpent(delivery, { cost, budgets }),
        read(event) {
          if (event.kind === 'usageUpdated') usage = usageBody(event.usage);
          if (event.kind === 'partFinished' && event.part.kind === 'refusal') refused = true;
          if (event.kind !== 'finished') return output.read(event);
          const end = ending(event.finishReason, refused);
          const response = { ...about(delivery.model()), ...end, output: output.items(), usage };
          return [{ type: `response.${end.status}`, response }];
        },
      };
    },
  });
}
