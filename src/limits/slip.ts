import type { RateRule } from '../core/admission.ts';
import type { Candidate, Decision } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import { Problem, RateLimitedProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { RateStanding } from '../core/standing.ts';
import { nextTurn } from '../core/turns.ts';
import type { Counters } from '../platform/counters/counters.ts';
import type { Counting } from './counting.ts';
import { type Consumption, neededOf, nothing } from './demand.ts';
import { type Held, Short, type Which } from './hold.ts';
import { noneOfModels, ofModels } from './of-models.ts';
import { DECIDE_MS, quietly } from './patience.ts';
import { exhausted, neverFits } from './words.ts';

/** What one call has taken of its limits. One of `settle` and `void` is called, once; neither ever throws. */
export interface Slip {
  /**
   * Takes what depends on the model or the price, for the first of the decision's models that has room.
   * Deciding anew gives back what was taken for the decision before.
   * @returns the decision less the models whose own limits are used up
   * @throws RateLimitedProblem, UnavailableProblem
   */
  within(decision: Decision): Promise<Decision>;
  /**
   * Before each attempt: takes from the limits of its model, unless `within` has done so for the first.
   * @returns why the model cannot be asked
   */
  permit(candidate: Candidate): Promise<Problem | null>;
  /** Must see the attempts: what each one used counts for the model that it asked. */
  see(event: AttemptEvent): void;
  /**
   * The true amount is known. The request itself stays counted; its place is free again.
   * @returns what is left, that first which will bind first when the next calls are like this one
   */
  settle(actual: Consumption): readonly RateStanding[];
  /** Instead of `settle`: everything goes back, because the call was refused after all. */
  void(): void;
}

export const THROTTLED_MS = 3_600_000;
/** Counters hold the calls refused in the last hour under this key. */
export const throttledKey = (limitId: string) => `${limitId}:throttled`;

/** See the door. */
export function slips(count: Counting, shared: Counters, runtime: Runtime) {
  return async (rates: readonly RateRule[], estimate: Consumption): Promise<Slip> => {
    let patience = { leftMs: DECIDE_MS };
    const take = async (some: readonly RateRule[], estimate: Consumption): Promise<Held | null> => {
      if (some.length === 0) return null;
      const tooSmall = some.find((rate) => neededOf(rate, estimate, rate.limit) > rate.limit);
      if (tooSmall) throw neverFits(tooSmall, neededOf(tooSmall, estimate, tooSmall.limit));
      return count.take(some, estimate, patience);
    };
    const refused = (error: unknown): unknown => {
      if (!(error instanceof Short)) return error;
      quietly(shared.give(throttledKey(error.rate.limitId), THROTTLED_MS, -1, 0), runtime);
      return exhausted(error.rate, error.retryAfterMs);
    };

    const [ofModel, ofCost, atOnce]: [RateRule[], RateRule[], RateRule[]] = [[], [], []];
    for (const rate of rates) {
      const kind = rate.scope.kind === 'MODEL' ? ofModel : rate.unit === 'COST_NANOS' ? ofCost : atOnce;
      kind.push(rate);
    }
    let before: Held | null;
    try {
      before = await take(atOnce, estimate);
    } catch (error) {
      throw refused(error);
    }
    const models = ofModel.length + ofCost.length === 0 ? noneOfModels : ofModels(ofModel, take);
    let priced = estimate;
    /** With what was taken for the first model; only the cost is put right here. */
    let dear: Held | null = null;

    const put = (actual: Consumption, what: 'the rest' | 'everything') => {
      before?.giveBack(actual, what);
      dear?.giveBack(actual, what, isOfCost);
      models.end(actual);
    };

    return {
      async within(decision) {
        if (models === noneOfModels) return decision;
        if (dear) {
          dear.giveBack(nothing, 'everything');
          await nextTurn();
        }
        priced = { ...estimate, costNanos: decision.quoteNanos ?? 0n };
        const full = new Set<unknown>();
        for (const candidate of decision.candidates.filter(({ eligible }) => eligible)) {
          try {
            dear = await models.take(candidate.model.name, priced, ofCost);
            return full.size === 0
              ? decision
              : { ...decision, candidates: decision.candidates.filter((other) => !full.has(other)) };
          } catch (error) {
            full.add(candidate);
            const another = decision.candidates.some((other) => other.eligible && !full.has(other));
            if (!another || !isOneOf(ofModel, error)) throw refused(error);
          }
        }
        return decision;
      },
      async permit({ model: { name } }) {
        if (ofModel.length === 0 || models.readyFor(name)) return null;
        try {
          patience = { leftMs: DECIDE_MS };
          await models.take(name, priced);
          return null;
        } catch (error) {
          const problem = refused(error);
          if (problem instanceof Problem) return problem;
          throw problem;
        }
      },
      see: models.see,
      settle(actual) {
        put(actual, 'the rest');
        const standings = before?.standings(actual) ?? [];
        if (dear) standings.push(...dear.standings(actual, isOfCost));
        standings.push(...models.standings());
        return standings.sort(bindingFirst);
      },
      void: () => put(nothing, 'everything'),
    };
  };
}

const isOfCost: Which = ({ scope }) => scope.kind !== 'MODEL';

function isOneOf(rates: readonly RateRule[], error: unknown): boolean {
  const limitId =
    error instanceof Short ? error.rate.limitId : error instanceof RateLimitedProblem ? error.limitId : null;
  return rates.some((rate) => rate.limitId === limitId);
}

function bindingFirst(a: RateStanding, b: RateStanding): number {
  const left = ({ callsLeft }: RateStanding) => callsLeft ?? Number.POSITIVE_INFINITY;
  return left(a) === left(b) ? a.remaining / a.limit - b.remaining / b.limit : left(a) - left(b);
}
