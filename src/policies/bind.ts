import { z } from 'zod';
import type { Caller } from '../core/caller.ts';
import { actorOf, diffOf, type FieldChange } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import { parse } from '../core/parse.ts';
import { idempotencyKey } from '../core/plain-text.ts';
import { policyModes, policyScopes } from '../core/policy.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { type ScopeRef, spokenScope } from '../core/scope-ref.ts';
import type { Changes } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { PolicyChange } from './change.ts';
import { mustBe } from './save.ts';
import {
  bindingsOf,
  deletePolicyRow,
  type PolicyRow,
  policyById,
  removeBinding,
  topicOf,
  writeBinding,
  writePolicy,
} from './store.ts';

const bindInput = z.object({
  policy: z.string(),
  scope: z.object({
    kind: z.enum(
      policyScopes,
      'is nothing a policy can be bound to: name organization, team, project, route or apiKey',
    ),
    reference: z.string().min(1).max(256).nullable(),
  }),
  mode: z.enum(policyModes),
  note: z.string().max(2000).nullish(),
  idempotencyKey,
});
export type PolicyBindInput = Omit<z.input<typeof bindInput>, 'scope'> & { readonly scope: ScopeRef };

/** Makes a policy hold at a scope, or changes its mode there. */
export function bindPolicy(
  changes: Changes,
  scopeExists: (tx: Transaction, organizationId: string, scope: ScopeRef) => Promise<boolean>,
  { clock }: Runtime,
) {
  return async (caller: Caller, given: PolicyBindInput): Promise<PolicyChange> => {
    const { idempotencyKey: key, ...input } = parse(bindInput, given);
    const { policy: policyId, scope, mode, note = null } = input;
    const { organizationId, apiKeyId } = caller;
    return changed(
      changes,
      caller,
      policyId,
      'policy.bind',
      note,
      async (tx, _policy, at) => {
        if (!(await scopeExists(tx, organizationId, scope))) {
          throw new NotFoundProblem(scope.kind.toLowerCase(), scope.reference ?? '');
        }
        await writeBinding(tx, policyId, scope, mode, apiKeyId, at);
      },
      clock.now(),
      key ? { key, input: { operation: 'policyBind', ...input } } : undefined,
    );
  };
}

/** @throws NotFoundProblem when the policy is not bound there */
export function unbindPolicy(changes: Changes, { clock }: Runtime) {
  return async (caller: Caller, policyId: string, scope: ScopeRef): Promise<PolicyChange> =>
    changed(
      changes,
      caller,
      policyId,
      'policy.unbind',
      null,
      async (tx) => {
        const bound = await bindingsOf(tx, policyId);
        if (!bound.some(({ scope: one }) => one.kind === scope.kind && one.reference === scope.reference)) {
          throw new NotFoundProblem('PolicyBinding', `${policyId} at ${spokenScope(scope)}`);
        }
        await removeBinding(tx, policyId, scope);
      },
      clock.now(),
    );
}

/** A policy that is bound somewhere stays: taking protection away is a step of its own. */
export function deletePolicy(changes: Changes) {
  return async (caller: Caller, policyId: string, expectedRevision: number): Promise<PolicyChange> => {
    const { organizationId } = caller;
    let diff: readonly FieldChange[] = [];
    const change = await changes.make(topicOf(organizationId), async (tx) => {
      const policy = await policyById(tx, organizationId, policyId);
      if (!policy) throw new NotFoundProblem('Policy', policyId);
      mustBe(policy, expectedRevision);
      const bound = await bindingsOf(tx, policyId);
      if (bound.length > 0) {
        const places = bound.map(({ scope }) => spokenScope(scope)).join(', ');
        throw ValidationProblem.at('id', 'BOUND', `The policy is bound to ${places}. Unbind it first.`);
      }
      await deletePolicyRow(tx, policyId);
      const { id: _id, ...fields } = policy;
      diff = diffOf({ ...fields } as Json, null);
      return {
        organizationId,
        actor: actorOf(caller),
        action: 'policy.delete',
        resourceType: 'Policy',
        resourceId: policyId,
        diff,
      };
    });
    return { policyId, change, diff };
  };
}

/** A change of where a policy is bound: counts its revision and shows all bindings before and after. */
async function changed(
  changes: Changes,
  caller: Caller,
  policyId: string,
  action: string,
  reason: string | null,
  write: (tx: Transaction, policy: PolicyRow, at: Date) => Promise<void>,
  now: number,
  repeated?: { readonly key: string; readonly input: unknown },
): Promise<PolicyChange> {
  const { organizationId, apiKeyId } = caller;
  const at = new Date(now);
  let diff: readonly FieldChange[] = [];
  const change = await changes.make(
    topicOf(organizationId),
    async (tx) => {
      const policy = await policyById(tx, organizationId, policyId);
      if (!policy) throw new NotFoundProblem('Policy', policyId);
      const before = spoken(await bindingsOf(tx, policyId));
      await write(tx, policy, at);
      await writePolicy(tx, organizationId, { ...policy, revision: policy.revision + 1 }, at);
      diff = diffOf(before, spoken(await bindingsOf(tx, policyId)));
      return {
        organizationId,
        actor: actorOf(caller),
        action,
        resourceType: 'Policy',
        resourceId: policyId,
        reason,
        diff,
      };
    },
    repeated && { organizationId, actorId: apiKeyId, ...repeated },
  );
  return { policyId, change, diff };
}

function spoken(bound: Awaited<ReturnType<typeof bindingsOf>>): Json {
  return { bindings: Object.fromEntries(bound.map(({ scope, mode }) => [spokenScope(scope), mode])) };
}
