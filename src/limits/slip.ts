import type { RateRule } from '../core/admission.ts';
import type { Candidate, Decision } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import { Problem, RateLimitedProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { sortFew } from '../core/sort-few.ts';
import type { RateStanding } from '../core/standing.ts';
import { nextTurn } from '../core/turns.ts';
import type { Counters } from '../platform/counters/counters.ts';
import type { Counting } from './counting.ts';
import { type Consumption, neededOf, nothing } from './demand.ts';
import { type Held, Short, type Which } from './hold.ts';
import { noneOfModels, type OfModels, ofModels } from './of-models.ts';
import { bookkeeping, DECIDE_MS } from './patience.ts';
import { exhausted, neverFits } from './words.ts';

/** What one call has taken of its limits. One of `settle` and `void` is called, once; neither ever throws. */
export interface Slip {
  /**
   * Takes what depends on the model or the price, for the first of the decision's models that has room.
   * Deciding anew gives back what was taken for the decision before. Where there is nothing to take, nothing is waited for.
   * @returns the decision less the models whose own limits are used up
   * @throws RateLimitedProblem, UnavailableProblem
   */
  within(decision: Decision): Decision | Promise<Decision>;
  /**
   * Before each attempt: takes from the limits of its model, unless `within` has done so for the first. Left out where
   * no limit is about models.
   * @returns why the model cannot be asked
   */
  readonly permit: ((candidate: Candidate) => Promise<Problem | null>) | undefined;
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
  const quietly = bookkeeping(runtime);
  const throttled = (limitId: string) => quietly(shared.give(throttledKey(limitId), THROTTLED_MS, -1, 0));
  const taking = { count, throttled };
  return (rates: readonly RateRule[], estimate: Consumption): Promise<Slip> =>
    new OpenSlip(rates, estimate, taking).takeAtOnce();
}

interface Taking {
  readonly count: Counting;
  /** A call has been refused. */
  throttled(limitId: string): void;
}

class OpenSlip implements Slip {
  readonly permit: Slip['permit'];
  readonly #taking: Taking;
  readonly #estimate: Consumption;
  readonly #atOnce: readonly RateRule[];
  readonly #ofCost: readonly RateRule[];
  readonly #ofModel: readonly RateRule[];
  readonly #models: OfModels;
  #patience = { leftMs: DECIDE_MS };
  #before: Held | null = null;
  /** With what was taken for the first model; only the cost is put right here. */
  #dear: Held | null = null;
  #priced: Consumption;

  constructor(rates: readonly RateRule[], estimate: Consumption, taking: Taking) {
    this.#taking = taking;
    this.#estimate = estimate;
    this.#priced = estimate;
    this.#ofCost = rates.filter(isOfCost);
    this.#ofModel = rates.filter(isOfModel);
    const areAllAtOnce = this.#ofCost.length + this.#ofModel.length === 0;
    this.#atOnce = areAllAtOnce ? rates : rates.filter(isAtOnce);
    this.#models = areAllAtOnce
      ? noneOfModels
      : ofModels(this.#ofModel, (some, estimate) => this.#take(some, estimate));
    this.permit = this.#ofModel.length === 0 ? undefined : (candidate) => this.#permit(candidate);
  }

  /** What depends on neither model nor price. @throws RateLimitedProblem, UnavailableProblem */
  async takeAtOnce(): Promise<this> {
    try {
      this.#before = await this.#take(this.#atOnce, this.#estimate);
      return this;
    } catch (error) {
      throw this.#refused(error);
    }
  }

  within(decision: Decision): Decision | Promise<Decision> {
    return this.#models === noneOfModels ? decision : this.#withinModels(decision);
  }

  see(event: AttemptEvent): void {
    this.#models.see(event);
  }

  settle(actual: Consumption): readonly RateStanding[] {
    this.#put(actual, 'the rest');
    const standings = this.#before?.standings(actual) ?? [];
    if (this.#dear) standings.push(...this.#dear.standings(actual, isOfCost));
    standings.push(...this.#models.standings());
    return sortFew(standings, bindingFirst);
  }

  void(): void {
    this.#put(nothing, 'everything');
  }

  async #withinModels(decision: Decision): Promise<Decision> {
    if (this.#dear) {
      this.#dear.giveBack(nothing, 'everything');
      await nextTurn();
    }
    this.#priced = { ...this.#estimate, costNanos: decision.quoteNanos ?? 0n };
    const full = new Set<unknown>();
    for (const candidate of decision.candidates.filter(({ eligible }) => eligible)) {
      try {
        this.#dear = await this.#models.take(candidate.model.name, this.#priced, this.#ofCost);
        return full.size === 0
          ? decision
          : { ...decision, candidates: decision.candidates.filter((other) => !full.has(other)) };
      } catch (error) {
        full.add(candidate);
        const another = decision.candidates.some((other) => other.eligible && !full.has(other));
        if (!another || !isOneOf(this.#ofModel, error)) throw this.#refused(error);
      }
    }
    return decision;
  }

  async #permit({ model: { name } }: Candidate): Promise<Problem | null> {
    if (this.#models.readyFor(name)) return null;
    try {
      this.#patience = { leftMs: DECIDE_MS };
      await this.#models.take(name, this.#priced);
      return null;
    } catch (error) {
      const problem = this.#refused(error);
      if (problem instanceof Problem) return problem;
      throw problem;
    }
  }

  #take(rates: readonly RateRule[], estimate: Consumption): Promise<Held> | null {
    if (rates.length === 0) return null;
    const tooSmall = rates.find((rate) => neededOf(rate, estimate, rate.limit) > rate.limit);
    if (tooSmall) throw neverFits(tooSmall, neededOf(tooSmall, estimate, tooSmall.limit));
    return this.#taking.count.take(rates, estimate, this.#patience);
  }

  #refused(error: unknown): unknown {
    if (!(error instanceof Short)) return error;
    this.#taking.throttled(error.rate.limitId);
    return exhausted(error.rate, error.retryAfterMs);
  }

  #put(actual: Consumption, what: 'the rest' | 'everything'): void {
    this.#before?.giveBack(actual, what);
    this.#dear?.giveBack(actual, what, isOfCost);
    this.#models.end(actual);
  }
}

const isOfModel: Which = ({ scope }) => scope.kind === 'MODEL';
const isOfCost: Which = ({ scope, unit }) => scope.kind !== 'MODEL' && unit === 'COST_NANOS';
const isAtOnce: Which = ({ scope, unit }) => scope.kind !== 'MODEL' && unit !== 'COST_NANOS';

function isOneOf(rates: readonly RateRule[], error: unknown): boolean {
  const limitId =
    error instanceof Short ? error.rate.limitId : error instanceof RateLimitedProblem ? error.limitId : null;
  return rates.some((rate) => rate.limitId === limitId);
}

function bindingFirst(a: RateStanding, b: RateStanding): number {
  const [left, others] = [a.callsLeft ?? Number.POSITIVE_INFINITY, b.callsLeft ?? Number.POSITIVE_INFINITY];
  return left === others ? a.remaining / a.limit - b.remaining / b.limit : left - others;
}
