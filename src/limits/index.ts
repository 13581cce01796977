import type { RateRule } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Runtime } from '../core/runtime.ts';
import type { ScopeRef } from '../core/scope-ref.ts';
import type { Changes } from '../platform/changes.ts';
import type { Counters, LocalCounters } from '../platform/counters/counters.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import { counting, type LimitsHealth } from './counting.ts';
import type { Consumption } from './demand.ts';
import { foresee, type RateLimitCheck } from './foresee.ts';
import { ratesFor } from './matching.ts';
import { deleteLimit, type RateLimitChange, type RateLimitSaveInput, saveLimit } from './save.ts';
import { type Slip, slips } from './slip.ts';
import { type RateLimitState, stateOf } from './state.ts';
import { limitsOf, topicPrefix } from './store.ts';

export type { LimitsHealth } from './counting.ts';
export type { Consumption } from './demand.ts';
export type { RateLimitCheck } from './foresee.ts';
export type { Slip } from './slip.ts';

/** How much of something may happen in a window of time, and at once. */
export interface Limits {
  /** The rates that hold for a call, those of models included; from a copy that is at most half a second old. */
  ratesOf(caller: Caller, request: CompletionRequest): Promise<readonly RateRule[]>;
  /**
   * Takes the call's share from every rate that does not depend on the model or the price, or from none; the slip takes
   * the others once there is a decision, and before each further attempt. A call waits 80 ms for the shared counters
   * until its first attempt, and as long before each other: when they are slow or gone, each limit's own policy decides.
   * @param estimate what the call will use as far as one can tell beforehand
   * @throws RateLimitedProblem naming the limit that is short and how long to wait
   * @throws UnavailableProblem when it cannot be counted and a limit says FAIL_CLOSED
   */
  take(rates: readonly RateRule[], estimate: Consumption): Promise<Slip>;
  /** What the limits would say to a call for `model`, without taking anything. @throws UnavailableProblem */
  foresee(rates: readonly RateRule[], model: string | null, estimate: Consumption): Promise<readonly RateLimitCheck[]>;
  /** What is used of a limit now. Null when it counts each of its subjects by itself and none is named. */
  state(limitId: string, organizationId: string, subject: string | null): Promise<RateLimitState | null>;
  save(caller: Caller, input: RateLimitSaveInput): Promise<RateLimitChange>;
  delete(caller: Caller, id: string): Promise<RateLimitChange>;
  /** How counting is going on this instance; decided within 100 ms too. */
  health(): Promise<LimitsHealth>;
}

export interface LimitsNeeds {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  /** Of all instances. */
  readonly counters: Counters;
  /** Of this process, for when the others cannot be asked; the same where it shares none. */
  readonly localCounters: LocalCounters;
  readonly scopeExists: (tx: Transaction, organizationId: string, scope: ScopeRef) => Promise<boolean>;
  readonly runtime: Runtime;
}

export function createLimits(needs: LimitsNeeds): Limits {
  const { database, snapshots, changes, counters, localCounters, scopeExists, runtime } = needs;
  const copies = snapshots.of(topicPrefix, 10_000, (organizationId) => limitsOf(database, organizationId));
  const count = counting(counters, localCounters, runtime);
  return {
    ratesOf: (caller, request) => copies.get(caller.organizationId).then((limits) => ratesFor(limits, caller, request)),
    take: slips(count, counters, runtime),
    foresee: (rates, model, estimate) => foresee(counters, rates, model, estimate),
    async state(limitId, organizationId, subject) {
      const limit = (await copies.get(organizationId)).find(({ id }) => id === limitId);
      return limit ? stateOf(counters, runtime.clock, limit, subject) : null;
    },
    save: saveLimit(changes, scopeExists, runtime),
    delete: deleteLimit(changes),
    health: count.health,
  };
}
