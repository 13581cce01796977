import { z } from 'zod';
import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import { parse } from '../core/parse.ts';
import { idempotencyKey } from '../core/plain-text.ts';
import { NotFoundProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { type ScopeRef, scopeKinds } from '../core/scope-ref.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import { findLimit, removeLimit, type StoredAgentLimit, topicPrefix, writeLimit } from './store.ts';

export interface AgentLimitChange {
  readonly id: string;
  readonly change: ChangeReceipt;
}

const most = z
  .number()
  .int()
  .min(1)
  .max(2 ** 31 - 1)
  .nullish()
  .transform((value) => value ?? null);

const saveInput = z
  .object({
    scope: z.object({
      kind: z
        .enum(scopeKinds)
        .exclude(['MODEL', 'AGENT_RUN'], 'is no scope of agents: it is not what their calls come from'),
      reference: z.string().min(1).max(256).nullable(),
    }),
    maxSteps: most,
    maxCostNanos: z
      .bigint()
      .min(1n)
      .nullish()
      .transform((value) => value ?? null),
    maxDurationMs: z
      .number()
      .int()
      .min(1)
      .nullish()
      .transform((value) => value ?? null),
    maxToolCalls: most,
    maxIdenticalSteps: most,
    maxPromptTokens: most,
    onLimit: z.enum(['WARN', 'DOWNGRADE', 'STOP']),
    downgradeRoute: z
      .string()
      .min(1)
      .max(63)
      .nullish()
      .transform((value) => value ?? null),
    idempotencyKey,
  })
  .refine(({ onLimit, downgradeRoute }) => (onLimit === 'DOWNGRADE') === (downgradeRoute !== null), {
    path: ['downgradeRoute'],
    message: 'is needed with DOWNGRADE, and with nothing else',
  });
export type AgentLimitSaveInput = z.input<typeof saveInput>;

/** Writes the limit of a scope: there is one per scope. */
export function saveLimit(
  changes: Changes,
  scopeExists: (tx: Transaction, organizationId: string, scope: ScopeRef) => Promise<boolean>,
  { ids, clock }: Runtime,
) {
  return async (caller: Caller, given: AgentLimitSaveInput): Promise<AgentLimitChange> => {
    const { idempotencyKey, ...wanted } = parse(saveInput, given);
    const { organizationId } = caller;
    const change = await changes.make(
      `${topicPrefix}:${organizationId}`,
      async (tx) => {
        if (!(await scopeExists(tx, organizationId, wanted.scope))) {
          throw new NotFoundProblem(wanted.scope.kind.toLowerCase(), wanted.scope.reference ?? '');
        }
        const before = await findLimit(tx, organizationId, wanted.scope);
        const limit: StoredAgentLimit = { id: before?.id ?? ids.next('agl'), ...wanted };
        await writeLimit(tx, organizationId, limit, new Date(clock.now()));
        return {
          organizationId,
          actor: actorOf(caller),
          action: before ? 'agentLimit.change' : 'agentLimit.create',
          resourceType: 'AgentLimit',
          resourceId: limit.id,
          diff: diffOf(before && shown(before), shown(limit)),
        };
      },
      idempotencyOf(caller, 'agentLimitSave', { idempotencyKey, ...shown({ id: '', ...wanted }) }),
    );
    return { id: change.resourceId, change };
  };
}

export function deleteLimit(changes: Changes) {
  return async (caller: Caller, id: string): Promise<AgentLimitChange> => {
    const { organizationId } = caller;
    const change = await changes.make(`${topicPrefix}:${organizationId}`, async (tx) => {
      const before = await findLimit(tx, organizationId, id);
      if (!before) throw new NotFoundProblem('AgentLimit', id);
      await removeLimit(tx, id);
      return {
        organizationId,
        actor: actorOf(caller),
        action: 'agentLimit.delete',
        resourceType: 'AgentLimit',
        resourceId: id,
        diff: diffOf(shown(before), null),
      };
    });
    return { id, change };
  };
}

function shown({ id: _id, scope, maxCostNanos, ...rest }: StoredAgentLimit): { readonly [field: string]: Json } {
  return { ...rest, scope: { ...scope }, maxCostNanos: maxCostNanos?.toString() ?? null };
}
