import type { RateRule } from '../core/admission.ts';
import type { AttemptEvent } from '../core/event.ts';
import type { RateStanding } from '../core/standing.ts';
import { type Consumption, nothing } from './demand.ts';
import type { Held, Which } from './hold.ts';
import { rateOfModel } from './matching.ts';

/**
 * What the attempts of one call take of the limits of the models that they ask, each for itself:
 *
 * ```
 *   take ─ next ─ attemptStarted ─┬─ attemptSucceeded: what it used stays
 *            │                    └─ attemptFailed: what it used stays; all of it goes back when that is nothing
 *            └─ another model is asked instead, or nobody: all of it goes back
 * ```
 */
export interface OfModels {
  /**
   * Takes for an attempt at this model, and from further rates with it: from all or from none. What was taken for
   * another model, whose attempt has not begun, goes back.
   * @throws what `take` throws
   */
  take(model: string, estimate: Consumption, also?: readonly RateRule[]): Promise<Held | null>;
  /** Whether that has been done, and the attempt has not begun. */
  readyFor(model: string): boolean;
  see(event: AttemptEvent): void;
  /** No attempt begins any more. @param actual what one came to whose end nobody has heard of */
  end(actual: Consumption): void;
  /** How the rates of the model stand whose attempt ended last. */
  standings(): RateStanding[];
}

interface Taken {
  readonly model: string;
  /** Null where no limit is about the model. */
  readonly held: Held | null;
}

/** Where no limit is about models, or the price. */
export const noneOfModels: OfModels = {
  take: async () => null,
  readyFor: () => false,
  see() {},
  end() {},
  standings: () => [],
};

const isOfModels: Which = ({ scope }) => scope.kind === 'MODEL';

export function ofModels(
  rates: readonly RateRule[],
  take: (rates: readonly RateRule[], estimate: Consumption) => Promise<Held> | null,
): OfModels {
  let next: Taken | null = null;
  const running = new Map<string, Taken>();
  let last: (() => RateStanding[]) | null = null;

  const giveBack = ({ held }: Taken, actual: Consumption, what: 'the rest' | 'everything') => {
    held?.giveBack(actual, what, isOfModels);
  };

  return {
    async take(model, estimate, also = []) {
      if (next) giveBack(next, nothing, 'everything');
      next = null;
      const mine = rates.flatMap((rate) => rateOfModel(rate, model) ?? []);
      const held = await take([...also, ...mine], estimate);
      next = { model, held };
      return held;
    },

    readyFor: (model) => next?.model === model,

    see(event) {
      switch (event.kind) {
        case 'attemptStarted':
          if (next) running.set(event.attempt.id, next);
          next = null;
          return;
        case 'attemptSucceeded':
        case 'attemptFailed': {
          const { id, usage, cost } = event.attempt;
          const taken = running.get(id);
          if (!taken) return;
          running.delete(id);
          const { inputTokens, outputTokens } = usage;
          const actual = { inputTokens, outputTokens, costNanos: cost.totalNanos };
          const unused = event.kind === 'attemptFailed' && inputTokens + outputTokens === 0;
          giveBack(taken, actual, unused ? 'everything' : 'the rest');
          last = () => taken.held?.standings(actual, isOfModels) ?? [];
        }
      }
    },

    end(actual) {
      if (next) giveBack(next, nothing, 'everything');
      for (const taken of running.values()) giveBack(taken, actual, 'the rest');
      next = null;
      running.clear();
    },

    standings: () => last?.() ?? [],
  };
}
