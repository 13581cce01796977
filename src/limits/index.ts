import type { RateRule } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Runtime } from '../core/runtime.ts';
import type { ScopeRef } from '../core/scope-ref.ts';
import type { Changes } from '../platform/changes.ts';
import type { Counters } from '../platform/counters/counters.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import { type LimitsHealth, type Slip, taking } from './counting.ts';
import type { Consumption } from './demand.ts';
import { ratesFor } from './matching.ts';
import { deleteLimit, type RateLimitChange, type RateLimitSaveInput, saveLimit } from './save.ts';
import { type RateLimitState, stateOf } from './state.ts';
import { limitsOf, topicPrefix } from './store.ts';
import { takeForModel } from './take-for-model.ts';

export type { LimitsHealth, Slip } from './counting.ts';
export type { Consumption } from './demand.ts';

/** How much of something may happen in a window of time, and at once. */
export interface Limits {
  /** The rates that hold for a call, those of models included; from a copy that is at most half a second old. */
  ratesOf(caller: Caller, request: CompletionRequest): Promise<readonly RateRule[]>;
  /**
   * Takes the call's share from every rate that does not depend on the model or the price, or from none.
   * Decided within 100 ms: when the shared counters are slow or gone, by each limit's own policy.
   * @param estimate what the call will use as far as one can tell beforehand
   * @throws RateLimitedProblem naming the limit that is short and how long to wait
   * @throws UnavailableProblem when it cannot be counted and a limit says FAIL_CLOSED
   */
  take(rates: readonly RateRule[], estimate: Consumption): Promise<Slip>;
  /**
   * The same for the rates of models and of cost, once candidates are known: for the first of `models` whose limits
   * have room. A fallback after that one is counted by neither.
   * @param models names in the order in which they would be asked; one at least
   * @returns how many of `models` were passed over
   */
  takeForModel(
    rates: readonly RateRule[],
    models: readonly string[],
    estimate: Consumption,
  ): Promise<{ readonly slip: Slip; readonly passedOver: number }>;
  /** What is used of a limit now. Null when it counts each end user by itself and none is named. */
  state(limitId: string, organizationId: string, endUser: string | null): Promise<RateLimitState | null>;
  save(caller: Caller, input: RateLimitSaveInput): Promise<RateLimitChange>;
  delete(caller: Caller, id: string): Promise<RateLimitChange>;
  /** How counting is going on this instance. */
  health(): LimitsHealth;
}

export interface LimitsNeeds {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  /** Of all instances. */
  readonly counters: Counters;
  /** Of this process, for when the others cannot be asked. */
  readonly localCounters: Counters;
  readonly scopeExists: (tx: Transaction, organizationId: string, scope: ScopeRef) => Promise<boolean>;
  readonly runtime: Runtime;
}

export function createLimits(needs: LimitsNeeds): Limits {
  const { database, snapshots, changes, counters, localCounters, scopeExists, runtime } = needs;
  const copies = snapshots.of(topicPrefix, 10_000, (organizationId) => limitsOf(database, organizationId));
  const count = taking(counters, localCounters, runtime);
  return {
    ratesOf: async (caller, request) => ratesFor(await copies.get(caller.organizationId), caller, request),
    take: (rates, estimate) =>
      count.take(
        rates.filter(({ scope, unit }) => scope.kind !== 'MODEL' && unit !== 'COST_NANOS'),
        estimate,
      ),
    takeForModel: (rates, models, estimate) => takeForModel(count.take, rates, models, estimate),
    async state(limitId, organizationId, endUser) {
      const limit = (await copies.get(organizationId)).find(({ id }) => id === limitId);
      return limit ? stateOf(counters, runtime.clock, limit, endUser) : null;
    },
    save: saveLimit(changes, scopeExists, runtime),
    delete: deleteLimit(changes),
    health: count.health,
  };
}
