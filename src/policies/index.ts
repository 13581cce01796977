import type { Admission } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import { parse } from '../core/parse.ts';
import type { RuleSource } from '../core/policy.ts';
import { NotFoundProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { ScopeRef } from '../core/scope-ref.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import { bindPolicy, deletePolicy, type PolicyBindInput, unbindPolicy } from './bind.ts';
import type { PolicyChange } from './change.ts';
import { admissionAt, type BoundPolicy, type EffectiveRule, effectiveRules, type Place } from './effective.ts';
import { rulesInput, type StoredRule } from './rules.ts';
import { type PolicySaveInput, savePolicy } from './save.ts';
import { loadBound, policyById, rulesOf, topicPrefix } from './store.ts';

export type { PolicyBindInput } from './bind.ts';
export type { PolicyChange } from './change.ts';
export type { BoundPolicy, EffectiveRule, Place } from './effective.ts';
export type { StoredRule } from './rules.ts';
export type { PolicySaveInput } from './save.ts';

/** Which rules apply to a call. Answers with data; what it asks for is done by the rooms that follow. */
export interface Policies {
  /** All policies of an organization where they are bound: a copy at most half a second behind, on any instance. */
  bound(organizationId: string): Promise<readonly BoundPolicy[]>;
  /** Pure. What comes back holds for this one call. */
  admit(caller: Caller, request: Pick<CompletionRequest, 'target'>, bound: readonly BoundPolicy[]): Admission;
  /** Every rule that reaches a scope, with where it comes from and whether it holds. @throws NotFoundProblem */
  effective(caller: Caller, scope: ScopeRef): Promise<readonly EffectiveRule[]>;
  /**
   * What some policies would demand if they were enforced; drafts are rules that nobody has saved.
   * @throws NotFoundProblem, ValidationProblem
   */
  draft(caller: Caller, policyIds: readonly string[], rules: readonly object[]): Promise<readonly BoundPolicy[]>;
  /**
   * Writes a new version, which holds at once wherever the policy is bound. Without `id` it makes a new policy.
   * @throws ValidationProblem, NotFoundProblem, ConflictProblem, IdempotencyConflictProblem
   */
  save(caller: Caller, input: PolicySaveInput): Promise<PolicyChange>;
  /** @throws ValidationProblem, NotFoundProblem, IdempotencyConflictProblem */
  bind(caller: Caller, input: PolicyBindInput): Promise<PolicyChange>;
  /** @throws NotFoundProblem */
  unbind(caller: Caller, policyId: string, scope: ScopeRef): Promise<PolicyChange>;
  /** @throws ValidationProblem while it is bound somewhere; NotFoundProblem, ConflictProblem */
  delete(caller: Caller, policyId: string, expectedRevision: number): Promise<PolicyChange>;
}

export interface PoliciesNeeds {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly scopeExists: (tx: Transaction, organizationId: string, scope: ScopeRef) => Promise<boolean>;
  /** Where a scope stands among the others; null when there is no such thing. */
  readonly placeOf: (organizationId: string, scope: ScopeRef) => Promise<Place>;
  readonly runtime: Runtime;
}

/** Organizations whose policies are kept at hand. */
const REMEMBERED_ORGANIZATIONS = 10_000;

/** Where rules come from that are only tried out. */
const DRAFT: Pick<RuleSource, 'policyId' | 'policySlug'> = { policyId: 'draft', policySlug: 'draft' };

export function createPolicies(needs: PoliciesNeeds): Policies {
  const { database, snapshots, changes, scopeExists, placeOf, runtime } = needs;
  const copies = snapshots.of(topicPrefix, REMEMBERED_ORGANIZATIONS, (organizationId) =>
    loadBound(database, organizationId),
  );
  return {
    bound: (organizationId) => copies.get(organizationId),
    admit: ({ teamId, projectId, apiKeyId }, { target }, bound) =>
      admissionAt(bound, { teamId, projectId, apiKeyId, route: 'route' in target ? target.route : null }),
    async effective({ organizationId }, scope) {
      const [bound, place] = await Promise.all([copies.get(organizationId), placeOf(organizationId, scope)]);
      return effectiveRules(bound, place);
    },
    async draft({ organizationId }, policyIds, rules) {
      const enforced = { scope: { kind: 'ORGANIZATION', reference: null }, mode: 'ENFORCE' } as const;
      const apart = { replaceable: false, replaces: [], ...enforced };
      const saved = await Promise.all(policyIds.map((id) => savedPolicy(database, organizationId, id)));
      const drafts: StoredRule[] = parse(rulesInput, rules);
      const { policyId: id, policySlug: slug } = DRAFT;
      const draft = drafts.length > 0 ? [{ id, slug, version: 0, rules: drafts }] : [];
      return [...saved, ...draft].map((policy) => ({ ...policy, ...apart }));
    },
    save: savePolicy(changes, runtime),
    bind: bindPolicy(changes, scopeExists, runtime),
    unbind: unbindPolicy(changes, runtime),
    delete: deletePolicy(changes),
  };
}

async function savedPolicy(database: Database, organizationId: string, id: string) {
  const policy = await policyById(database, organizationId, id);
  if (!policy) throw new NotFoundProblem('Policy', id);
  const { slug, version } = policy;
  return { id, slug, version, rules: await rulesOf(database, id, version) };
}
