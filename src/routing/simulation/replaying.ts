import { hashOf } from '../../core/chance.ts';
import type { ModelBook, RecordedCall } from '../../core/decision.ts';
import { costOf, type Nanos } from '../../core/money.ts';
import { needsLostText } from '../conditions/index.ts';
import { guessesIn } from '../guesses.ts';
import { type Memory, nothingObserved } from '../observer.ts';
import { recordOf } from '../record.ts';
import type { PublishedRoute } from '../table.ts';
import { type Weighing, weigh } from '../weigh.ts';
import { type Suggestion, startSearch } from './search.ts';

/** What would have been different, and what it would have cost. */
export interface SimulationResult {
  readonly replayed: number;
  /** Calls that another model would have answered. */
  readonly changed: number;
  /** Calls that nobody would have taken. */
  readonly refused: number;
  /** Calls for which a condition asks about a text that is not kept: decided as if it did not match. */
  readonly undecidable: number;
  /** Calls whose new model has no known price: counted at what they did cost. */
  readonly unpriced: number;
  readonly costBefore: Nanos;
  readonly costAfter: Nanos;
  readonly byModel: readonly Share[];
  readonly examples: readonly Example[];
  /** The rule that would have saved the most, of those looked for; null when none saves anything. */
  readonly suggestion: Suggestion | null;
}

export interface Share {
  readonly model: string;
  /** Calls. */
  readonly before: number;
  readonly after: number;
}

export interface Example {
  readonly requestId: string;
  readonly before: string;
  /** Null: nobody would have taken it. */
  readonly after: string | null;
  readonly reason: string;
}

const MOST_EXAMPLES = 10;

/** Adds up recorded calls, one by one. */
export interface Replaying {
  see(call: RecordedCall): void;
  result(): SimulationResult;
}

/**
 * Decides recorded calls as `route` would, by the same weighing as live traffic. What only the moment knew is left
 * out: all deployments count as healthy and idle, and chance is drawn from each call's id, so that a simulation gives
 * the same result every time. The tokens of the answer are taken to be those of the model that gave it.
 */
export function startReplaying(route: PublishedRoute, models: ModelBook): Replaying {
  const shares = new Map<string, { before: number; after: number }>();
  const shareOf = (model: string) => {
    const share = shares.get(model) ?? { before: 0, after: 0 };
    shares.set(model, share);
    return share;
  };
  const sum = { replayed: 0, changed: 0, refused: 0, undecidable: 0, unpriced: 0 };
  let [costBefore, costAfter] = [0n, 0n];
  const examples: Example[] = [];
  const search = startSearch(route, models);
  const turns = new Map<string, number>();
  const memory: Memory = { observed: () => nothingObserved, turn: (id) => turns.get(id) ?? 0, placed: () => null };
  const grounds = { models, deniedBy: null, obstacleOf: () => null };

  return {
    see(call) {
      const weighing: Weighing = {
        route,
        rules: route.rules,
        facts: call.facts,
        guesses: guessesIn(call.facts),
        grounds,
        memory,
        at: call.startedAt,
        seed: hashOf(call.id),
        assignment: null,
      };
      const weighed = weigh(weighing);
      const {
        rule,
        candidates: [first],
      } = weighed;
      turns.set(rule.id, memory.turn(rule.id) + 1);
      const after = first?.eligible ? first : null;
      sum.replayed++;
      shareOf(call.model).before++;
      costBefore += call.costNanos;
      if (route.rules.some(({ when }) => when && needsLostText(when, call.facts.matched))) sum.undecidable++;
      if (after) {
        shareOf(after.target.model).after++;
        const cost = after.target.model === call.model ? null : costOf(call.usage, after.model.prices);
        if (cost && !cost.complete) sum.unpriced++;
        costAfter += cost?.complete ? cost.totalNanos : call.costNanos;
      } else sum.refused++;
      if (after?.target.model !== call.model) {
        sum.changed++;
        if (examples.length < MOST_EXAMPLES) {
          const { summary, rulesEvaluated } = recordOf(weighing, weighed, 0);
          const trace = rulesEvaluated?.at(-1)?.trace ?? [];
          const reason = `${summary}${trace.length > 0 ? ` ${trace.join('; ')}.` : ''}`;
          examples.push({ requestId: call.id, before: call.model, after: after?.target.model ?? null, reason });
        }
      }
      search.see(call);
    },
    result: () => ({
      ...sum,
      costBefore,
      costAfter,
      byModel: [...shares].map(([model, share]) => ({ model, ...share })).sort((a, b) => b.after - a.after),
      examples,
      suggestion: search.best(),
    }),
  };
}
