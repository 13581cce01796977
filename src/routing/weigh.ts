import type { Candidate, Observation } from '../core/decision.ts';
import type { Assignment } from '../core/experiment.ts';
import type { Nanos } from '../core/money.ts';
import { stickyOwner } from '../core/stickiness.ts';
import { evaluate, type Grounds } from './candidates.ts';
import type { Guesses, KnownFacts } from './guesses.ts';
import { firstMatch } from './match.ts';
import type { Memory } from './observer.ts';
import { type ReadyRule, type ReadyTarget, readyOf, readyTarget } from './ready.ts';
import { type RouteRule, targetDefaults } from './rules.ts';
import { type Contender, dealing, type RankingFacts, rank } from './strategies/index.ts';
import type { PublishedRoute } from './table.ts';

/** Everything a decision depends on. */
export interface Weighing {
  /** Null when the caller named a model; `rules` then holds one made for it. */
  readonly route: PublishedRoute | null;
  readonly rules: readonly RouteRule[];
  readonly facts: KnownFacts;
  readonly guesses: Guesses;
  readonly grounds: Grounds;
  readonly memory: Memory;
  /** Unix ms. */
  readonly at: number;
  readonly seed: number;
  /** The experiment that the call may take part in. */
  readonly assignment: Assignment | null;
}

/** What it came to. What people will want to read of it is written by record.ts. */
export interface Weighed {
  readonly rule: RouteRule;
  /** Of the rule, from 0. */
  readonly place: number;
  /** All that were looked at, in the order in which they will be tried; those that will not be come last. */
  readonly candidates: readonly Candidate[];
  /** The worst the dearest eligible candidate can cost; null when one of them has no price. */
  readonly quoteNanos: Nanos | null;
  readonly stickyHit: boolean;
  /** The experiment that the call takes part in. */
  readonly experiment: Assignment | null;
  /** How many calls the rule had served. */
  readonly turn: number;
  /** The model this conversation went to before, where that counts. */
  readonly placed: string | null;
  readonly observed: Readonly<Record<string, Observation>>;
}

/**
 * Which rule, which candidates, in which order, at which price at most. Pure: execution, explanation, simulation and
 * replay all come through here, and the same weighing always gives the same result. Refuses nothing; when no candidate
 * is eligible, none has a rank. Lists are walked, not chained: every call waits for this.
 */
export function weigh(weighing: Weighing): Weighed {
  const { rules, facts, grounds, memory, seed } = weighing;
  const ready = readyOf(rules).rules;
  const place = firstMatch(ready, weighing);
  const readyRule = ready[place]!;
  const { rule } = readyRule;
  const experiment = takesPart(weighing, rule);
  const arm = experiment && armTarget(experiment, rule);
  const turn = memory.turn(rule.id);
  const placed = rule.strategy === 'PREFIX_STICKY' && facts.conversation ? memory.placed(facts.conversation) : null;
  const stickyTo = stickyOwner(rule.stickyBy, facts);
  const observed = observe(readyRule.models, arm, memory);
  const looked = evaluateAll(readyRule, arm, facts, grounds);

  const { prefix, conversation } = facts;
  const order = ranked(readyRule, looked.targets, observed, { seed, turn, stickyTo, prefix, conversation, placed });
  addUnranked(order, looked.others);
  addUnranked(order, looked.fallbacks);
  armFirst(order, experiment);
  const candidates = order.map(toTry);
  const quoteNanos = dearest(candidates);
  const first = candidates[0]?.target.model ?? '';
  addIneligible(candidates, looked.targets);
  addIneligible(candidates, looked.fallbacks);
  addIneligible(candidates, looked.others);
  const stickyHit = stickyTo !== null ? dealing.has(rule.strategy) : placed === first;
  return { rule, place, candidates, quoteNanos, stickyHit, experiment, turn, placed, observed };
}

function observe(models: readonly string[], arm: ReadyTarget | null, memory: Memory): Record<string, Observation> {
  const observed: Record<string, Observation> = {};
  for (const model of models) observed[model] = memory.observed(model);
  if (arm) observed[arm.target.model] = memory.observed(arm.target.model);
  return observed;
}

