import type { BudgetCheck } from '../budgets/index.ts';
import type { Caller } from '../core/caller.ts';
import { type CompletionRequest, inputCharacters } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';
import { estimateTokens } from '../core/usage.ts';
import type { RateLimitCheck } from '../limits/index.ts';
import { refusalOf, routeBook, type Surroundings } from '../routing/index.ts';
import type { RoomsOnTheWay } from './complete.ts';
import { surroundingsOf } from './surroundings.ts';

/** What a call would meet on its way, up to the first thing that costs money. */
export interface Explanation {
  readonly decision: Decision;
  /** Why the gateway would not make the call; null when it would. */
  readonly refusal: string | null;
  readonly hints: readonly string[];
  /** As providers would see it. */
  readonly effective: CompletionRequest;
  readonly wouldHitCache: boolean;
  readonly budgetChecks: readonly BudgetCheck[];
  readonly rateLimitChecks: readonly RateLimitCheck[];
}

/** Another version of a route than the one that serves traffic. */
export interface OtherVersion {
  readonly routeId: string;
  /** Null: the newest. */
  readonly version: number | null;
}

/**
 * The way of complete.ts without its effects: nothing is taken, reserved, sent or stored.
 * @param other tried instead of the request's own target; null = what would really happen
 * @throws ValidationProblem for an unknown route or model, NotFoundProblem for an unknown version
 */
export async function explain(
  rooms: RoomsOnTheWay,
  caller: Caller,
  request: CompletionRequest,
  other: OtherVersion | null,
): Promise<Explanation> {
  const { policies, limits, redaction, cache, routing, models, budgets, experiments } = rooms;
  const { organizationId } = caller;
  const tried = other && (await routing.version(organizationId, other.routeId, other.version));
  const admitted = policies.admit(caller, [request.target], await policies.bound(organizationId));
  const admission = { ...admitted, rates: await limits.ratesOf(caller, request) };
  const { request: redacted } = redaction.redact(request, admission.redaction, caller);
  const effective = tried ? { ...redacted, target: { route: tried.slug } } : redacted;
  const [published, book, known, surroundings, quality] = await Promise.all([
    routing.routes(organizationId),
    models.book(organizationId),
    cache.recall(organizationId, effective, admission.cache),
    surroundingsOf(rooms, caller, effective),
    experiments.quality(organizationId),
  ]);
  const routes = tried ? routeBook([tried]) : published;
  const asked = { request: effective, admission, routes, models: book };
  const explained = (surroundings: Surroundings) =>
    routing.explain(organizationId, { ...asked, surroundings }, quality);
  // As `choose` does for calls: copies of budgets pass over targets, and refuse nothing.
  const within = explained(surroundings);
  const { decision, hints } = firstOf(within.decision) ? within : explained(surroundings.unlimited);
  const first = firstOf(decision);
  const estimate = {
    inputTokens: estimateTokens(inputCharacters(request)),
    outputTokens: request.sampling.maxOutputTokens ?? null,
    costNanos: decision.quoteNanos ?? 0n,
  };
  const [budgetChecks, rateLimitChecks] = await Promise.all([
    budgets.foresee({ caller, request: effective, decision }),
    limits.foresee(admission.rates, first?.target.model ?? null, estimate),
  ]);
  return {
    decision,
    refusal:
      refusalOf(decision, effective, book)?.message ?? refusedBy(budgetChecks) ?? limitedBy(rateLimitChecks) ?? null,
    hints,
    effective,
    wouldHitCache: known !== null,
    budgetChecks,
    rateLimitChecks,
  };
}

function firstOf({ candidates: [first] }: Decision) {
  return first?.eligible ? first : undefined;
}

function refusedBy(checks: readonly BudgetCheck[]): string | undefined {
  const short = checks.find(({ wouldExceed, onExceed }) => wouldExceed && onExceed === 'BLOCK');
  return short && `Budget '${short.slug}' cannot pay for it.`;
}

function limitedBy(checks: readonly RateLimitCheck[]): string | undefined {
  const short = checks.find(({ wouldExceed }) => wouldExceed);
  return (
    short && `Limit ${short.limitId} (${short.metric}) has ${short.remaining} left, and it needs ${short.demanded}.`
  );
}
