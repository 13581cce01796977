import { addCost, type Cost, noCost } from '../../core/money.ts';
import type { BudgetStanding } from '../../core/standing.ts';
import { addUsage, noUsage, type Usage } from '../../core/usage.ts';
import { deliver } from '../deliver.ts';
import { tellSpent } from '../receipt.ts';
import type { Run } from '../run.ts';
import type { Visit } from '../visit.ts';
import { chatId } from './chat-answer.ts';
import { piece, readChoice, type Said } from './chat-stream.ts';
import { errorBody } from './errors.ts';
import { usageBody } from './usage.ts';

const BEGINNING = piece({ role: 'assistant', content: '', refusal: null });

/**
 * The events of one run for each choice, as chunks on one stream. A choice that fails fails all of them: the last
 * event is then an error, and no `[DONE]`.
 */
export async function streamChat(visit: Visit, runs: readonly Run[], includeUsage: boolean): Promise<void> {
  const now = visit.runtime.clock.now();
  const id = chatId(runs[0]!.id);
  /** What every chunk has in it is written once, and not for every word. */
  const about = JSON.stringify({ id, object: 'chat.completion.chunk', created: Math.floor(now / 1000) }).slice(0, -1);
  const chunk = (model: string, choices: readonly object[], usage: object | null) => {
    const told = `${about},"model":${JSON.stringify(model)},"choices":${JSON.stringify(choices)}`;
    return includeUsage ? `${told},"usage":${JSON.stringify(usage)}}` : `${told}}`;
  };
  let usage: Usage = noUsage;
  let cost: Cost = noCost;
  let budgets: readonly BudgetStanding[] = [];
  await deliver(visit, runs, {
    failed: (error) => ({ data: JSON.stringify(errorBody(error)) }),
    choice(_run, index, delivery) {
      const reader = readChoice(now);
      return {
        beginning: () => [BEGINNING],
        say: ({ delta, logprobs, finish_reason }: Said) =>
          delivery.send(chunk(delivery.model(), [{ index, delta, logprobs, finish_reason }], null)),
        read(event) {
          if (event.kind === 'usageUpdated') {
            usage = addUsage(usage, event.usage);
            cost = addCost(cost, event.cost);
            budgets = event.budgets ?? budgets;
          }
          return reader.read(event);
        },
      };
    },
    async ended(delivery) {
      if (includeUsage) await delivery.send(chunk(delivery.model(), [], usageBody(usage)));
      await tellSpent(delivery, { cost, budgets });
      await delivery.send('[DONE]');
    },
  });
}