interface Looked {
  readonly targets: readonly Candidate[];
  readonly fallbacks: readonly Candidate[];
  /** The arm's model, where the rule has none. */
  readonly others: readonly Candidate[];
}

/**
 * When whoever could take the call is resting, resting does not count: the attempt then lets a probe in, or says when
 * to come again, which no decision can.
 */
function evaluateAll(rule: ReadyRule, arm: ReadyTarget | null, facts: KnownFacts, grounds: Grounds): Looked {
  const first = evaluateEach(rule, arm, facts, grounds);
  const anybody = first.targets.some(isEligible) || first.fallbacks.some(isEligible) || first.others.some(isEligible);
  return anybody ? first : evaluateEach(rule, arm, facts, { ...grounds, obstacleOf: () => null });
}

function evaluateEach(
  { targets, fallbacks }: ReadyRule,
  arm: ReadyTarget | null,
  facts: KnownFacts,
  grounds: Grounds,
): Looked {
  return {
    targets: targets.map((target) => evaluate(target, facts, grounds)),
    fallbacks: fallbacks.length === 0 ? nobody : fallbacks.map((target) => evaluate(target, facts, grounds)),
    others: arm ? [evaluate(arm, facts, grounds)] : nobody,
  };
}

const nobody: readonly Candidate[] = [];

/** Of its own route and rule only; a copy has no route, and was sent where it is. */
function takesPart({ assignment, route }: Weighing, rule: RouteRule): Assignment | null {
  if (!assignment) return null;
  if (!route) return assignment.model === null ? assignment : null;
  const ours = assignment.routeId === route.id && (assignment.rule === null || assignment.rule === rule.name);
  return ours ? assignment : null;
}

/** A target for the arm's model, where the rule has none. */
function armTarget({ experimentId, arm, model }: Assignment, { targets, fallbacks }: RouteRule): ReadyTarget | null {
  const known = (target: { readonly model: string }) => target.model === model;
  if (model === null || targets.some(known) || fallbacks.some(known)) return null;
  return readyTarget({ id: `${experimentId}/${arm}`, model, ...targetDefaults, enabled: true });
}

/** The arm's model is tried before all others; where it cannot take the call, the route's own order holds. */
function armFirst(order: Placed[], experiment: Assignment | null): void {
  const place = experiment ? order.findIndex(({ candidate }) => candidate.target.model === experiment.model) : -1;
  if (place > 0) order.unshift(...order.splice(place, 1));
}

function isEligible({ eligible }: Candidate): boolean {
  return eligible;
}

interface Placed {
  readonly candidate: Candidate;
  readonly score: number | null;
}

/** The eligible ones of a rule's targets, as its strategy has them. */
function ranked(
  { rule, targets }: ReadyRule,
  looked: readonly Candidate[],
  observed: Readonly<Record<string, Observation>>,
  facts: RankingFacts,
): Placed[] {
  const eligible: Candidate[] = [];
  const contenders: Contender[] = [];
  for (let at = 0; at < looked.length; at++) {
    const candidate = looked[at]!;
    if (!candidate.eligible) continue;
    const { id, model } = candidate.target;
    eligible.push(candidate);
    contenders.push({
      id,
      model,
      weight: targets[at]!.weight,
      costNanos: candidate.estimatedCostNanos,
      observed: observed[model]!,
    });
  }
  const order = rank(rule.strategy, contenders, facts);
  return order.map(({ contender, score }) => ({ candidate: eligible[contenders.indexOf(contender)]!, score }));
}

function addUnranked(order: Placed[], candidates: readonly Candidate[]): void {
  for (const candidate of candidates) if (candidate.eligible) order.push({ candidate, score: null });
}

function addIneligible(candidates: Candidate[], looked: readonly Candidate[]): void {
  for (const candidate of looked) if (!candidate.eligible) candidates.push(candidate);
}

function toTry({ candidate, score }: Placed, place: number): Candidate {
  const { target, model, eligible, reasons, estimatedCostNanos } = candidate;
  const rank = place + 1;
  return score === null
    ? { target, model, eligible, reasons, estimatedCostNanos, rank }
    : { target, model, eligible, reasons, estimatedCostNanos, score, rank };
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
