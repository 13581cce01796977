import type { Candidate, Decision, Observation, RequestFacts } from '../core/decision.ts';
import type { Assignment } from '../core/experiment.ts';
import type { Nanos } from '../core/money.ts';
import { evaluate, type Grounds } from './candidates.ts';
import { firstMatch } from './match.ts';
import type { Memory } from './observer.ts';
import { type RouteRule, type RuleTarget, targetDefaults } from './rules.ts';
import { dealing, type Ranked, rank } from './strategies/index.ts';
import type { PublishedRoute } from './table.ts';

/** Everything a decision depends on. */
export interface Weighing {
  /** Null when the caller named a model; `rules` then holds one made for it. */
  readonly route: PublishedRoute | null;
  readonly rules: readonly RouteRule[];
  readonly facts: RequestFacts;
  readonly grounds: Grounds;
  readonly memory: Memory;
  /** Unix ms. */
  readonly at: number;
  readonly seed: number;
  /** The experiment that the call may take part in. */
  readonly assignment: Assignment | null;
}

export interface Weighed {
  readonly decision: Decision;
  readonly rule: RouteRule;
}

/**
 * Which rule, which candidates, in which order, at which price at most. Pure: execution, explanation, simulation and
 * replay all come through here, and the same weighing always gives the same decision. Refuses nothing; when no
 * candidate is eligible, none has a rank.
 */
export function weigh(weighing: Weighing): Weighed {
  const { route, rules, facts, grounds, memory, at, seed } = weighing;
  const { rule, evaluations } = firstMatch(rules, { facts, at, seed });
  const experiment = takesPart(weighing, rule);
  const places = { turn: memory.turn(rule.id), placed: placeOf(rule, facts, memory) };
  const observed: Record<string, Observation> = {};
  for (const { model } of rule.targets) observed[model] ??= memory.observed(model);
  for (const { model } of rule.fallbacks) observed[model] ??= memory.observed(model);
  const arm = experiment && armTarget(experiment, rule);
  if (arm) observed[arm.model] ??= memory.observed(arm.model);

  const { targets, fallbacks, others } = evaluated(rule, arm ? [arm] : [], facts, grounds);
  const ranked = order(rule, targets, observed, { seed, ...places, facts });
  const placed = [...others, ...fallbacks].filter(isEligible).map(unscored);
  const eligible = armFirst([...ranked, ...placed], experiment).map(
    ({ candidate, score }, place): Candidate => ({ ...candidate, ...(score !== null && { score }), rank: place + 1 }),
  );
  const looked = [...targets.map(({ candidate }) => candidate), ...fallbacks, ...others];
  const ruledOut = looked.filter((candidate) => !candidate.eligible);
  const denied = new Set(
    looked.flatMap(({ model, reasons }) => (reasons.some(({ code }) => code === 'POLICY_DENIED') ? [model.name] : [])),
  );
  const allowed =
    grounds.deniedBy &&
    Object.keys(observed)
      .filter((model) => !denied.has(model))
      .sort();
  const stickyTo = stickyValue(rule, facts);
  const decision: Decision = {
    route: route && { id: route.id, slug: route.slug, version: route.version },
    rule: route && rule.name,
    strategy: rule.strategy,
    summary: summaryOf(route, rule, eligible),
    candidates: [...eligible, ...ruledOut],
    quoteNanos: dearest(eligible),
    tookMicros: 0,
    rulesEvaluated: evaluations,
    stickyHit: stickyTo !== null ? dealing.has(rule.strategy) : places.placed === (eligible[0]?.target.model ?? ''),
    fallbackOn: rule.fallbackOn,
    ...(experiment && { experiment }),
    basis: { at, seed, ...places, allowed, observed, facts },
  };
  return { decision, rule };
}

/**
 * When whoever could take the call is resting, resting does not count: the attempt then lets a probe in, or says when
 * to come again, which no decision can.
 */
