import { withFields } from '../../core/json.ts';
import { addCost, type Cost, noCost } from '../../core/money.ts';
import { reviveProblem } from '../../core/problem.ts';
import type { BudgetStanding } from '../../core/standing.ts';
import { inTurn } from '../../core/turns.ts';
import { addUsage, noUsage, type Usage } from '../../core/usage.ts';
import { deliver } from '../deliver.ts';
import { tellSpent } from '../receipt.ts';
import type { Run } from '../run.ts';
import type { Visit } from '../visit.ts';
import { chatId } from './chat-answer.ts';
import { readChoice } from './chat-stream.ts';
import { errorBody } from './errors.ts';
import { logprobsBody } from './logprobs.ts';
import { usageBody } from './usage.ts';

/**
 * The events of one run for each choice, as chunks on one stream. A choice that fails fails all of them: the last
 * event is then an error, and no `[DONE]`.
 */
export async function streamChat(visit: Visit, runs: readonly Run[], includeUsage: boolean): Promise<void> {
  const [first] = runs;
  const now = visit.runtime.clock.now();
  const about = JSON.stringify({
    id: chatId(first!.id),
    object: 'chat.completion.chunk',
    created: Math.floor(now / 1000),
  });
  /** What every chunk has in it is written once, and not for every word. */
  const chunk = (model: string, choices: readonly object[], usage: object | null) =>
    withFields(about, {
      model: JSON.stringify(model),
      choices: JSON.stringify(choices),
      ...(includeUsage && { usage: JSON.stringify(usage) }),
    });
  let usage: Usage = noUsage;
  let cost: Cost = noCost;
  let budgets: readonly BudgetStanding[] = [];
  await deliver(visit, runs, {
    failed: (error) => ({ data: JSON.stringify(errorBody(error)) }),
    async choice(run, index, delivery) {
      const reader = readChoice(now);
      const say = (delta: object, finish_reason: string | null = null, logprobs: object | null = null) =>
        delivery.send(chunk(delivery.model(), [{ index, delta, logprobs, finish_reason }], null));
      let begun = false;
      for await (const event of run.events()) {
        delivery.see(event);
        if (event.kind === 'failed') throw reviveProblem(event.problem);
        if (event.kind === 'usageUpdated') {
          usage = addUsage(usage, event.usage);
          cost = addCost(cost, event.cost);
          budgets = event.budgets ?? budgets;
        }
        const { deltas, finishReason } = reader.read(event);
        if (!begun && (deltas.length > 0 || finishReason !== null)) {
          begun = true;
          await say({ role: 'assistant', content: '', refusal: null });
        }
        await inTurn(deltas, (delta) => say(delta));
        // They are known when the text is whole: clients add them up, wherever in the stream they are told.
        const logprobs = event.kind === 'partFinished' ? logprobsBody([event.part]) : null;
        if (logprobs) await say({}, null, logprobs);
        if (finishReason !== null) await say({}, finishReason);
      }
    },
    async ended(delivery) {
      if (includeUsage) await delivery.send(chunk(delivery.model(), [], usageBody(usage)));
      await tellSpent(delivery, { cost, budgets });
      await delivery.send('[DONE]');
    },
  });
}
