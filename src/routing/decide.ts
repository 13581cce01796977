import type { Admission } from '../core/admission.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Candidate, Decision, ModelBook, RouteTarget } from '../core/decision.ts';
import { type Nanos, usdFromNanos } from '../core/money.ts';
import { NoEligibleTargetProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { nearest } from '../core/suggest.ts';
import { evaluate, untaken } from './candidates.ts';
import { type RouteRule, targetDefaults } from './rules.ts';
import { strategies } from './strategies/index.ts';
import type { PublishedRoute, RouteBook } from './table.ts';

/**
 * Which models may answer, in which order, and what the call can cost at most. Touches nothing but the clock.
 * @throws ValidationProblem for a route or model nobody has heard of, with the nearest names
 * @throws ValidationProblem for a part that no candidate takes, with models that do
 * @throws NoEligibleTargetProblem when no candidate can take the request, or not within `limits.maxCostNanos`
 */
export function decide(
  request: CompletionRequest,
  admission: Admission,
  routes: RouteBook,
  models: ModelBook,
  runtime: Runtime,
): Decision {
  const startedAt = runtime.clock.monotonic();
  const { route, rule } = aim(request, routes, models, runtime);
  const evaluated = rule.targets.map((target) => evaluate(target, request, admission, models));
  const eligible = strategies[rule.strategy](evaluated.filter((candidate) => candidate.eligible));
  const place = route ? `route '${route.slug}'` : 'the request';
  if (eligible.length === 0) throw nobodyTakes(request, evaluated, models) ?? nobodyCan(place, evaluated);
  const quoteNanos = dearest(eligible);
  holdMaxCost(place, eligible, quoteNanos, request.limits.maxCostNanos);
  return {
    route: route && { id: route.id, slug: route.slug, version: route.version },
    rule: route && rule.name,
    strategy: rule.strategy,
    summary: summaryOf(route, eligible),
    candidates: [...eligible, ...evaluated.filter((candidate) => !candidate.eligible)],
    quoteNanos,
    tookMicros: Math.round((runtime.clock.monotonic() - startedAt) * 1000),
  };
}

interface Aim {
  /** Null when the caller named a model. */
  readonly route: PublishedRoute | null;
  readonly rule: Pick<RouteRule, 'name' | 'strategy' | 'targets'>;
}

function aim({ target }: CompletionRequest, routes: RouteBook, models: ModelBook, runtime: Runtime): Aim {
  if ('route' in target) {
    const route = routes.get(target.route);
    if (!route) throw unknown('route', target.route, routes.slugs());
    // The first rule that matches decides, and a rule without a condition always matches.
    return { route, rule: route.rules[0]! };
  }
  if (!models.get(target.model)) {
    throw unknown(
      'model',
      target.model,
      models.list().map(({ name }) => name),
    );
  }
  const only: RouteTarget = { id: runtime.ids.next('tgt'), model: target.model, ...targetDefaults };
  return { route: null, rule: { name: 'model', strategy: 'PRIORITY', targets: [{ ...only, enabled: true }] } };
}

function unknown(kind: 'route' | 'model', name: string, names: readonly string[]): ValidationProblem {
  const suggestions = nearest(name, names);
  const what = kind === 'route' ? 'published route' : 'model';
  const hint = suggestions.length > 0 ? ` Did you mean ${suggestions.map((near) => `'${near}'`).join(' or ')}?` : '';
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  return ValidationProblem.at(`target.${kind}`, 'UNKNOWN', `There is no ${what} '${shown}'.${hint}`, suggestions);
}

function nobodyCan(place: string, candidates: readonly Candidate[]): NoEligibleTargetProblem {
  const whys = candidates.map(({ target, reasons }) => `${target.model}: ${reasons.map((r) => r.message).join(' ')}`);
  return new NoEligibleTargetProblem(`No target of ${place} can take this call. ${whys.join(' ')}`);
}

/** When it is a part that is in the way: which one, and models that would take the request. */
function nobodyTakes(
  request: CompletionRequest,
  candidates: readonly Candidate[],
  models: ModelBook,
): ValidationProblem | null {
  const only = candidates.every(({ reasons }) => reasons.every(({ code }) => code === 'PART_NOT_SUPPORTED'));
  const part = only && candidates[0] ? untaken(candidates[0].model, request) : null;
  if (!part) return null;
  const able = models.list().filter((model) => model.enabled && model.hasCredential && !untaken(model, request));
  // One of each provider: its models are many, and what is taken is the provider's to say.
  const suggestions = [...new Map(able.map(({ providerSlug, name }) => [providerSlug, name])).values()].slice(0, 5);
  const hint = suggestions.length > 0 ? ` ${suggestions.join(', ')} can.` : ' No model of this organization can.';
  const names = candidates.map(({ target }) => target.model).join(', ');
  return ValidationProblem.at(
    part.path,
    'NOT_SUPPORTED_BY_MODEL',
    `${names} cannot take a part of type ${part.mimeType}.${hint}`,
    suggestions,
  );
}

/** Every eligible candidate may end up being asked, so the dearest one is what the call can cost. */
function dearest(candidates: readonly Candidate[]): Nanos | null {
  let most = 0n;
  for (const { estimatedCostNanos: cost } of candidates) {
    if (cost === null) return null;
    if (cost > most) most = cost;
  }
  return most;
}

/** A cap that could not be kept is refused: over it, or without a known price. */
function holdMaxCost(place: string, eligible: readonly Candidate[], quote: Nanos | null, cap: Nanos | null): void {
  if (cap === null || (quote !== null && quote <= cap)) return;
  const limit = `limits.maxCost is $${usdFromNanos(cap)}`;
  if (quote === null) {
    const unpriced = eligible.filter(({ estimatedCostNanos }) => estimatedCostNanos === null);
    const names = unpriced.map(({ target }) => target.model).join(', ');
    throw new NoEligibleTargetProblem(`${limit}, but nobody knows the price of ${names}, a target of ${place}.`);
  }
  throw new NoEligibleTargetProblem(
    `${limit}, but this call can cost up to $${usdFromNanos(quote)} on ${place}. ` +
      'Raise the limit or lower sampling.maxOutputTokens.',
  );
}

function summaryOf(route: PublishedRoute | null, eligible: readonly Candidate[]): string {
  const [first, ...others] = eligible.map(({ target }) => target.model);
  if (!route) return `Model ${first}, as asked.`;
  const more = others.map((model) => `, then ${model}`).join('');
  const condition = others.length === 0 ? '' : others.length === 1 ? ' if it fails' : ', each if the one before fails';
  return `Route ${route.slug}, version ${route.version}: ${first}${more}${condition}.`;
}