function evaluated(rule: RouteRule, others: readonly RuleTarget[], facts: RequestFacts, grounds: Grounds) {
  const each = (grounds: Grounds) => ({
    targets: rule.targets.map((target) => ({ target, candidate: evaluate(target, facts, grounds) })),
    fallbacks: rule.fallbacks.map((target) => evaluate(target, facts, grounds)),
    others: others.map((target) => evaluate(target, facts, grounds)),
  });
  const first = each(grounds);
  const anybody =
    first.targets.some(({ candidate }) => candidate.eligible) || [...first.fallbacks, ...first.others].some(isEligible);
  return anybody ? first : each({ ...grounds, obstacleOf: () => null });
}

/** Of its own route and rule only; a copy has no route, and was sent where it is. */
function takesPart({ assignment, route }: Weighing, rule: RouteRule): Assignment | null {
  if (!assignment) return null;
  if (!route) return assignment.model === null ? assignment : null;
  const ours = assignment.routeId === route.id && (assignment.rule === null || assignment.rule === rule.name);
  return ours ? assignment : null;
}

/** A target for the arm's model, where the rule has none. */
function armTarget({ experimentId, arm, model }: Assignment, { targets, fallbacks }: RouteRule): RuleTarget | null {
  const known = (target: RuleTarget) => target.model === model;
  if (model === null || targets.some(known) || fallbacks.some(known)) return null;
  return { id: `${experimentId}/${arm}`, model, ...targetDefaults, enabled: true };
}

/** The arm's model is tried before all others; where it cannot take the call, the route's own order holds. */
function armFirst(placed: readonly Placed[], experiment: Assignment | null): readonly Placed[] {
  const place =
    experiment === null ? -1 : placed.findIndex(({ candidate }) => candidate.target.model === experiment.model);
  return place <= 0 ? placed : [placed[place]!, ...placed.filter((_one, at) => at !== place)];
}

function isEligible({ eligible }: Candidate): boolean {
  return eligible;
}

interface Dealt {
  readonly seed: number;
  readonly turn: number;
  readonly placed: string | null;
  readonly facts: RequestFacts;
}

function order(
  rule: RouteRule,
  targets: readonly { readonly target: RuleTarget; readonly candidate: Candidate }[],
  observed: Readonly<Record<string, Observation>>,
  { facts, ...dealt }: Dealt,
): Placed[] {
  const eligible = new Map(targets.filter(({ candidate }) => candidate.eligible).map((pair) => [pair.target.id, pair]));
  const contenders = [...eligible.values()].map(({ target: { id, model, weight }, candidate }) => ({
    id,
    model,
    weight,
    costNanos: candidate.estimatedCostNanos,
    observed: observed[model]!,
  }));
  const stickyTo = stickyValue(rule, facts);
  const ranked = rank(rule.strategy, contenders, {
    ...dealt,
    stickyTo,
    prefix: facts.prefix,
    conversation: facts.conversation,
  });
  return ranked.map(({ contender, score }: Ranked) => ({ candidate: eligible.get(contender.id)!.candidate, score }));
}

interface Placed {
  readonly candidate: Candidate;
  readonly score: number | null;
}

function unscored(candidate: Candidate): Placed {
  return { candidate, score: null };
}

function stickyValue({ stickyBy }: RouteRule, { apiKeyId, endUser, runId }: RequestFacts): string | null {
  switch (stickyBy) {
    case 'NONE':
      return null;
    case 'API_KEY':
      return apiKeyId;
    case 'END_USER':
      return endUser;
    case 'RUN':
      return runId;
  }
}

function placeOf({ strategy }: RouteRule, { conversation }: RequestFacts, memory: Memory): string | null {
  return strategy === 'PREFIX_STICKY' && conversation !== null ? memory.placed(conversation) : null;
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

function summaryOf(route: PublishedRoute | null, { name }: RouteRule, eligible: readonly Candidate[]): string {
  const [first, ...others] = eligible.map(({ target }) => target.model);
  if (first === undefined)
    return `${route ? `Route ${route.slug}, version ${route.version}` : 'The model'}: nobody can.`;
  if (!route) return `Model ${first}, as asked.`;
  const rule = route.rules.length > 1 ? `, rule ${name}` : '';
  const more = others.map((model) => `, then ${model}`).join('');
  const condition = others.length === 0 ? '' : others.length === 1 ? ' if it fails' : ', each if the one before fails';
  return `Route ${route.slug}, version ${route.version}${rule}: ${first}${more}${condition}.`;
}
