import type { Admission } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest, Target } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';
import { denialsOf } from '../core/model-demand.ts';
import { usdFromNanos } from '../core/money.ts';
import { type PolicyVerdict, verdictOf } from '../core/policy.ts';
import { NoEligibleTargetProblem } from '../core/problem.ts';
import type { BoundPolicy, Policies } from '../policies/index.ts';

/**
 * The admission for a target that a call is sent on to when its own is too dear. Models are judged by the rules of both
 * routes; rules about the text have had their turn before, so a route with further ones is not gone to.
 * @throws NoEligibleTargetProblem
 */
export function admittedTo(
  policies: Policies,
  caller: Caller,
  bound: readonly BoundPolicy[],
  admission: Admission,
  { target: from }: CompletionRequest,
  to: Target,
): Admission {
  if (sameTarget(from, to)) return admission;
  const both = policies.admit(caller, [from, to], bound);
  const gone = new Set(demandsOf(admission));
  if (demandsOf(both).some((demand) => !gone.has(demand))) {
    const route = 'route' in to ? to.route : to.model;
    throw new NoEligibleTargetProblem(
      `The call would go on to route '${route}', whose own policies it has not gone through. Bind them more widely.`,
    );
  }
  return { ...admission, models: both.models };
}

/** All that a call goes by: a copy has been sent to its model, by the route of the call that it is a copy of. */
export function targetsOf({ target, copy }: CompletionRequest): Target[] {
  return copy?.route ? [{ route: copy.route }, target] : [target];
}

export function sameTarget(one: Target, other: Target): boolean {
  return 'route' in one ? 'route' in other && one.route === other.route : 'model' in other && one.model === other.model;
}

/** Which rules these are, and whether they watch or act: one may be there in the place of another. */
function demandsOf({ tools, content, redaction, guardrails, agents, logging, retention }: Admission): string[] {
  return [tools, content, redaction, guardrails, agents, logging, retention].flatMap((demands, room) =>
    demands.map(({ source: { policyId, version, ruleIndex, mode } }) =>
      [room, policyId, version, ruleIndex, mode].join(' '),
    ),
  );
}

/** What watching rules would have refused of a decision. */
export function watchedDecision({ candidates, quoteNanos }: Decision, { models, content }: Admission): PolicyVerdict[] {
  if (models.length + content.length === 0) return [];
  const first = candidates.find(({ eligible }) => eligible);
  const watching = models.filter(({ source }) => source.mode === 'MONITOR');
  const denied = first ? denialsOf(watching, first.model) : [];
  const dear = content.flatMap(({ source, config: { maxCostPerRequestNanos: most } }) => {
    if (source.mode !== 'MONITOR' || most === null || quoteNanos === null || quoteNanos <= BigInt(most)) return [];
    const message = `The call can cost up to $${usdFromNanos(quoteNanos)}; $${usdFromNanos(BigInt(most))} are allowed.`;
    return [{ source, message }];
  });
  return [...denied, ...dear].map(({ source, message }) =>
    verdictOf(source, { outcome: 'BLOCKED', direction: 'INPUT', message }),
  );
}
