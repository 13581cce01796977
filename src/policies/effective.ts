import { type Admission, asksForNothing } from '../core/admission.ts';
import { type PolicyMode, policyScopes } from '../core/policy.ts';
import type { ScopeRef } from '../core/scope-ref.ts';
import { apply, type StoredRule } from './rules.ts';

/** A policy where it is bound: everything that its rules need to be applied. */
export interface BoundPolicy {
  readonly id: string;
  readonly slug: string;
  readonly version: number;
  readonly replaceable: boolean;
  readonly replaces: readonly string[];
  readonly rules: readonly StoredRule[];
  readonly scope: ScopeRef;
  readonly mode: PolicyMode;
}

/** Where a call, or a question about calls, stands. What is null is not asked about: wider scopes only. */
export interface Place {
  readonly teamId: string | null;
  readonly projectId: string | null;
  /** All that the call goes by: the one it names, and one it is sent on to. */
  readonly routes: readonly string[];
  readonly apiKeyId: string | null;
}

export interface EffectiveRule {
  readonly rule: StoredRule;
  readonly policy: BoundPolicy;
  readonly ruleIndex: number;
  /** The policy that stands in for this one here, so that this rule does not hold; null: it holds. */
  readonly overriddenBy: BoundPolicy | null;
}

/**
 * Pure: all rules that reach a place, from the widest scope to the narrowest.
 *
 * Rules add up: a narrower scope can only make things stricter. There is one exception, which both sides must have
 * written down: a policy that names another in `replaces`, is enforced at a narrower scope, and meets one that is
 * `replaceable`, stands in for it. A policy bound twice holds as strictly as its strictest binding.
 */
export function effectiveRules(bound: readonly BoundPolicy[], place: Place): EffectiveRule[] {
  const here = strictestOf(bound.filter(({ scope }) => covers(scope, place)));
  return here.flatMap((policy) => {
    const overriddenBy = here.find((other) => standsIn(other, policy)) ?? null;
    return policy.rules.map((rule, ruleIndex) => ({ rule, policy, ruleIndex, overriddenBy }));
  });
}

/** By what is bound, and by which of that reaches a place: copies never change, and few places differ. */
const admissions = new WeakMap<readonly BoundPolicy[], Map<string, Admission>>();

/** Pure: what all rules that hold at a place demand; the same object for all places that the same policies reach. */
export function admissionAt(bound: readonly BoundPolicy[], place: Place): Admission {
  let reaching = '';
  for (let at = 0; at < bound.length; at++) if (covers(bound[at]!.scope, place)) reaching += `${at} `;
  const made = admissions.get(bound) ?? new Map<string, Admission>();
  const known = made.get(reaching);
  if (known) return known;
  const admission = makeAdmission(bound, place);
  admissions.set(bound, made.set(reaching, admission));
  return admission;
}

function makeAdmission(bound: readonly BoundPolicy[], place: Place): Admission {
  let admission = asksForNothing;
  for (const { rule, policy, ruleIndex, overriddenBy } of effectiveRules(bound, place)) {
    if (overriddenBy) continue;
    const { id, slug, version, mode, scope } = policy;
    admission = apply(admission, rule, { policyId: id, policySlug: slug, version, ruleIndex, mode, scope });
  }
  return admission;
}

/** One entry per policy: the narrowest of its strictest bindings, which is the hardest to be stood in for. */
function strictestOf(bound: readonly BoundPolicy[]): BoundPolicy[] {
  const byPolicy = new Map<string, BoundPolicy>();
  for (const one of [...bound].sort((a, b) => widthOf(a) - widthOf(b))) {
    const known = byPolicy.get(one.id);
    if (!known || known.mode === 'MONITOR' || one.mode === 'ENFORCE') byPolicy.set(one.id, one);
  }
  return [...byPolicy.values()].sort((a, b) => widthOf(a) - widthOf(b));
}

function standsIn(other: BoundPolicy, policy: BoundPolicy): boolean {
  if (!policy.replaceable || !other.replaces.includes(policy.slug)) return false;
  // Who only watches must not switch off somebody who acts.
  return widthOf(other) > widthOf(policy) && (other.mode === 'ENFORCE' || policy.mode === 'MONITOR');
}

function widthOf({ scope }: BoundPolicy): number {
  return (policyScopes as readonly string[]).indexOf(scope.kind);
}

function covers({ kind, reference }: ScopeRef, place: Place): boolean {
  switch (kind) {
    case 'ORGANIZATION':
      return true;
    case 'TEAM':
      return reference === place.teamId;
    case 'PROJECT':
      return reference === place.projectId;
    case 'ROUTE':
      return reference !== null && place.routes.includes(reference);
    case 'API_KEY':
      return reference === place.apiKeyId;
    default:
      return false;
  }
}
