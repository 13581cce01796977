import type { Admission } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { Target } from '../core/chat.ts';
import type { DecisionOf, ModelBook } from '../core/decision.ts';
import { type Happening, reading } from '../core/happening.ts';
import type { KeptPlace } from '../core/kept-place.ts';
import { parse } from '../core/parse.ts';
import { NotFoundProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { type ScopeRef, spokenScope } from '../core/scope-ref.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import { bindPolicy, deletePolicy, type PolicyBindInput, unbindPolicy } from './bind.ts';
import type { PolicyChange } from './change.ts';
import { admissionAt, type BoundPolicy, type EffectiveRule, effectiveRules, type Place } from './effective.ts';
import { rulesInput, type StoredRule } from './rules.ts';
import { type PolicySaveInput, savePolicy } from './save.ts';
import { checkedMaximum, type KeptTrial, type PolicySimulation, simulate } from './simulate.ts';
import { loadBound, organizationsWith, type PastCall, pastCalls, policyById, rulesOf, topicPrefix } from './store.ts';

export type { PolicyBindInput } from './bind.ts';
export type { PolicyChange } from './change.ts';
export type { BoundPolicy, EffectiveRule, Place } from './effective.ts';
export type { StoredRule } from './rules.ts';
export type { PolicySaveInput } from './save.ts';
export type { KeptTrial, PolicySimulation } from './simulate.ts';
export type { PastCall } from './store.ts';

/** Which rules apply to a call. Answers with data; what it asks for is done by the rooms that follow. */
export interface Policies {
  /** All policies of an organization where they are bound: a copy at most half a second behind, on any instance. */
  bound(organizationId: string): Promise<readonly BoundPolicy[]>;
  /** Pure. What comes back holds for this one call, with all targets it is aimed at. */
  admit(caller: Caller, targets: readonly Target[], bound: readonly BoundPolicy[]): Admission;
  /** The organizations that say how long things are kept, and what they say of a place; read inside `tx`. */
  retention(tx: Transaction): Promise<readonly RetentionRules[]>;
  /** Every rule that reaches a scope, with where it comes from and whether it holds. @throws NotFoundProblem */
  effective(caller: Caller, scope: ScopeRef): Promise<readonly EffectiveRule[]>;
  /**
   * What policies and drafts would demand at a scope if they were enforced there; with neither, what is demanded there.
   * @throws NotFoundProblem, ValidationProblem
   */
  rehearse(caller: Caller, rehearsal: Rehearsal): Promise<Admission>;
  /**
   * The same, tried on the calls of a time, by what is kept of them, see simulate.ts. What was said in them is read
   * for a caller with CONTENT_READ alone, and that is in the audit log before there is an answer.
   */
  simulate(
    caller: Caller,
    rehearsal: Rehearsal & PastRange,
    around: Past,
    signal: AbortSignal,
  ): Promise<PolicySimulation>;
  /** The enforced policy that has everything at a place held, by its slug; null where nobody does. Read inside the transaction. */
  holds(tx: Transaction, organizationId: string): Promise<(place: KeptPlace) => string | null>;
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

export interface RetentionRules {
  readonly organizationId: string;
  /** Another one whenever these rules, or where they hold, have changed. */
  readonly mark: string;
  /** Of the calls of one key. */
  demandsAt(place: KeptPlace): Admission['retention'];
}

/** What is tried: saved policies, and rules that nobody has saved. */
export interface Rehearsal {
  readonly policyIds: readonly string[];
  readonly rules: readonly object[];
  readonly scope: ScopeRef;
}

export interface PastRange {
  readonly range: { readonly from: Date; readonly to: Date };
  /** The newest. */
  readonly maxRequests: number;
}

/** What other rooms know of the past. */
export interface Past {
  readonly models: ModelBook;
  tryOnKept(caller: Caller, call: PastCall, admission: Admission, signal: AbortSignal): Promise<KeptTrial>;
  audit(happening: Happening): Promise<void>;
}

export interface PoliciesNeeds {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly scopeExists: (tx: Transaction, organizationId: string, scope: ScopeRef) => Promise<boolean>;
  /** Where a scope stands among the others; null when there is no such thing. */
  readonly placeOf: (organizationId: string, scope: ScopeRef) => Promise<Place>;
  readonly decisionOf: DecisionOf;
  readonly runtime: Runtime;
}

/** Organizations whose policies are kept at hand. */
const REMEMBERED_ORGANIZATIONS = 10_000;

const notForYou = { unread: 'to read what was said, an API key needs CONTENT_READ' };

/** Where rules come from that are only tried out. */
const DRAFT = { id: 'draft', slug: 'draft' };

export function createPolicies(needs: PoliciesNeeds): Policies {
  const { database, snapshots, changes, scopeExists, placeOf, decisionOf, runtime } = needs;
  const copies = snapshots.of(topicPrefix, REMEMBERED_ORGANIZATIONS, (organizationId) =>
    loadBound(database, organizationId),
  );
  /** Saved and unsaved rules as if they were bound to the scope alone. */
  async function enforced(organizationId: string, { policyIds, rules, scope }: Rehearsal): Promise<BoundPolicy[]> {
    const saved = await Promise.all(policyIds.map((id) => savedPolicy(database, organizationId, id)));
    const drafts: StoredRule[] = parse(rulesInput, rules);
    const draft = drafts.length > 0 ? [{ ...DRAFT, version: 0, rules: drafts }] : [];
    const apart = { replaceable: false, replaces: [], mode: 'ENFORCE' as const, scope };
    return [...saved, ...draft].map((policy) => ({ ...policy, ...apart }));
  }

  return {
    bound: (organizationId) => copies.get(organizationId),
    admit({ teamId, projectId, apiKeyId }, targets, bound) {
      const routes = targets.flatMap((target) => ('route' in target ? [target.route] : []));
      return admissionAt(bound, { teamId, projectId, apiKeyId, routes });
    },
    async retention(tx) {
      const rules: RetentionRules[] = [];
      for (const { id: organizationId, mark } of await organizationsWith(tx, 'retention')) {
        const bound = await loadBound(tx, organizationId);
        rules.push({ organizationId, mark, demandsAt: (place) => retentionAt(bound, place) });
      }
      return rules;
    },
    async holds(tx, organizationId) {
      const bound = await loadBound(tx, organizationId);
      return (place) =>
        retentionAt(bound, place).find(({ source, config }) => source.mode === 'ENFORCE' && config.legalHold)?.source
          .policySlug ?? null;
    },
    async effective({ organizationId }, scope) {
      const [bound, place] = await Promise.all([copies.get(organizationId), placeOf(organizationId, scope)]);
      return effectiveRules(bound, place);
    },
    async rehearse(caller, rehearsal) {
      const { organizationId } = caller;
      const place = await placeOf(organizationId, rehearsal.scope);
      const { policyIds, rules } = rehearsal;
      const tried = policyIds.length + rules.length > 0;
      return admissionAt(tried ? await enforced(organizationId, rehearsal) : await copies.get(organizationId), place);
    },
    async simulate(caller, { range, maxRequests, ...rehearsal }, { models, tryOnKept, audit }, signal) {
      const { organizationId, scopes } = caller;
      const { scope } = rehearsal;
      const most = checkedMaximum(maxRequests);
      await placeOf(organizationId, scope);
      const calls = pastCalls(database, organizationId, scope, range, decisionOf);
      const trial = (call: PastCall, admission: Admission): Promise<KeptTrial> =>
        scopes.has('CONTENT_READ') ? tryOnKept(caller, call, admission, signal) : Promise.resolve(notForYou);
      const draft = await enforced(organizationId, rehearsal);
      const simulation = await simulate(draft, calls, most, models, trial, runtime.clock, signal);
      const { read, examples } = simulation;
      if (read > 0) {
        const why = `policySimulate tried rules on ${read} calls from ${range.from.toISOString()} to ${range.to.toISOString()}.`;
        await audit(reading(caller, 'PolicySimulation', spokenScope(scope), why));
      }
      for (const { requestId, excerpt } of examples) {
        if (excerpt !== null)
          await audit(reading(caller, 'GatewayRequest', requestId, 'An example of policySimulate.'));
      }
      return simulation;
    },
    save: savePolicy(changes, runtime),
    bind: bindPolicy(changes, scopeExists, runtime),
    unbind: unbindPolicy(changes, runtime),
    delete: deletePolicy(changes),
  };
}

function retentionAt(bound: readonly BoundPolicy[], { route, ...place }: KeptPlace): Admission['retention'] {
  return admissionAt(bound, { ...place, routes: route === null ? [] : [route] }).retention;
}

async function savedPolicy(database: Database, organizationId: string, id: string) {
  const policy = await policyById(database, organizationId, id);
  if (!policy) throw new NotFoundProblem('Policy', id);
  const { slug, version } = policy;
  return { id, slug, version, rules: await rulesOf(database, id, version) };
}
