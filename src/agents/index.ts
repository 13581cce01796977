import type { AgentDemand } from '../core/admission.ts';
import type { TellAlert } from '../core/alert.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Demand } from '../core/policy.ts';
import type { Runtime } from '../core/runtime.ts';
import type { ScopeRef } from '../core/scope-ref.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import { type AgentLimitChange, type AgentLimitSaveInput, deleteLimit, saveLimit } from './save.ts';
import { createStep, type Hearing, type Turn } from './step.ts';
import { limitsOf, topicPrefix } from './store.ts';

export { erasableAgentRuns } from './erasable.ts';
export type { Turn } from './step.ts';

/** Agents call again and again; somebody has to count, and to notice when they go round in circles. */
export interface Agents {
  /**
   * Before a call: measures its prompt and, when it belongs to a run, counts a step of it. Costs nothing without
   * a run; with one, a transaction that makes the run's calls take turns, on all instances. What policies demand is
   * judged beside the limits of the room's own.
   * @param hearing hears which demand a step breaks, or would break where it is only watched
   * @returns null for a call that belongs to no run
   * @throws ContentTooLargeProblem; AgentStoppedProblem when the run has come to a limit that says STOP
   */
  step(
    caller: Caller,
    request: CompletionRequest,
    demands: readonly Demand<AgentDemand>[],
    hearing: Hearing,
  ): Promise<Turn | null>;
  /** What `step` would say, without a step: its transaction is undone. @returns the request as the turn would have it */
  foresee(...call: Parameters<Agents['step']>): Promise<CompletionRequest>;
  save(caller: Caller, input: AgentLimitSaveInput): Promise<AgentLimitChange>;
  delete(caller: Caller, id: string): Promise<AgentLimitChange>;
}

export interface AgentsNeeds {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly tell: TellAlert;
  readonly scopeExists: (tx: Transaction, organizationId: string, scope: ScopeRef) => Promise<boolean>;
  readonly runtime: Runtime;
}

export function createAgents({ database, snapshots, changes, tell, scopeExists, runtime }: AgentsNeeds): Agents {
  const copies = snapshots.of(topicPrefix, 10_000, (organizationId) => limitsOf(database, organizationId));
  return {
    ...createStep(database, copies.get, tell, runtime),
    save: saveLimit(changes, scopeExists, runtime),
    delete: deleteLimit(changes),
  };
}
